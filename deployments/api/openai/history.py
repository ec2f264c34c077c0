"""Which tool messages may follow which calls. It knows what a session holds as well as what a request adds."""

from collections.abc import Sequence

from deployments.chat.messages import Message
from deployments.errors import InvalidField


def check_tool_messages(messages: Sequence[Message], history: Sequence[Message] | None = None) -> None:
    """Each call is answered, once, before anything else is said. Raises InvalidField with the place.

    `history` is what a session holds; there, instructions move before everything said, and are in nobody's way. Of
    its results, the calls may have left the context.
    """
    open_calls, _ = unpaired(history or ())
    for place, message in enumerate(messages):
        if message.role == "tool":
            _answer(message, open_calls, place)
        elif history is None or not message.is_instruction:
            _require_none(open_calls, place)
            open_calls = _calls(message, place)
    _require_none(open_calls, len(messages) - 1)


def unpaired(messages: Sequence[Message]) -> tuple[list[str], list[str]]:
    """Ids of calls that still wait for their results, wherever they stand, and of results that no call waits for."""
    calls: list[str] = []
    results: list[str] = []
    for message in messages:
        calls += [call.id for call in message.tool_calls]
        if message.role == "tool" and message.tool_call_id in calls:
            calls.remove(message.tool_call_id)
        elif message.role == "tool":
            results.append(message.tool_call_id or "")
    return calls, results


def _answer(message: Message, open_calls: list[str], place: int) -> None:
    if message.tool_call_id not in open_calls:
        raise InvalidField(
            "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'; "
            f"no call {message.tool_call_id!r} waits for one.",
            param=f"messages.[{place}].tool_call_id",
        )
    open_calls.remove(message.tool_call_id)


def _require_none(open_calls: Sequence[str], place: int) -> None:
    if open_calls:
        raise InvalidField(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(open_calls)}",
            param=f"messages.[{place}].role",
        )


def _calls(message: Message, place: int) -> list[str]:
    ids = [call.id for call in message.tool_calls]
    if len(set(ids)) < len(ids):
        raise InvalidField("Two tool_calls of one message have the same id.", param=f"messages.[{place}].tool_calls")
    return ids
