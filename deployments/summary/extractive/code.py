"""Source code → what it defines, by its outline. It knows no language: `parsing` reads it, in a process of its own."""

import re
from typing import Protocol

import orjson

from deployments.errors import InvalidRequest
from deployments.parsing.languages import LANGUAGES
from deployments.parsing.outline import Class, Function, Outline
from deployments.summary.extractive import source
from deployments.summary.extractive.digest import Digest, Section, Unreadable, counted, shorten

_NAMES = {"C++": "cpp", "C++ Header": "cpp", "C/C++ Header": "cpp", "C#": "csharp", "Shell script": "shell"}

_LEAD_CHARS = 400
_METHODS_CHARS = 300
_DOC_CHARS = 160
_DECLARATION_CHARS = 160
_DECLARATION_LINES = 8
_BODY = re.compile(
    r"(?<!\s)\s*+(?:\{|;|=>|(?<!=)=(?!=)|:\s*+(?:\.\.\.|pass\b|return\b|#)).*+$|(?<![\s:(])[\s:(]++$", re.DOTALL
)
_TAGS = re.compile(r"</?(?:summary|para)/?>")


class Parser(Protocol):
    async def parse(self, source: bytes, language: str) -> bytes:
        """An outline as JSON. Raises InvalidRequest."""
        ...


def parsed_as(label: str) -> str | None:
    """What `parsing` calls a language, if it knows it."""
    name = _NAMES.get(label, label.lower())
    return name if name in LANGUAGES else None


async def outline(text: str, language: str, parser: Parser) -> Outline:
    """Raises Unreadable."""
    try:
        found: Outline = orjson.loads(await parser.parse(text.encode(errors="replace"), language))
        return found
    except InvalidRequest as error:
        reason = error.message[0].lower() + error.message[1:].rstrip(".")
        raise Unreadable(f"it could not be parsed: {reason}") from error


def digest(text: str, label: str, outline: Outline) -> Digest:
    lines = text.removesuffix("\n").split("\n")  # as a parser numbers them
    unread = outline.get("unread_lines", [])
    lead = [
        f"{label}, {counted(len(lines), 'lines')}.",
        f"Around {counted(len(unread), 'lines')} its grammar was lost." if unread else "",
        shorten(outline["docstring"].split("\n\n")[0], _LEAD_CHARS),
    ]
    defined: tuple[Section, ...] = (
        Section("routes", source.routes(lines)),
        Section("classes", tuple(_class(lines, found) for found in outline["classes"])),
        Section("functions", tuple(_definition(lines, found) for found in outline["functions"])),
    )
    if not any(section.items for section in defined):
        defined = source.declared(lines, label)
    return Digest(" ".join(filter(None, lead)), (*defined, Section("imports", tuple(outline["imports"]))))


def _class(lines: list[str], found: Class) -> str:
    methods = dict.fromkeys(f"`{method['name']}`" for method in found["methods"])
    listed = f" Methods: {shorten(', '.join(methods), _METHODS_CHARS)}." if methods else ""
    return _definition(lines, found) + listed


def _definition(lines: list[str], found: Class | Function) -> str:
    doc = _TAGS.sub("", found["docstring"]).strip().split("\n")[0]
    told = f" — {shorten(doc, _DOC_CHARS)}" if doc and not doc.startswith("@") else ""
    return f"`{shorten(_declaration(lines, found['lineno']), _DECLARATION_CHARS)}`{told}"


def _declaration(lines: list[str], number: int) -> str:
    """As it is written, up to its body; over several lines, as long as a parenthesis stands open."""
    written, depth = "", 0
    for line in lines[number - 1 : number - 1 + _DECLARATION_LINES]:
        written += line + " "
        depth += line.count("(") - line.count(")")
        if depth <= 0:
            break
    end = _closing(written)
    return (written[:end] + _BODY.sub("", written[end:])).strip()


def _closing(written: str) -> int:
    """Where the parameters end: defaults inside them may look like a body."""
    depth = 0
    for at, character in enumerate(written):
        depth += (character == "(") - (character == ")")
        if character == ")" and depth == 0:
            return at + 1
        if character == "{" and depth == 0:
            return at
    return 0
