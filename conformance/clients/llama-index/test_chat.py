"""LlamaIndex: chat and completions, whole and streamed."""

import gc
import time

import pytest
from llama_index.core.base.llms.types import ChatMessage, TextBlock, ThinkingBlock
from llama_index.core.chat_engine import SimpleChatEngine

TALK = [
    ChatMessage(role="system", content="You are a calculator."),
    ChatMessage(role="user", content="My name is Ada."),
    ChatMessage(role="assistant", content="Hello, Ada."),
    ChatMessage(role="user", blocks=[TextBlock(text="What is "), TextBlock(text="2 + 2?")]),
]


def test_an_answer_has_text_and_usage(llm):
    """As the raw completion tells, too."""
    answer = llm.chat(TALK)
    counts = answer.additional_kwargs

    assert answer.message.content
    assert counts["total_tokens"] == counts["prompt_tokens"] + counts["completion_tokens"]
    assert "stop" == answer.raw.choices[0].finish_reason


def test_a_stream_says_the_same(llm):
    """Each piece holds what came so far."""
    *_, last = pieces = list(llm.stream_chat(TALK))

    assert llm.chat(TALK).message.content == last.message.content == "".join(piece.delta or "" for piece in pieces)


@pytest.mark.anyio
async def test_the_same_without_waiting(llm):
    """`achat` and `astream_chat`."""
    streamed = [piece.delta or "" async for piece in await llm.astream_chat(TALK)]

    assert (await llm.achat(TALK)).message.content == "".join(streamed)


def test_a_question_alone_is_a_chat(llm):
    """`complete` of a chat model."""
    assert llm.complete("What is 2 + 2?").text == "".join(
        piece.delta for piece in llm.stream_complete("What is 2 + 2?")
    )


def test_a_text_goes_on_where_a_model_is_no_chat_model(connect):
    """By /v1/completions, whole and streamed."""
    llm = connect(is_chat_model=False, max_tokens=12)

    assert llm.complete("Once upon a time").text == "".join(
        piece.delta for piece in llm.stream_complete("Once upon a time")
    )


def test_what_may_be_asked_of_a_model_is_understood(connect):
    """Sampling, a seed, stop strings, log probabilities, reasoning and whatever else is in `additional_kwargs`."""
    more = {"seed": 7, "top_p": 0.9, "stop": ["\n\n"], "presence_penalty": 0.5, "user": "ada"}
    llm = connect(temperature=1.5, max_tokens=200, logprobs=True, top_logprobs=2, additional_kwargs=more)
    first, again = llm.chat(TALK), llm.chat(TALK)

    assert first.message.content == again.message.content
    assert first.logprobs


def test_thinking_is_a_block_of_its_own(connect):
    """Where the request asks to see it."""
    llm = connect(additional_kwargs={"extra_body": {"include_thinking": True}})
    *_, streamed = llm.stream_chat(TALK)

    for message in (llm.chat(TALK).message, streamed.message):
        assert [ThinkingBlock, TextBlock] == [type(block) for block in message.blocks]
        assert message.blocks[0].content


def test_a_chat_engine_carries_the_conversation(llm):
    """With its memory."""
    engine = SimpleChatEngine.from_defaults(llm=llm, system_prompt="You are a calculator.")

    assert str(engine.chat("My name is Ada."))
    assert "".join(engine.stream_chat("What is my name?").response_gen)
    assert 4 == len(engine.chat_history)


def test_who_leaves_frees_their_place(llm, long_answer):
    """Four long answers take all places; a fifth need not wait for their ends.

    LlamaIndex closes the connection of a stream that is left only when the garbage is collected.
    """
    streams = [llm.stream_chat(TALK, response_format=long_answer) for _ in range(4)]
    for stream in streams:
        next(stream)
    for stream in streams:
        stream.close()
    gc.collect()
    begun = time.monotonic()
    llm.chat(TALK)

    assert time.monotonic() - begun < 5
