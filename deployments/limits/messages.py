"""What goes over the limiter's port: JSON behind its length. It knows no connections, and not who may ask."""

import asyncio
from typing import NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from deployments.config import MIB
from deployments.limits.limiter import Grant, Question, Window

Asked = tuple[Question, list[Window]]
Content = TypeVar("Content")

QUESTIONS = TypeAdapter(list[Asked])
GRANTS = TypeAdapter(list[Grant])
LENGTH_BYTES, MAX_BYTES = 4, 16 * MIB  # some 100,000 questions


class Address(NamedTuple):
    """Where the limiter answers who says the secret first."""

    host: str
    port: int
    secret: bytes


def packed(kind: TypeAdapter[Content], content: Content) -> bytes:
    body = kind.dump_json(content)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


async def read(kind: TypeAdapter[Content], reader: asyncio.StreamReader) -> Content:
    """Raises ValueError for what is no such message, and EOFError where nothing more comes."""
    length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
    if length > MAX_BYTES:
        raise ValueError(f"a message of {length} bytes, of which at most {MAX_BYTES} are read")
    body = await reader.readexactly(length)
    try:
        return kind.validate_json(body)
    except ValidationError as error:
        raise ValueError(f"no message of this limiter: {error.errors()[0]['msg']}") from None
