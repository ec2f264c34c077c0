"""A Python file that has been read: its tree, and the text of each expression. It knows no outline."""

import ast
import io
import tokenize
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from deployments.errors import InvalidRequest
from deployments.parsing.encodings import is_utf16, unicode_of

TOO_COMPLEX = "The file is nested too deeply or is too large to be parsed. Send it in smaller parts."
_SAID_BY_REPR = {str, bytes, int, bool, type(None)}


@dataclass(frozen=True)
class Source:
    tree: ast.Module
    whole: str

    @classmethod
    def read(cls, data: bytes) -> Self:
        text = _decode(data)
        return cls(_parse(text), text)

    @cached_property
    def lines(self) -> list[bytes]:
        return self.whole.encode().splitlines(keepends=True)

    def text(self, node: ast.expr | None) -> str:
        """An expression as `ast.unparse` writes it; `None` if there is none."""
        if node is None:
            return "None"
        try:
            return _simple(node) or ast.unparse(node)
        except (ValueError, RecursionError):  # huge integers, odd f-strings before Python 3.12; chains of 300 calls
            return self._as_it_stands(node)

    def _as_it_stands(self, node: ast.expr) -> str:
        lines = self.lines[node.lineno - 1 : node.end_lineno]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines).decode()


def _simple(node: ast.expr) -> str | None:
    """What `ast.unparse` says of a constant, or of names with dots between them.

    Most expressions are such, and it takes much longer: it makes a writer for each.
    """
    if isinstance(node, ast.Constant):
        return repr(node.value) if type(node.value) in _SAID_BY_REPR and node.kind is None else None
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(names))) if isinstance(node, ast.Name) else None


def _decode(data: bytes) -> str:
    try:
        encoding = _encoding(data)
        text = data.decode(encoding)
        if not encoding.startswith("utf-8"):
            text.encode()  # some codecs decode to surrogates, which the parser does not take
    except (SyntaxError, LookupError, UnicodeError) as error:
        advice = "Save it as UTF-8, or declare its encoding in its first line."
        raise InvalidRequest(f"The file cannot be decoded: {error}. {advice}") from error
    if "\0" in text:
        raise InvalidRequest("The file contains NUL characters, which no Python source may.")
    return text


def decode_utf8(data: bytes) -> str:
    """A file in a language that has no say in its encoding."""
    try:
        text = data.decode(unicode_of(data))
    except UnicodeError as error:
        raise InvalidRequest(f"The file cannot be decoded: {error}. Save it as UTF-8.") from error
    if "\0" in text:
        raise InvalidRequest("The file contains NUL characters, which no source may.")
    return text


def _encoding(data: bytes) -> str:
    if is_utf16(data):
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
