"""Items that are kept, as the API shows them."""

from collections.abc import Sequence
from typing import Any

from deployments.api.openai.responses.sealed import sealed
from deployments.sessions.items import FunctionCallItem, FunctionCallOutputItem, Item, MessageItem, ReasoningItem


def item_object(item: Item, *, with_sealed: bool) -> dict[str, Any]:
    return {"id": item.id, "status": "completed", **_fields(item, with_sealed)}


def page_object(items: Sequence[Item], limit: int, *, with_sealed: bool) -> dict[str, Any]:
    """`items` are one more than the limit, where there are more."""
    page = [item_object(item, with_sealed=with_sealed) for item in items[:limit]]
    return {
        "object": "list",
        "data": page,
        "first_id": page[0]["id"] if page else None,
        "last_id": page[-1]["id"] if page else None,
        "has_more": len(items) > limit,
    }


def _fields(item: Item, with_sealed: bool) -> dict[str, Any]:
    match item.content:
        case MessageItem() as message:
            return {"type": "message", "role": message.role, "content": _parts(message)}
        case ReasoningItem() as reasoning:
            return _reasoning(reasoning, with_sealed)
        case FunctionCallItem(call_id, name, arguments):
            return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}
        case FunctionCallOutputItem(call_id, output):
            return {"type": "function_call_output", "call_id": call_id, "output": output}


def _parts(message: MessageItem) -> list[dict[str, Any]]:
    if message.role == "assistant":
        return [{"type": "output_text", "text": text, "annotations": [], "logprobs": []} for text in message.texts]
    return [{"type": "input_text", "text": text} for text in message.texts]


def _reasoning(reasoning: ReasoningItem, with_sealed: bool) -> dict[str, Any]:
    fields = {
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": text} for text in reasoning.summary],
        "content": [{"type": "reasoning_text", "text": text} for text in reasoning.content],
    }
    return fields | {"encrypted_content": sealed("\n\n".join(reasoning.content))} if with_sealed else fields
