"""When a conversation is too long, whole turns leave it, oldest first."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.messages import Message, ToolCall
from deployments.chat.request import ChatRequest
from deployments.chat.truncation import truncated

SYSTEM, USER, ANSWER = Message("system", "Be brief."), Message("user", "?"), Message("assistant", "!")
CALL = Message("assistant", tool_calls=(ToolCall("call_1", "f", "{}"),))
RESULT = Message("tool", "42", tool_call_id="call_1")
LOOP = [CALL, RESULT, ANSWER]

TURNS = st.sampled_from([[USER, ANSWER], [USER, USER, ANSWER], [USER, *LOOP]])
OPENINGS = st.sampled_from([[USER, ANSWER], [ANSWER], LOOP])  # a conversation need not begin with a question
ENDINGS = st.sampled_from([[USER], [USER, CALL, RESULT]])


@given(OPENINGS, st.lists(TURNS), ENDINGS, st.lists(st.integers(0, 30)), st.integers(0, 20))
def test_the_fewest_whole_turns_leave(opening, middle, ending, places, most):
    """Or all but the last. Calls stay with their results, and instructions wherever they are."""
    turns = [opening, *middle, ending]
    messages = [*chain(*turns)]
    for place in places:
        messages.insert(place, SYSTEM)
    after = truncated(ChatRequest(tuple(messages), max_tokens=1), lambda request: len(said(request)) <= most)
    shorter = ([*chain(*turns[first:])] for first in range(1, len(turns)))

    assert next((rest for rest in shorter if len(rest) <= most), ending) == said(after)
    assert len(places) == after.messages.count(SYSTEM)
    assert len([*chain(*turns)]) - len(said(after)) == after.truncated_messages


def test_a_single_turn_stays_as_it_is():
    """However long it is."""
    request = ChatRequest((SYSTEM, USER, *LOOP), max_tokens=1)

    assert request is truncated(request, lambda _: False)


def test_what_has_left_before_is_counted_too():
    """The model does not read it either."""
    request = ChatRequest((USER, ANSWER, USER), max_tokens=1, truncated_messages=4)

    assert 6 == truncated(request, lambda _: True).truncated_messages


def said(request):
    return [message for message in request.messages if not message.is_instruction]
