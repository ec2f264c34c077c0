"""One server-sent event as text."""

from typing import Any

from deployments.api.json_text import json_text


def sse(event: dict[str, Any], name: str | None = None) -> str:
    named = f"event: {name}\n" if name else ""
    return f"{named}data: {json_text(event)}\n\n"
