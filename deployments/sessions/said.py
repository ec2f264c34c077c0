"""Which items are one message. It knows neither rows nor ids."""

from collections.abc import Iterable, Sequence

from deployments.chat.messages import Message
from deployments.sessions.items import Content, FunctionCallItem, MessageItem, ReasoningItem, message_of

_ORDER = {ReasoningItem: 0, MessageItem: 1, FunctionCallItem: 2}  # in which an assistant gives them


def messages_of(contents: Iterable[Content]) -> tuple[Message, ...]:
    return tuple(message_of(group) for group in grouped(contents))


def positions(contents: Iterable[Content], first: int) -> list[int]:
    """Of each, where those of one message share one."""
    return [position for position, group in enumerate(grouped(contents), first) for _ in group]


def grouped(contents: Iterable[Content]) -> list[list[Content]]:
    """An assistant's reasoning, text and calls are one message, as far as they come in this order."""
    groups: list[list[Content]] = []
    for content in contents:
        if groups and _goes_on(groups[-1], content):
            groups[-1].append(content)
        else:
            groups.append([content])
    return groups


def _goes_on(group: Sequence[Content], content: Content) -> bool:
    last = group[-1]
    if not _is_assistants(last) or not _is_assistants(content):
        return False
    before, after = _ORDER[type(last)], _ORDER[type(content)]
    return before < after or (before == after and not isinstance(content, MessageItem))


def _is_assistants(content: Content) -> bool:
    return type(content) in _ORDER and (not isinstance(content, MessageItem) or content.role == "assistant")
