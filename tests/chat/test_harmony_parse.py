"""The parser reads every shape that gpt-oss was seen to write, whole or cut anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.deltas import CallArguments, CallStarted, Content, Piece, Reasoning
from deployments.chat.harmony.parse import HarmonyParser
from tests.chat.harmony_alphabet import ALPHABET, spell

NEXT = "<|end|><|start|>assistant"

TURNS = {
    "reasoning, then an answer": (
        f"<|channel|>analysis<|message|>Thinking ü 🚀{NEXT}<|channel|>final<|message|>Hi<|return|>",
        [("reasoning", "Thinking ü 🚀"), ("content", "Hi")],
    ),
    "reasoning, then a call": (
        f"<|channel|>analysis<|message|>t{NEXT}<|channel|>commentary to=functions.get_weather "
        '<|constrain|>json<|message|>{"a":1}<|call|>',
        [("reasoning", "t"), ("call", "get_weather"), ("arguments", '{"a":1}')],
    ),
    "no space before constrain": (
        "<|channel|>commentary to=functions.HassTurnOn<|constrain|>json<|message|>{}<|call|>",
        [("call", "HassTurnOn"), ("arguments", "{}")],
    ),
    "recipient beside the role, type without constrain": (
        " to=functions.f<|channel|>commentary json<|message|>{}<|call|>",
        [("call", "f"), ("arguments", "{}")],
    ),
    "call on the analysis channel": (
        '<|channel|>analysis to=functions.ffgrep code<|message|>{"p":1}<|call|>',
        [("call", "ffgrep"), ("arguments", '{"p":1}')],
    ),
    "hyphen in the name": (
        "<|channel|>commentary to=functions.web-browsing <|constrain|>json<|message|>{}<|call|>",
        [("call", "web-browsing"), ("arguments", "{}")],
    ),
    "preamble before a call": (
        f"<|channel|>commentary<|message|>Plan: 1, 2{NEXT}<|channel|>commentary to=functions.f "
        "<|constrain|>json<|message|>{}<|call|>",
        [("content", "Plan: 1, 2"), ("call", "f"), ("arguments", "{}")],
    ),
    "a stray commentary first": (
        "<|channel|>commentary to=assistant<|channel|>analysis<|message|>t" + NEXT + "<|channel|>final<|message|>x",
        [("reasoning", "t"), ("content", "x")],
    ),
    "free text in the header": (
        "<|channel|>commentary 2? The request is ambiguous." + NEXT + "<|channel|>final<|message|>Which light?",
        [("reasoning", "2? The request is ambiguous."), ("content", "Which light?")],
    ),
    "a channel stuttered": (
        "<|channel|>commentary?commentary?We need x." + NEXT + "<|channel|>final<|message|>ok",
        [("reasoning", "commentary?We need x."), ("content", "ok")],
    ),
    "no markup at all": ('{"country": "France"}', [("content", '{"country": "France"}')]),
    "text right after end": (
        '<|channel|>analysis<|message|>t<|end|>{"c": 1}',
        [("reasoning", "t"), ("content", '{"c": 1}')],
    ),
    "start twice": (
        "<|channel|>analysis<|message|>t<|end|><|start|><|start|>assistant<|channel|>final<|message|>x",
        [("reasoning", "t"), ("content", "x")],
    ),
    "empty channel": ("<|channel|><|message|>x<|return|>", [("content", "x")]),
    "structured answer": (
        '<|channel|>final <|constrain|>json<|message|>{"a": 1}<|return|>',
        [("content", '{"a": 1}')],
    ),
    "cut by the limit": ("<|channel|>final<|message|>cut off", [("content", "cut off")]),
    "reasoning only": ("<|channel|>analysis<|message|>t<|return|>", [("reasoning", "t")]),
    "a built-in tool nobody offered": (
        "<|channel|>commentary to=python <|constrain|>code<|message|>print(1)<|call|>",
        [("reasoning", "print(1)")],
    ),
    "end forgotten": (
        "<|channel|>analysis<|message|>t<|start|>assistant<|channel|>final<|message|>x",
        [("reasoning", "t"), ("content", "x")],
    ),
    "the spelling of a mark inside text": ("<|channel|>final<|message|>a <|bar|> b", [("content", "a <|bar|> b")]),
}


TOOLS = {"get_weather", "HassTurnOn", "f", "g", "ffgrep", "web-browsing"}


def parse(tokens: list[int]) -> list[Piece]:
    parser = HarmonyParser(ALPHABET, TOOLS)
    return [piece for token in tokens for piece in parser.feed(token)] + parser.finish()


def joined(pieces: list[Piece]) -> list[tuple[str, str]]:
    """Kinds and texts, neighbours of one kind put together."""
    kinds = {Reasoning: "reasoning", Content: "content", CallArguments: "arguments"}
    read: list[tuple[str, str]] = []
    for piece in pieces:
        if isinstance(piece, CallStarted):
            read.append(("call", piece.name))
        elif read and read[-1][0] == kinds[type(piece)]:
            read[-1] = (read[-1][0], read[-1][1] + piece.text)
        else:
            read.append((kinds[type(piece)], piece.text))
    return read


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS.keys())
def test_a_turn_reads_as_it_was_meant(turn):
    """Well-formed or not, what the model wrote arrives under the right heading."""
    text, expected = turn

    assert expected == joined(parse(spell(text)))


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS.keys())
def test_a_turn_may_be_cut_anywhere(turn):
    """Every prefix parses, and never shows the text of a control token."""
    tokens = spell(turn[0])
    for length in range(len(tokens)):
        shown = "".join(text for _, text in joined(parse(tokens[:length])))
        assert "<|channel|>" not in shown
        assert "<|message|>" not in shown


@given(st.lists(st.integers(0, len(ALPHABET.pieces) - 1), max_size=60))
def test_any_tokens_at_all_are_read_without_an_error(tokens):
    """Noise is text; only control tokens vanish, and nothing raises."""
    parse(tokens)


def test_calls_are_numbered_and_have_ids_of_their_own():
    """Two calls of one turn can be told apart."""
    turn = "<|channel|>commentary to=functions.f<|message|>{}" + NEXT + "<|channel|>commentary to=g<|message|>{}"
    first, second = (piece for piece in parse(spell(turn)) if isinstance(piece, CallStarted))

    assert (0, 1) == (first.index, second.index)
    assert first.id != second.id
    assert first.id.startswith("call_")
