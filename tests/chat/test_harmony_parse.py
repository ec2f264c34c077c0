"""The parser reads every shape that gpt-oss was seen to write, whole or cut anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.deltas import CallStarted, Piece, Reasoning
from deployments.chat.harmony.header import MARKS
from deployments.chat.harmony.parse import HarmonyParser
from tests.chat.harmony_alphabet import ALPHABET, spell
from tests.chat.reading import joined

NEXT = "<|end|><|start|>assistant"

TURNS = {
    "the specification's answer": (
        '<|channel|>analysis<|message|>User asks: "What is 2 + 2?" Simple arithmetic. Provide answer.'
        f"{NEXT}<|channel|>final<|message|>2 + 2 = 4.<|return|>",
        [
            ("reasoning", 'User asks: "What is 2 + 2?" Simple arithmetic. Provide answer.'),
            ("content", "2 + 2 = 4."),
        ],
    ),
    "the specification's preamble": (
        f"<|channel|>analysis<|message|>{{long chain of thought}}{NEXT}<|channel|>commentary<|message|>"
        f"**Action plan**:\n1. Generate an HTML file\n---\nWill start executing the plan step by step{NEXT}"
        "<|channel|>commentary to=functions.generate_file<|constrain|>json<|message|>"
        '{"template": "basic_html", "path": "index.html"}<|call|>',
        [
            ("reasoning", "{long chain of thought}"),
            ("content", "**Action plan**:\n1. Generate an HTML file\n---\nWill start executing the plan step by step"),
            ("call", "generate_file"),
            ("arguments", '{"template": "basic_html", "path": "index.html"}'),
        ],
    ),
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
    "question marks instead of a channel": (
        "<|channel|>??" + NEXT + "<|channel|>final<|message|>x",
        [("reasoning", "??"), ("content", "x")],
    ),
    "free text, then a start without an end": (
        "<|channel|>commentary 2? Hm.<|start|>assistant<|channel|>final<|message|>x",
        [("reasoning", "2? Hm."), ("content", "x")],
    ),
    "words left over in the header": (
        "<|channel|>final at last <|constrain|>markdown now<|message|>x<|return|>",
        [("content", "x")],
    ),
    "words left over after the recipient": (
        "<|channel|>commentary to=functions.f now <|constrain|>json<|message|>{}<|call|>",
        [("call", "f"), ("arguments", "{}")],
    ),
    "recipient beside the role, channel analysis": (
        " to=functions.g<|channel|>analysis<|message|>{}<|call|>",
        [("call", "g"), ("arguments", "{}")],
    ),
    "recipient without its namespace": (
        "<|channel|>commentary to=f <|constrain|>json<|message|>{}<|call|>",
        [("call", "f"), ("arguments", "{}")],
    ),
    "a function of the name of a role": (
        "<|channel|>commentary to=functions.assistant<|message|>{}<|call|>",
        [("call", "assistant"), ("arguments", "{}")],
    ),
    "a tool that runs code, which nobody offered": (
        "<|channel|>analysis to=container.exec code<|message|>ls<|call|>",
        [("reasoning", "ls")],
    ),
    "an unknown role": ("<|end|><|start|>robot<|channel|>final<|message|>x", [("content", "x")]),
    "a role alone": ("<|channel|>final<|message|>x<|end|><|start|>assistant<|end|>", [("content", "x")]),
    "a question that the model asks itself": (
        "<|channel|>final<|message|>x<|end|><|start|>user<|message|>And y?<|end|>",
        [("content", "x"), ("reasoning", "And y?")],
    ),
    "a result that the model makes up": (
        "<|channel|>commentary to=functions.f<|message|>{}<|call|><|start|>functions.f to=assistant"
        f"<|channel|>commentary<|message|>12{NEXT}<|channel|>final<|message|>x",
        [("call", "f"), ("arguments", "{}"), ("reasoning", "12"), ("content", "x")],
    ),
    "text where an author belongs": ("<|end|><|start|>Hello you<|end|>", [("content", "Hello you")]),
    "an answer without markup that begins with a gap": (" Hello you", [("content", " Hello you")]),
    "an answer without markup that begins like a recipient": (" total: 3", [("content", " total: 3")]),
    "gaps between messages": (
        "<|channel|>analysis<|message|>t<|end|>\n <|start|>assistant<|channel|>final<|message|>x",
        [("reasoning", "t"), ("content", "x")],
    ),
    "a channel in capitals": ("<|channel|>Final<|message|>x", [("content", "x")]),
    "a message without a channel": ("<|message|>x<|return|>", [("content", "x")]),
    "two thoughts": (
        f"<|channel|>analysis<|message|>t{NEXT}<|channel|>analysis<|message|>üben{NEXT}<|channel|>final<|message|>x",
        [("reasoning", "t\n\nüben"), ("content", "x")],
    ),
    "a preamble, then an answer": (
        f"<|channel|>commentary<|message|>I will check.{NEXT}<|channel|>final<|message|>€ 5.<|return|>",
        [("content", "I will check.\n\n€ 5.")],
    ),
    "a preamble, a thought, then an answer": (
        f"<|channel|>commentary<|message|>Well.{NEXT}<|channel|>analysis<|message|>t{NEXT}<|channel|>final<|message|>x",
        [("content", "Well."), ("reasoning", "t"), ("content", "\n\nx")],
    ),
    "an empty message between two": (
        f"<|channel|>final<|message|>x{NEXT}<|channel|>final<|message|>{NEXT}<|channel|>final<|message|>y",
        [("content", "x\n\ny")],
    ),
    "a thought, then free text in a header": (
        f"<|channel|>analysis<|message|>t{NEXT}<|channel|>commentary 2? Hm.{NEXT}<|channel|>final<|message|>x",
        [("reasoning", "t\n\n2? Hm."), ("content", "x")],
    ),
    "nothing": ("<|return|>", []),
    "the spelling of a mark inside text": ("<|channel|>final<|message|>a <|bar|> b", [("content", "a <|bar|> b")]),
}


# What stood where only a header belongs is told from one at its end.
SALVAGED = {
    "a stray commentary first",
    "free text in the header",
    "a thought, then free text in a header",
    "a channel stuttered",
    "question marks instead of a channel",
    "free text, then a start without an end",
    "words left over in the header",
    "text where an author belongs",
}
TOOLS = {"get_weather", "HassTurnOn", "f", "g", "ffgrep", "web-browsing", "generate_file", "assistant"}


def parse(tokens: list[int]) -> list[Piece]:
    parser = HarmonyParser(ALPHABET, TOOLS)
    return [piece for token in tokens for piece in parser.feed(token)] + parser.finish()


def letters(read: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Half a character, at a cut, is none."""
    return [(kind, letter) for kind, text in read for letter in text if letter != "\ufffd"]


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS.keys())
def test_a_turn_reads_as_it_was_meant(turn):
    """Well-formed or not, what the model wrote arrives under the right heading."""
    text, expected = turn

    assert expected == joined(parse(spell(text)))


