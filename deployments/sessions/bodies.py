"""A response's row ↔ the object that its client reads. It asks the database nothing."""

import json
import time
from collections.abc import Mapping
from typing import Any

RUNNING = ("queued", "in_progress")
CAN_GO_ON = ("completed", "incomplete")

LOST = {"code": "server_error", "message": "The process that was making this response was lost. Ask again."}


def response_row(owner: str, response: Mapping[str, Any], ttl_s: float | None) -> dict[str, Any]:
    body, now = to_json(response), time.time()
    return {
        "id": response["id"],
        "owner": owner,
        "status": response["status"],
        "previous_response_id": response["previous_response_id"],
        "conversation_id": None,
        "created_at": now,
        "expires_at": ttl_s and now + ttl_s,
        "size_bytes": len(body),
        "body": body,
    }


def body_of(row: Any) -> dict[str, Any]:
    """One that nobody works on any more, though it has not ended, has failed."""
    body: dict[str, Any] = json.loads(row.body)
    if row.status in RUNNING and (row.alive_until or 0) < time.time():
        return body | {"status": "failed", "error": LOST}
    return body | {"status": row.status}


def to_json(response: Mapping[str, Any]) -> str:
    return json.dumps(response)
