"""Calls and their results, in whatever numbers they come."""

import time

from deployments.api.openai.history import check_tool_messages, unpaired
from deployments.chat.messages import Message, ToolCall

MANY = 20_000
CALLS = Message("assistant", "", tool_calls=tuple(ToolCall(str(number), "f", "{}") for number in range(MANY)))
RESULTS = [Message("tool", "", tool_call_id=str(number)) for number in reversed(range(MANY))]


def test_many_calls_are_paired_at_once():
    """Nobody else is served meanwhile."""
    begun = time.process_time()
    check_tool_messages([CALLS, *RESULTS])
    check_tool_messages(RESULTS, history=[CALLS])

    assert ([], []) == unpaired([CALLS, *RESULTS])
    assert time.process_time() - begun < 1


def test_a_call_that_was_made_twice_needs_two_results():
    """Items may be added to a conversation under an id that is there already."""
    twice, result = [Message("assistant", "", tool_calls=CALLS.tool_calls[:1])] * 2, RESULTS[-1]

    assert ([["0", "0"], []], [["0"], []]) == (list(unpaired(twice)), list(unpaired([*twice, result])))
    assert ([], ["0"]) == unpaired([*twice, *[result] * 3])
