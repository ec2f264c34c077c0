"""JSON as text. What UTF-8 cannot write down, such as half of a surrogate pair, is escaped."""

import json
from typing import Any

import orjson
from fastapi.responses import JSONResponse


def json_text(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value)


class AnyJson(JSONResponse):
    """Of anything that a client may have said."""

    def render(self, content: Any) -> bytes:
        return json_text(content).encode()
