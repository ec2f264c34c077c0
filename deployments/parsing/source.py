"""A Python file that has been read: its tree, and the text of each expression. It knows no outline."""

import ast
import codecs
import io
import tokenize
import warnings
from dataclasses import dataclass
from typing import Self

from deployments.errors import InvalidRequest

TOO_COMPLEX = "The file is nested too deeply or is too large to be parsed. Send it in smaller parts."


@dataclass(frozen=True)
class Source:
    tree: ast.Module
    lines: list[bytes]

    @classmethod
    def read(cls, data: bytes) -> Self:
        text = _decode(data)
        return cls(_parse(text), text.encode().splitlines(keepends=True))

    def text(self, node: ast.expr | None) -> str:
        """An expression as `ast.unparse` writes it; `None` if there is none."""
        if node is None:
            return "None"
        try:
            return ast.unparse(node)
        except (ValueError, RecursionError):  # huge integers, odd f-strings before Python 3.12; chains of 300 calls
            return self._as_it_stands(node)

    def _as_it_stands(self, node: ast.expr) -> str:
        lines = self.lines[node.lineno - 1 : node.end_lineno]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines).decode()


def _decode(data: bytes) -> str:
    try:
        text = data.decode(_encoding(data))
        text.encode()  # some codecs decode to surrogates, which the parser does not take
    except (SyntaxError, LookupError, UnicodeError) as error:
        advice = "Save it as UTF-8, or declare its encoding in its first line."
        raise InvalidRequest(f"The file cannot be decoded: {error}. {advice}") from error
    if "\0" in text:
        raise InvalidRequest("The file contains NUL characters, which no Python source may.")
    return text


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings(action="ignore"):  # of odd escapes, which are the file's own business
            return ast.parse(text)
    except SyntaxError as error:
        raise InvalidRequest(f"Python syntax error: {error.msg} (line {error.lineno})") from error
    except (RecursionError, MemoryError) as error:
        raise InvalidRequest(TOO_COMPLEX) from error
