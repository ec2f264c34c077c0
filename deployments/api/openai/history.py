"""Which tool messages may follow which calls. It knows what a session holds as well as what a request adds."""

from collections import Counter
from collections.abc import Sequence

from deployments.chat.messages import Message
from deployments.errors import InvalidField


def check_tool_messages(messages: Sequence[Message], history: Sequence[Message] | None = None) -> None:
    """Each call is answered, once, before anything else is said. Raises InvalidField with the place.

    `history` is what a session holds; there, instructions move before everything said, and are in nobody's way. Of
    its results, the calls may have left the context.
    """
    open_calls = Counter(unpaired(history or ())[0])
    for place, message in enumerate(messages):
        if message.role == "tool":
            _answer(message, open_calls, place)
        elif history is None or not message.is_instruction:
            _require_none(open_calls, place)
            open_calls = _calls(message, place)
    _require_none(open_calls, len(messages) - 1)


def unpaired(messages: Sequence[Message]) -> tuple[list[str], list[str]]:
    """Ids of calls that still wait for their results, wherever they stand, and of results that no call waits for."""
    calls: Counter[str] = Counter()
    results: list[str] = []
    for message in messages:
        calls.update(call.id for call in message.tool_calls)
        if message.role == "tool" and not _take(calls, message.tool_call_id or ""):
            results.append(message.tool_call_id or "")
    return list(calls.elements()), results


def _take(calls: Counter[str], call_id: str) -> bool:
    """Says whether there was one."""
    if is_there := calls[call_id] > 0:
        calls[call_id] -= 1
    return is_there


def _answer(message: Message, open_calls: Counter[str], place: int) -> None:
    if not _take(open_calls, message.tool_call_id or ""):
        raise InvalidField(
            "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'; "
            f"no call {message.tool_call_id!r} waits for one.",
            param=f"messages.[{place}].tool_call_id",
        )


def _require_none(open_calls: Counter[str], place: int) -> None:
    if still_open := list(open_calls.elements()):
        raise InvalidField(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(still_open)}",
            param=f"messages.[{place}].role",
        )


def _calls(message: Message, place: int) -> Counter[str]:
    ids = [call.id for call in message.tool_calls]
    if len(set(ids)) < len(ids):
        raise InvalidField("Two tool_calls of one message have the same id.", param=f"messages.[{place}].tool_calls")
    return Counter(ids)
