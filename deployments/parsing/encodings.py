"""How the bytes of a text say which Unicode they are. It knows no language."""

import codecs

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_utf16(data: bytes) -> bool:
    return data.startswith(_UTF16_MARKS)


def unicode_of(data: bytes) -> str:
    """The codec's name: UTF-8, with its mark or without, unless another is marked."""
    return "utf-16" if is_utf16(data) else "utf-8-sig"