@pytest.mark.parametrize("name", TURNS)
def test_a_turn_may_be_cut_anywhere(name):
    """What was written until then comes out under the headings it would have had, and no control token with it."""
    tokens, expected = spell(TURNS[name][0]), letters(TURNS[name][1])
    for length in range(len(tokens)):
        shown = letters(joined(parse(tokens[:length])))
        assert not [mark for mark in MARKS if f"<|{mark}|>" in "".join(letter for _, letter in shown)]
        assert name in SALVAGED or shown == expected[: len(shown)]


@pytest.mark.parametrize("name", TURNS)
def test_no_body_is_held_back(name):
    """Each letter is there with the token that ends it, before the next one comes."""
    parser = HarmonyParser(ALPHABET, TOOLS)
    tokens = spell(TURNS[name][0])
    streamed = [piece for token in tokens for piece in parser.feed(token)]

    assert joined([*streamed, *parser.finish()]) == joined(parse(tokens))
    if name not in SALVAGED:
        assert letters(joined(streamed)) == letters(TURNS[name][1])


def test_a_call_that_is_cut_shows_what_there_is():
    """Its name and the arguments so far."""
    cut = '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a": [1, '

    assert [("call", "f"), ("arguments", '{"a": [1, ')] == joined(parse(spell(cut)))


def test_a_header_that_is_cut_shows_nothing():
    """Wherever it is; half a header is no text."""
    for header in (
        "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>",
        " to=functions.get_weather<|channel|>commentary json<|message|>",
        "<|channel|>final <|constrain|>json<|message|>",
        "<|channel|>analysis<|message|>",
    ):
        tokens = spell(header)
        assert [[]] * len(tokens) == [parse(tokens[:length]) for length in range(len(tokens))]


def test_a_call_of_no_tool_is_no_call():
    """As where tools were offered that may not be called."""
    turn = "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>"
    parser = HarmonyParser(ALPHABET)

    assert [Reasoning("{"), Reasoning("}")] == [piece for token in spell(turn) for piece in parser.feed(token)]
    assert 0 == parser.calls


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
