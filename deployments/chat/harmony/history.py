"""A conversation as Harmony tells it: one call at a time, its result right behind it, with its function's name."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deployments.chat.messages import Message
from deployments.errors import InvalidRequest


def one_call_at_a_time(messages: Sequence[Message]) -> list[Message]:
    """Raises InvalidRequest for a result that nobody asked for."""
    told: list[list[Message]] = []  # what was said, each with the results that it led to
    called: dict[str | None, tuple[str, list[Message]]] = {}
    for message in messages:
        if message.role != "tool":
            for part in _apart(message):
                told.append([part])
                called |= {call.id: (call.name, told[-1]) for call in part.tool_calls}
        elif message.tool_call_id in called:
            name, said = called[message.tool_call_id]
            said.append(replace(message, name=name))
        else:
            told.append([_named(message)])
    return [message for said in told for message in said]


def _apart(message: Message) -> Iterator[Message]:
    """Several calls of one message become messages of their own; what was thought and said stays with the first."""
    yield replace(message, tool_calls=message.tool_calls[:1])
    for call in message.tool_calls[1:]:
        yield Message("assistant", tool_calls=(call,))


def _named(result: Message) -> Message:
    if not result.name:
        raise InvalidRequest(
            f'A tool message answers the call "{result.tool_call_id or ""}", which no assistant message before it '
            "made. Send that message, with its tool_calls, too.",
            param="messages",
        )
    return result
