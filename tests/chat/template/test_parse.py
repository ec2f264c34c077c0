"""An answer reads as its model meant it, in every family, whole or cut anywhere."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.deltas import CallArguments, CallStarted, Content, Piece
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from tests.chat.reading import joined
from tests.chat.template.models import MODELS, model

TOOLS = (Tool("get"), Tool("get_all"), Tool('odd "name"'))
REQUEST = ChatRequest((Message("user", "Hi"),), 9, tools=TOOLS)
FORMATTED = replace(REQUEST, response_format=JsonSchema({"type": "object"}))
CALL = '<tool_call>\n{"name": "get", "arguments": {"a": [1, "}"]}}\n</tool_call>'
CALL_ALL = '<tool_call>\n{"name": "get_all", "arguments": {}}\n</tool_call>'
GOT = [("call", "get"), ("arguments", '{"a": [1, "}"]}')]
GOT_ALL = [("call", "get_all"), ("arguments", "{}")]
UNKNOWN = '<tool_call>\n{"name": "other", "arguments": {}}\n</tool_call>'
THOUGHT = "<think>\nhm ü 🚀\n</think>\n\n"

IN_TAGS = {
    "words": ("Hello, wörld!\n", [("content", "Hello, wörld!\n")]),
    "a thought, then words": (f"{THOUGHT}Hi ", [("reasoning", "hm ü 🚀"), ("content", "Hi ")]),
    "an empty thought": ("<think>\n\n</think>\n\nHi", [("content", "Hi")]),
    "a thought, then a call": (THOUGHT + CALL, [("reasoning", "hm ü 🚀"), *GOT]),
    "words, then a call": (f"I'll look.\n\n{CALL}", [("content", "I'll look."), *GOT]),
    "two calls": (f"{CALL}\n{CALL_ALL}", [*GOT, *GOT_ALL]),
    "two calls, further apart": (f"{CALL}\n\n{CALL_ALL}", [*GOT, *GOT_ALL]),
    "words behind a call": (f"{CALL}\nDone.", [*GOT, ("content", "Done.")]),
    "a call within a thought": (f"<think>\nhm\n{CALL}", [("reasoning", "hm"), *GOT]),
    "an unknown tool": (f"{UNKNOWN}Hi", [("reasoning", '{"name": "other", "arguments": {}}'), ("content", "Hi")]),
    "an unknown second one": (f"{CALL}\n{UNKNOWN}", [*GOT, ("reasoning", '{"name": "other", "arguments": {}}')]),
    "a name to escape": (
        '<tool_call>\n{"name": "odd \\"name\\"", "arguments": {}}\n</tool_call>',
        [("call", 'odd "name"'), ("arguments", "{}")],
    ),
    "a mark in a string": (
        CALL.replace('}"', '</tool_call>\\""'),
        [("call", "get"), ("arguments", '{"a": [1, "</tool_call>\\""]}')],
    ),
    "a call cut short": (CALL[: CALL.index("[")], [("call", "get"), ("arguments", '{"a": ')]),
    "a name cut short": (CALL[: CALL.index("get") + 2], []),
}
TURNS = {
    "qwen": {key: turn for key, turn in IN_TAGS.items() if key != "a mark in a string"},
    "qwen, all in text": IN_TAGS,
    "qwq": {
        "a thought to its end": ("\nhm\n</think>\n\nHi", [("reasoning", "hm"), ("content", "Hi")]),
        "a thought cut short": ("hm\n", [("reasoning", "hm")]),
    },
    "gemma 3": {"a call in text": (f"Well.\n{CALL}", [("content", "Well."), *GOT])},
    "llama": {
        "words": ("\n{not a call}", [("content", "\n{not a call}")]),
        "JSON": ('{"name": "other", "parameters": 1}', [("content", '{"name": "other", "parameters": 1}')]),
        "a call": ('{"name": "get", "parameters": {"a": {}}}', [("call", "get"), ("arguments", '{"a": {}}')]),
        "a name cut short": ('{"name": "get', []),
    },
    "mistral list": {
        "a call": (
            '[TOOL_CALLS][{"name": "get", "arguments": {"a": "]"}}]',
            [("call", "get"), ("arguments", '{"a": "]"}')],
        ),
        "words, then two calls": (
            'Hm. [TOOL_CALLS][{"name": "get", "arguments": {}}, {"name": "get_all", "arguments": {}}]',
            [("content", "Hm."), ("call", "get"), ("arguments", "{}"), *GOT_ALL],
        ),
        "words in brackets": ("[TOOLS] }]", [("content", "[TOOLS] }]")]),
    },
    "mistral": {
        "a thought, then two calls": (
            '[THINK]hm[/THINK][TOOL_CALLS]get[ARGS]{"a": 1}[TOOL_CALLS]get_all[ARGS]{}',
            [("reasoning", "hm"), ("call", "get"), ("arguments", '{"a": 1}'), *GOT_ALL],
        ),
        "an unknown tool": ("[TOOL_CALLS]other[ARGS]{}", [("reasoning", "other{}")]),
    },
    "gemma 4": {
        "a thought, then words": (
            "<|channel>thought\nhm\n<channel|>Hi",
            [("reasoning", "hm"), ("content", "Hi")],
        ),
        "a thought behind words": (
            "Hi<|channel>thought\n<channel|>",
            [("content", "Hi")],
        ),
        "two calls": (
            '<|tool_call>call:get{a:<|"|>x "y"\n<|"|>,b:[1,<|"|><|"|>,{c:-2.5e3}],d:true,e:null}<tool_call|>'
            "<|tool_call>call:get_all{}<tool_call|>",
            [
                ("call", "get"),
                ("arguments", '{"a": "x \\"y\\"\\n", "b": [1, "", {"c": -2.5e3}], "d": true, "e": null}'),
                *GOT_ALL,
            ],
        ),
        "keys between quotes": (
            '<|tool_call>call:get{<|"|>a b<|"|>:1}<tool_call|>',
            [("call", "get"), ("arguments", '{"a b": 1}')],
        ),
        "empty objects before others": (
            "<|tool_call>call:get{a:{},b:[{}],c:[{ },[],{}]}<tool_call|>",
            [("call", "get"), ("arguments", '{"a": {}, "b": [{}], "c": [{}, [], {}]}')],
        ),
        "an unknown channel": ("<|channel>final\nHi", [("content", "final\nHi")]),
    },
}
# At a cut: half a character, what may have become a mark, and whitespace before one.
UNSURE = re.compile(r"\s*(<[a-z/_]*)?\ufffd?$")
CASES = [(name, key) for name, turns in TURNS.items() for key in turns]


def parse(name: str, tokens: list[int], request: ChatRequest = REQUEST) -> list[Piece]:
    parser = model(name)[1].parser(request)
    return [piece for token in tokens for piece in parser.feed(token)] + parser.finish()


@pytest.mark.parametrize(("name", "key"), CASES)
def test_a_turn_reads_as_it_was_meant(name, key):
    """Thoughts, words and calls under their own headings, without the whitespace between them."""
    transcript, expected = TURNS[name][key]

    assert expected == joined(parse(name, model(name)[0].spell(transcript)))


@pytest.mark.parametrize(("name", "key"), CASES)
def test_a_turn_may_be_cut_anywhere(name, key):
    """What was shown before stays right, and no mark is among it."""
    transcript, expected = TURNS[name][key]
    tokens = model(name)[0].spell(transcript)
    for length in range(len(tokens)):
        shown = [(kind, UNSURE.sub("", text)) for kind, text in joined(parse(name, tokens[:length]))]
        for (kind, text), (meant, whole) in zip(filter(lambda one: one[1], shown), expected, strict=False):
            assert kind == meant
            assert whole.startswith(text)


@given(name=st.sampled_from(list(MODELS)), data=st.data())
def test_any_tokens_at_all_are_read_without_an_error(name, data):
    """Noise is text; marks vanish, and what was called was offered."""
    vocabulary, _ = model(name)
    phrases = [
        *vocabulary.controls,
        CALL,
        "<think>",
        "</think>",
        "<tool_call>",
        '{"name": "get',
        '"',
        "{",
        "}",
        "get",
        "\n",
        "é",
    ]
    drawn = st.lists(
        st.one_of(
            st.sampled_from(phrases).map(vocabulary.spell), st.integers(0, vocabulary.size - 1).map(lambda i: [i])
        )
    )
    pieces = parse(name, [token for tokens in data.draw(drawn) for token in tokens])

    assert {piece.name for piece in pieces if isinstance(piece, CallStarted)} <= {tool.name for tool in TOOLS}
    for _, text in joined(pieces):
        text.encode()


@given(name=st.sampled_from(sorted({*MODELS} - {"qwq", "qwq, all in text"})), said=st.text())
def test_any_words_come_back_as_they_were_said(name, said):
    """Where no tool may be called, what looks like a call is text; only a thought is none."""
    vocabulary, _ = model(name)
    silent = ChatRequest((Message("user", "Hi"),), 9, tools=TOOLS, tool_choice="none")
    said = f"{CALL}{said}" if "<tool_call>" not in vocabulary.controls else said
    shown = joined(parse(name, vocabulary.plain(said), silent))

    assert said.encode("utf-8", "replace").decode() == "".join(text for _, text in shown)


@pytest.mark.parametrize("name", sorted({*MODELS} - {"qwq", "qwq, all in text"}))
@pytest.mark.parametrize("tools", [TOOLS, ()], ids=["tools", "no tools"])
def test_json_is_read_as_it_is(name, tools):
    """Whatever its strings spell, with a thought before it or without."""
    vocabulary, _ = model(name)
    said = '{"a": "use <tool_call>\\n{\\"name\\": \\"get\\" , not <think> or [TOOL_CALLS] </think> "}'
    for before in ["", "<think>\nhm\n</think>\n\n"] if "qwen" in name else [""]:
        tokens = vocabulary.spell(before) + vocabulary.plain(said)
        thought = [("reasoning", "hm")] if before else []

        assert [*thought, ("content", said)] == joined(parse(name, tokens, replace(FORMATTED, tools=tools)))


@pytest.mark.parametrize("name", MODELS)
def test_a_call_beside_a_response_format_is_one(name):
    """Right at the beginning, or behind a thought."""
    vocabulary, _ = model(name)
    for transcript, expected in TURNS.get(name, {}).values():
        if expected and expected[0][0] != "content":
            assert expected == joined(parse(name, vocabulary.spell(transcript), FORMATTED))


@pytest.mark.parametrize("said", ["{", '{"name', '{"name": "get'])
def test_json_that_may_have_become_a_call_is_not_lost(said):
    """When it was cut before that was clear. Where a call was demanded, it was none."""
    tokens = model("llama")[0].plain(said)

    assert [("content", said)] == joined(parse("llama", tokens, FORMATTED))
    assert [] == parse("llama", tokens, replace(FORMATTED, tool_choice="required"))


def test_where_no_mark_can_follow_whitespace_comes_at_once():
    """So that a stop string that ends in it is seen with its last token."""
    parser = model("llama")[1].parser(replace(REQUEST, tools=()))

    assert [Content("\n")] == parser.feed(ord("\n"))


def test_calls_are_numbered_and_have_ids_of_their_own():
    """Two of one answer can be told apart, and their arguments."""
    pieces = parse("mistral", model("mistral")[0].spell("[TOOL_CALLS]get[ARGS]{}[TOOL_CALLS]get[ARGS]{}"))
    first, second = (piece for piece in pieces if isinstance(piece, CallStarted))

    assert (0, 1) == (first.index, second.index)
    assert first.id != second.id
    assert first.id.startswith("call_")
    assert [(0, "{"), (0, "}"), (1, "{"), (1, "}")] == [
        (piece.index, piece.text) for piece in pieces if isinstance(piece, CallArguments)
    ]


def test_a_parser_tells_which_tokens_were_thoughts():
    """They count in the usage."""
    vocabulary, dialect = model("qwen")
    parser = dialect.parser(REQUEST)
    reasoning = []
    for token in vocabulary.spell("<think>ab</think>cd"):
        parser.feed(token)
        reasoning.append(parser.is_reasoning)

    assert [True, True, True, False, False, False] == reasoning


def test_arguments_come_as_they_are_written():
    """Not all at once at their end."""
    vocabulary, dialect = model("gemma 4")
    parser = dialect.parser(REQUEST)
    for token in vocabulary.spell("<|tool_call>call:get{"):
        parser.feed(token)

    assert [CallArguments(0, '"a')] == parser.feed(ord("a"))
    assert [CallArguments(0, '": ')] == parser.feed(ord(":"))


def test_what_is_called_reads_as_json():
    """Whatever stands in Gemma's strings."""
    text = '\\ " \n \t {[,:]} é'
    transcript = '<|tool_call>call:get{a:<|"|>' + text + '<|"|>}<tool_call|>'
    (_, (_, arguments)) = joined(parse("gemma 4", model("gemma 4")[0].spell(transcript)))

    assert {"a": text} == json.loads(arguments)
