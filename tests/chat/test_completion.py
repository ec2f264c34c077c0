"""A conversation goes on from what an answer was, and from no more."""

import pytest

from deployments.chat.completion import Completion
from deployments.chat.deltas import Usage
from deployments.chat.messages import Message, ToolCall


@pytest.mark.parametrize("arguments", ['{"a": [1, ', "[" * 100_000, "[1]"])
def test_a_call_that_was_cut_is_none(arguments):
    """However deep it had come."""
    whole, cut = ToolCall("call_0", "f", '{"a": 1}'), ToolCall("call_1", "f", arguments)
    completion = Completion(Message("assistant", "Hi", tool_calls=(whole, cut)), "length", Usage(1, 1))

    assert Message("assistant", "Hi", tool_calls=(whole,)) == completion.lasting
