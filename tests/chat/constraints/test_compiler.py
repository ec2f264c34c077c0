"""Forms are compiled once, for anyone, and never at the price of the process."""

import asyncio
import time

import pytest

from deployments.chat.constraints import proof
from deployments.chat.constraints.compiler import Compiler
from deployments.chat.constraints.grammar import JsonSchema, Lark
from deployments.chat.constraints.limits import MAX_BYTES
from deployments.errors import InvalidField
from tests.chat.constraints.patterns import matching

DIGITS = matching("[0-9]+")


async def test_those_who_want_the_same_at_once_wait_for_one(compiler, vocabulary):
    """And get matchers that know nothing of each other."""
    one, *others = await asyncio.gather(*(compiler.matcher(DIGITS) for _ in range(8)))
    one.accept(vocabulary.plain("1")[0])

    assert 1 == compiler.compiled
    assert not any(other.allows(min(vocabulary.ends)) for other in others)


async def test_who_leaves_does_not_stop_it_for_the_others(compiler):
    """Nor for those who come later."""
    leaver, stayer = (asyncio.create_task(compiler.matcher(DIGITS)) for _ in range(2))
    await asyncio.sleep(0)
    leaver.cancel()

    await stayer
    await compiler.matcher(DIGITS)

    assert 1 == compiler.compiled


async def test_the_least_recently_wanted_is_forgotten(vocabulary):
    """Memory is bounded."""
    compiler = Compiler(vocabulary, max_entries=2)
    for pattern in ["a", "b", "a", "c", "a", "b"]:
        await compiler.matcher(matching(pattern))

    assert 4 == compiler.compiled


async def test_a_refusal_is_every_waiter_s_own(compiler):
    """Each with the field it came from."""
    waiting = [compiler.matcher(matching("(a"), param=param) for param in ("one", "two")]

    errors = await asyncio.gather(*waiting, return_exceptions=True)

    assert ["one", "two"] == [error.param for error in errors]


@pytest.mark.parametrize("pattern", ["", "a/b", r"a\/b", "[/]", "a\nb", '"', "é+", "^a b$", r"(?i)x\d"])
async def test_any_regular_expression_is_itself(compiler, accepts, pattern):
    """Whatever its characters mean in the text that it becomes part of."""
    examples = {"^a b$": "a b", r"(?i)x\d": "X1", "[/]": "/", r"a\/b": "a/b", "é+": "éé"}
    matcher = await compiler.matcher(matching(pattern))

    assert accepts(matcher, examples.get(pattern, pattern))


@pytest.mark.parametrize("pattern", ["(a", r"(?=a)b", r"(a)\1", r"\bfoo\b"])
async def test_a_regular_expression_that_cannot_be_enforced_is_refused(compiler, pattern):
    """Before anything is generated."""
    with pytest.raises(InvalidField, match=r"^The grammar cannot be enforced: "):
        await compiler.matcher(matching(pattern))


async def test_a_grammar_names_what_it_does_not_know(compiler):
    """Rules, and tokens that this model lacks."""
    with pytest.raises(InvalidField, match="unknown name"):
        await compiler.matcher(Lark("start: foo"))
    with pytest.raises(InvalidField, match="unknown special token"):
        await compiler.matcher(Lark("start: <|nope|>"))


def row(length: int, step) -> JsonSchema:
    steps = {str(number): step({"$ref": f"#/$defs/{number + 1}"}) for number in range(length)}
    return JsonSchema({"$ref": "#/$defs/0", "$defs": {**steps, str(length): {"type": "string"}}})


def nested(depth: int) -> JsonSchema:
    schema: dict = {}
    for _ in range(depth):
        schema = {"items": schema}
    return JsonSchema(schema)


HOSTILE = {
    "a long row of references": row(3600, lambda reference: reference),
    "a long row of arrays": row(2000, lambda reference: {"items": reference}),
    "a long row of rules": Lark("start:r0\n" + "\n".join(f"r{n}:r{n + 1}" for n in range(9000)) + '\nr9000:"a"'),
    "deeply nested": nested(500),
    "very deeply nested": nested(5000),
    "deep parentheses": matching("(" * 5000 + "a" + ")" * 5000),
    "a doubling grammar": Lark("start: R0\n" + "\n".join(f"R{n}: R{n + 1} R{n + 1}" for n in range(40)) + '\nR40: "a"'),
    "a product of choices": JsonSchema(
        {"allOf": [{"anyOf": [{"properties": {f"k{i}_{j}": {}}} for j in range(4)]} for i in range(10)]}
    ),
    "too long": JsonSchema({"const": "x" * MAX_BYTES}),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_form_is_refused(compiler, name):
    """The process lives on, and others are served."""
    with pytest.raises(InvalidField, match="cannot be enforced"):
        await compiler.matcher(HOSTILE[name])

    await compiler.matcher(DIGITS)


async def test_a_form_on_which_the_trial_fails_is_refused(compiler, monkeypatch, caplog):
    """As where the library panics, or there is no memory; the log says how it ended."""
    monkeypatch.setattr(proof, "TRIAL_CPU_S", "no number")
    with pytest.raises(InvalidField, match="could not be compiled"):
        await compiler.matcher(Lark("start: A\nA: /a/ & /b?a/"))

    assert "ended with code 1" in caplog.text


@pytest.mark.slow
async def test_a_form_that_takes_hours_to_compile_is_refused(compiler):
    """While others are compiled."""
    patterns = [{"type": "string", "pattern": f".*a{number}.*"} for number in range(60)]
    hostile = asyncio.create_task(compiler.matcher(JsonSchema({"allOf": patterns})))
    await asyncio.sleep(0.1)
    begun = time.perf_counter()
    await compiler.matcher(DIGITS)

    assert time.perf_counter() - begun < 2
    with pytest.raises(InvalidField, match="too complex"):
        await hostile


@pytest.mark.parametrize("pattern", ["(a{1000}){1000}", "a{1000000}", "((a|bc){0,900}){1000}"])
async def test_long_repetitions_are_no_danger(compiler, vocabulary, pattern):
    """They are unfolded only as far as an answer gets."""
    matcher = await compiler.matcher(matching(pattern))
    letter = vocabulary.plain("a")[0]
    for _ in range(20):
        assert matcher.mask()[letter]
        matcher.accept(letter)
