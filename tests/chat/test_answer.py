"""An answer is shown up to its stop string, in as few pieces as came together, and counted token by token."""

import pytest

from deployments.chat.answer import Answer, joined
from deployments.chat.deltas import CallArguments, CallStarted, Content, Likelihood, Reasoning
from deployments.engine.sequence import Sequence


class Script:
    """A parser whose `i`-th token means the `i`-th of these lists."""

    calls = 0
    is_reasoning = False

    def __init__(self, *meanings, rest=()):
        self._meanings, self._rest = meanings, rest

    def feed(self, token):
        return self._meanings[token]

    def finish(self):
        return self._rest


def shown(parser, *tokens, stop=()):
    answer = Answer(Sequence([1], max_tokens=9), parser, stop)
    pieces = [*answer.feed(tokens), *answer.finish()]
    return pieces, answer.outcome()


def test_neighbours_of_one_kind_are_one():
    """In their order, with all that belongs to them."""
    likelihoods = [Likelihood(piece, -1.0) for piece in (b"a", b"b")]
    calls = CallStarted(0, "call_0", "f"), CallStarted(1, "call_1", "f")
    pieces = [Reasoning("x"), Reasoning("y"), Content("a", (likelihoods[0],)), Content("b", (likelihoods[1],))]
    pieces += [calls[0], CallArguments(0, "{"), CallArguments(0, "}"), *calls[1:], CallArguments(1, "{}")]
    expected = [Reasoning("xy"), Content("ab", tuple(likelihoods)), calls[0], CallArguments(0, "{}"), calls[1]]

    assert [*expected, CallArguments(1, "{}")] == joined(pieces)
    assert [] == joined([])
    assert list(calls) == joined(calls)


@pytest.mark.parametrize("rest", [[], [Content("never")]])
def test_nothing_follows_a_stop_string(rest):
    """Neither what its own token brought with it, nor later tokens, nor what was held back."""
    parser = Script([Content("aST")], [Content("OPb"), CallStarted(0, "call_0", "f")], [Content("c")], rest=rest)
    pieces, outcome = shown(parser, 0, 1, 2, 2, stop=("STOP",))

    assert [Content("a")] == pieces
    assert ("stop", 2) == (outcome.reason, outcome.usage.completion_tokens)


def test_what_was_held_back_comes_before_what_follows_it():
    """When it turned out to be no stop string."""
    pieces, _ = shown(Script([Content("ST")], [Reasoning("Hm.")], [Content("O")]), 0, 1, 2, stop=("STOP",))

    assert [Content("ST"), Reasoning("Hm."), Content("O")] == pieces
