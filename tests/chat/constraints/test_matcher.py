"""A matcher says the same in two ways, goes back exactly, and ends when its grammar does."""

import numpy as np
import pytest

from deployments.chat.constraints.grammar import JsonSchema, Lark
from deployments.engine.constraint import Constraint, ConstraintError
from tests.chat.constraints.patterns import matching

TURN = r"""
start: analysis? (call | final)
analysis: <|channel|> "analysis" <|message|> TEXT <|end|> <|start|> "assistant"
final: <|channel|> "final" <|message|> TEXT <|return|>
call: <|channel|> "commentary to=functions.f" <|message|> %json {"type": "integer"} <|call|>
TEXT: /(.|\n)*/
"""


def spelled(vocabulary, *parts: str) -> list[int]:
    return [token for part in parts for token in _tokens(vocabulary, part)]


def _tokens(vocabulary, part):
    return [vocabulary.controls[part]] if part in vocabulary.controls else vocabulary.plain(part)


def assert_agrees(matcher, vocabulary):
    allowed = [matcher.allows(token) for token in range(vocabulary.size)]

    assert allowed == matcher.mask().tolist()


def thinking_then_call(vocabulary):
    thinking = "<|channel|>", "analysis", "<|message|>", "hm <|end|", "<|end|>", "<|start|>", "assistant"
    return spelled(vocabulary, *thinking, "<|channel|>", "commentary to=functions.f", "<|message|>", "12", "<|call|>")


async def test_the_mask_and_the_check_agree(compiler, vocabulary):
    """At every place of a text, for every token."""
    matcher: Constraint = await compiler.matcher(JsonSchema({"type": "object", "properties": {"é": {"maxLength": 3}}}))

    for token in vocabulary.plain('{"é": "x日"}'):
        assert_agrees(matcher, vocabulary)
        matcher.accept(token)
    assert_agrees(matcher, vocabulary)


async def test_nothing_follows_an_end(compiler, vocabulary):
    """Not even another."""
    end = min(vocabulary.ends)
    matcher = await compiler.matcher(matching("a*"))
    for token in [*vocabulary.plain("a"), end]:
        matcher.accept(token)

    assert matcher.is_complete
    assert not matcher.mask().any()
    assert not matcher.allows(end)


async def test_ends_are_allowed_where_the_grammar_is_satisfied(compiler, vocabulary):
    """Not before, and alone when nothing more can come."""
    matcher = await compiler.matcher(matching("[0-9]{1,2}"))
    ends = sorted(vocabulary.ends)
    digit = vocabulary.plain("1")[0]

    assert not matcher.mask()[ends].any()
    matcher.accept(digit)
    assert matcher.mask()[ends].all()
    assert not matcher.is_complete
    matcher.accept(digit)
    assert ends == matcher.mask().nonzero()[0].tolist()
    assert matcher.is_complete


async def test_control_tokens_are_terminals(compiler, vocabulary):
    """Also one that ends the answer: where a rule names it, no other will do."""
    *turn, call = thinking_then_call(vocabulary)
    matcher = await compiler.matcher(Lark(TURN))
    for token in turn:
        assert matcher.allows(token)
        matcher.accept(token)

    assert {call} == set(vocabulary.ends) & set(matcher.mask().nonzero()[0].tolist())
    matcher.accept(call)
    assert matcher.is_complete


async def test_text_never_is_a_control_token(compiler, vocabulary, accepts):
    """Any text may spell one; none may be one."""
    matcher = await compiler.matcher(matching(r"(.|\n)*"))

    assert accepts(matcher, "<|channel|>final")
    assert not matcher.mask()[sorted(set(vocabulary.controls.values()) - vocabulary.ends)].any()


async def test_a_token_that_is_not_allowed_changes_nothing(compiler, vocabulary):
    """The engine may go on with another."""
    matcher = await compiler.matcher(JsonSchema({"type": "boolean"}))
    before = matcher.mask()

    for token in [*vocabulary.plain("x"), *vocabulary.ends, *vocabulary.controls.values()]:
        with pytest.raises(ConstraintError, match="not allowed"):
            matcher.accept(token)

    np.testing.assert_array_equal(before, matcher.mask())


async def test_what_becomes_too_complex_on_the_way_says_so(compiler, vocabulary):
    """Never does an answer end early as if it were complete."""
    many = {f"p{number}": {"type": "integer"} for number in range(900)}
    matcher = await compiler.matcher(JsonSchema({"type": "object", "properties": many}))

    with pytest.raises(ConstraintError, match="cannot be followed any further"):
        matcher.accept(vocabulary.plain("{")[0])
    with pytest.raises(ConstraintError, match="cannot be followed any further"):
        matcher.mask()
