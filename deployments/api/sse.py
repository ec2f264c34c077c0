"""One server-sent event as text."""

from typing import Any

import orjson


def sse(event: dict[str, Any]) -> str:
    return f"data: {orjson.dumps(event).decode()}\n\n"
