"""langchain-openai: answers, whole and streamed, their usage, reasoning and log probabilities."""

import asyncio
import time

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage

QUESTION = "What is 2 + 2?"
TALK = [
    SystemMessage("You are a calculator."),
    HumanMessage("My name is Ada."),
    AIMessage("Hello, Ada."),
    HumanMessage([{"type": "text", "text": QUESTION}]),
]


def gathered(chunks) -> AIMessageChunk:
    first, *rest = chunks
    for chunk in rest:
        first += chunk
    return first


def adds_up(usage) -> bool:
    counted = usage["input_tokens"] > 0 < usage["output_tokens"]
    return counted and usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_an_answer_has_text_usage_and_an_end(llm):
    """Of a conversation with all roles and parts."""
    answer = llm.invoke(TALK)

    assert answer.text
    assert "stop" == answer.response_metadata["finish_reason"]
    assert "pocket-chat" == answer.response_metadata["model_name"]
    assert adds_up(answer.usage_metadata)
    assert 0 < answer.usage_metadata["output_token_details"]["reasoning"] < answer.usage_metadata["output_tokens"]


def test_a_stream_says_the_same(llm):
    """With the same usage, and an end."""
    whole, streamed = llm.invoke(TALK), gathered(llm.stream(TALK, stream_usage=True))

    assert whole.text == streamed.text
    assert "stop" == streamed.response_metadata["finish_reason"]
    assert whole.usage_metadata["output_tokens"] == streamed.usage_metadata["output_tokens"]
    assert adds_up(streamed.usage_metadata)


@pytest.mark.anyio
async def test_many_at_once_answer_as_one_by_one(llm):
    """`abatch` and `astream`."""
    alone = llm.invoke(QUESTION).text
    together = await llm.abatch([QUESTION] * 6)

    assert {alone} == {answer.text for answer in together}
    assert alone == gathered([chunk async for chunk in llm.astream(QUESTION)]).text


def test_a_limit_is_told_as_the_reason_of_the_end(llm):
    """`max_tokens` is sent as max_completion_tokens."""
    answer = llm.bind(max_tokens=3).invoke(QUESTION)

    assert ("length", 3) == (answer.response_metadata["finish_reason"], answer.usage_metadata["output_tokens"])


def test_what_may_be_asked_of_a_model_is_understood(llm):
    """Sampling, penalties, a seed, a stop string and log probabilities of the tokens."""
    model = llm.bind(
        temperature=1.5, top_p=0.9, seed=7, presence_penalty=0.5, frequency_penalty=0.5, stop=["\n\n"],
        logprobs=True, top_logprobs=2, reasoning_effort="low", user="ada",
    )  # fmt: skip
    first, again = model.invoke(QUESTION), model.invoke(QUESTION)

    assert first.text == again.text
    assert first.text == "".join(token["token"] for token in first.response_metadata["logprobs"]["content"])


def test_reasoning_may_be_asked_for(llm):
    """LangChain shows only what OpenAI itself sends, so it shows none."""
    shown = llm.bind(extra_body={"include_thinking": True}).invoke(QUESTION)

    assert shown.text == llm.invoke(QUESTION).text
    assert not [block for block in shown.content_blocks if block["type"] == "reasoning"]


def test_several_answers_come_from_one_prompt(llm):
    """`n`."""
    (answers,) = llm.generate([[HumanMessage(QUESTION)]], n=3, temperature=1).generations

    assert 3 == len(answers)
    assert all(answer.message.text for answer in answers)


@pytest.mark.anyio
async def test_who_leaves_frees_their_place(llm, long_answer):
    """Four long answers take all places; a fifth need not wait for their ends."""
    streams = [llm.bind(response_format=long_answer).astream(QUESTION) for _ in range(4)]
    await asyncio.gather(*(anext(stream) for stream in streams))
    await asyncio.gather(*(stream.aclose() for stream in streams))
    begun = time.monotonic()
    await llm.ainvoke(QUESTION)

    assert time.monotonic() - begun < 5
