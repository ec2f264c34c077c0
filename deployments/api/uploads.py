"""An uploaded file → bytes or text, or a clear no."""

from typing import Literal

from fastapi import UploadFile

from deployments.config import HttpConfig
from deployments.errors import InvalidRequest, PayloadTooLarge
from deployments.parsing.encodings import unicode_of

Purpose = Literal["embedded", "summarized"]

_TEXT_CONTROLS = frozenset(b"\t\n\f\r\x1b")
_CONTROLS = bytes(i for i in range(32) if i not in _TEXT_CONTROLS) + b"\x7f"


async def read_bytes(file: UploadFile, config: HttpConfig) -> bytes:
    """Raises PayloadTooLarge once more than `max_file_bytes` were read."""
    data = await file.read(config.max_file_bytes + 1)
    if len(data) > config.max_file_bytes:
        raise PayloadTooLarge(f"The file is larger than {config.max_file_bytes} bytes.")
    return data


async def read_text(file: UploadFile, config: HttpConfig, purpose: Purpose) -> str:
    """UTF-8 with or without a BOM, or UTF-16 with one. Raises InvalidRequest for what is not text."""
    text = decode(await read_bytes(file, config), config.binary_threshold)
    if text is None:
        raise InvalidRequest(f"Uploaded file appears to be binary and cannot be {purpose}.")
    return text


def decode(data: bytes, binary_threshold: float) -> str | None:
    """None for binary data: no known encoding, a NUL, or too many control characters."""
    try:
        text = data.decode(unicode_of(data))
    except UnicodeDecodeError:
        return None
    utf8 = text.encode("utf-8", "surrogatepass")
    controls = len(utf8) - len(utf8.translate(None, _CONTROLS))
    if b"\0" in utf8 or controls > binary_threshold * len(utf8):
        return None
    return text
