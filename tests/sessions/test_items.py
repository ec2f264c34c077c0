"""Messages are kept as items, without loss."""

from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.messages import Message, ToolCall
from deployments.sessions.items import NAMES, contents_of, from_json, message_of, to_json

TEXT = st.text(st.characters() | st.characters(categories=["Cs"]))  # half of a surrogate pair, too
CALLS = st.lists(st.builds(ToolCall, TEXT, TEXT, TEXT)).map(tuple)
MESSAGES = st.one_of(
    st.builds(Message, st.sampled_from(["system", "developer", "user"]), TEXT, name=st.none() | TEXT),
    st.builds(Message, st.just("assistant"), TEXT, TEXT, CALLS),
    st.builds(Message, st.just("tool"), TEXT, tool_call_id=TEXT, name=st.none() | TEXT),
)


@given(MESSAGES)
def test_any_message_comes_back_to_the_letter(message):
    """From what a database holds of it, which UTF-8 can write down."""
    kept = [(NAMES[type(content)], to_json(content).encode()) for content in contents_of(message)]

    assert message == message_of([from_json(name, body.decode()) for name, body in kept])
