"""A text shown comes with the tokens that it was made of, however long it was held back."""

import pytest

from deployments.chat.answer import Answer
from deployments.chat.attribution import LEAST_LOGPROB, Attribution
from deployments.chat.deltas import Content
from deployments.chat.harmony.parse import Alphabet, HarmonyParser
from deployments.chat.plain import PlainParser
from deployments.engine.logprobs import TokenLogprobs
from deployments.engine.sequence import Sequence

MARKS = ["start", "end", "message", "channel", "constrain", "return", "call"]
WORDS = ["final", "analysis", "assistant", "Hello", " there", "END", "ab", "c", "€"]
SPELLINGS = [b"", b"\xe2", b"\x82", b"\xac", b"x\xe2", b"\x82\xac!", b"\x80", *(word.encode() for word in WORDS)]
SPELLINGS += [b""] * len(MARKS)
ALPHABET = Alphabet(SPELLINGS, {len(SPELLINGS) - len(MARKS) + i: mark for i, mark in enumerate(MARKS)})


def tokens_of(*spelled: bytes | str) -> list[int]:
    """A mark by its name in `<|…|>`, anything else by its bytes."""
    named = {f"<|{mark}|>": token for token, mark in ALPHABET.marks.items()}
    return [
        named[part] if part in named else SPELLINGS.index(part if isinstance(part, bytes) else part.encode())
        for part in spelled
    ]


def heard(parser, *spelled, stop=()) -> list[Content]:
    """What an answer shows token by token, each of which is as likely as its number says."""
    sequence = Sequence([1], max_tokens=99)
    answer = Answer(sequence, parser, stop, Attribution(SPELLINGS))
    shown = []
    for token in tokens_of(*spelled):
        sequence.tokens.append(token)
        sequence.logprobs.append(TokenLogprobs(token, -float(token), ((token, -float(token)), (0, -50.0))))
        shown += answer.feed([token])
    return [piece for piece in shown + answer.finish() if isinstance(piece, Content)]


def pieces(shown: list[Content]) -> list[tuple[str, list[bytes]]]:
    return [(content.text, [item.piece for item in content.likelihoods]) for content in shown]


def plain(*spelled, stop=()):
    return pieces(heard(PlainParser(SPELLINGS), *spelled, stop=stop))


def test_a_character_in_pieces_comes_with_all_of_them():
    """Once it is whole."""
    assert [("Hello", [b"Hello"]), ("€", [b"\xe2", b"\x82", b"\xac"])] == plain("Hello", b"\xe2", b"\x82", b"\xac")


def test_a_token_comes_with_the_text_that_it_begins():
    """Also where its end belongs to a later one."""
    assert [("x", [b"x\xe2"]), ("€!", [b"\x82\xac!"])] == plain(b"x\xe2", b"\x82\xac!")


@pytest.mark.parametrize("broken", [(b"\x80",), (b"\xe2", b"\x82"), (b"\x80", b"\x80")])
def test_broken_characters_have_their_tokens_too(broken):
    """No more and no fewer."""
    shown = plain("Hello", *broken, "ab")

    assert ["Hello", *broken, "ab"] == [
        piece if piece in broken else piece.decode() for _, likelihoods in shown for piece in likelihoods
    ]


def test_what_may_become_a_stop_string_is_told_when_it_is_shown():
    """With the tokens it was made of."""
    assert [("ab", [b"ab"]), ("cHello", [b"c", b"Hello"])] == plain("ab", "c", "Hello", stop=("cab",))


def test_a_stop_string_and_what_follows_have_none():
    """They are no part of the answer."""
    assert [("Hello", [b"Hello"])] == plain("Hello", "END", " there", stop=("END",))
    assert [("a", [b"ab"])] == plain("ab", "c", stop=("bc",))


def test_reasoning_and_headers_have_none():
    """Only what users see."""
    thought = ("<|channel|>", "analysis", "<|message|>", "Hello", b"\xe2", "<|end|>", "<|start|>", "assistant")
    spoken = ("<|channel|>", "final", "<|message|>", b"\x80", " there", b"\xe2", "<|return|>")
    shown = pieces(heard(HarmonyParser(ALPHABET), *thought, *spoken))

    assert [b"\x80", b" there", b"\xe2"] == [piece for _, likelihoods in shown for piece in likelihoods]


def test_what_stands_between_two_messages_has_none():
    """Nor does it shift those of what follows."""
    final = "<|channel|>", "final", "<|message|>"
    parser = HarmonyParser(ALPHABET)
    shown = pieces(heard(parser, *final, "Hello", "<|end|>", "<|start|>", "assistant", *final, b"\xe2", b"\x82", "ab"))

    assert "Hello\n\n\ufffdab" == "".join(text for text, _ in shown)
    assert [b"Hello", b"\xe2", b"\x82", b"ab"] == [piece for _, likelihoods in shown for piece in likelihoods]


def test_numbers_are_fit_for_json_and_control_tokens_are_not_told():
    """No infinity, no `<|…|>`."""
    attribution = Attribution(SPELLINGS)
    (token,) = tokens_of("ab")
    attribution.read(TokenLogprobs(token, float("-inf"), ((0, -1.0), (token, float("nan")))), [Content("ab")])
    (likelihood,) = attribution.shown("ab")

    assert (b"ab", LEAST_LOGPROB, ((b"ab", LEAST_LOGPROB),)) == (
        likelihood.piece,
        likelihood.logprob,
        likelihood.top,
    )
