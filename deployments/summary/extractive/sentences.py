"""Prose, Markdown or plain → its title, headings and sentences. It knows marks and punctuation, not meaning."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from deployments.summary.extractive.digest import shorten

_HEADING_CHARS = 120
_SENTENCE_CHARS = 300
_TELLING_CHARS = 20  # shorter ones are counted only where there are no others

Kind = Literal["heading", "text"]

_FRONT_MATTER = re.compile(r"\A---\n(?:[\w-]++:.*+\n|[ #].*+\n|- .*+\n)*+---\n")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"\s{0,3}(?:#{1,6}|={1,5})\s++(\S.*)")
_UNDERLINE = re.compile(r"\s{0,3}(=|-|~|\^|\")\1{2,}+\s*+$")
_BULLET = re.compile(r"\s*+(?:[-*+•]|\d{1,3}[.)])\s++")
_SKIPPED = re.compile(r"\s*+(?:\||\.\. |!\[|<!--|</?\w+[^<>]*+>\s*+$)")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,500}\)")
_EMPHASIS = re.compile(r"(?<!\w)\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?!\w)")

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+\s++|[。！？]++\s*+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|e\.g|i\.e|etc|vs|cf|approx|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|No|Nr|Fig|Eq|Sec|Ch|Vol|pp?|Inc|Ltd|Co"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|z\.B|d\.h|bzw|ca)\.$"
)
_PIECE = re.compile(rf"\S.{{0,{_SENTENCE_CHARS - 1}}}(?!\S)|\S{{1,{_SENTENCE_CHARS}}}")


@dataclass(frozen=True, slots=True)
class Prose:
    title: str
    headings: tuple[str, ...]
    sentences: tuple[str, ...]


def read(text: str) -> Prose:
    headings: list[str] = []
    sentences: list[str] = []
    for kind, block in _blocks(text):
        if kind == "heading":
            headings.append(shorten(_plain(block), _HEADING_CHARS))
        else:
            sentences.extend(sentence for sentence in split(_plain(block)) if not sentence.endswith(":"))
    telling = [sentence for sentence in sentences if len(sentence) >= _TELLING_CHARS] or sentences
    return Prose("".join(headings[:1]), tuple(headings[1:]), tuple(dict.fromkeys(telling)))


def split(paragraph: str) -> Iterator[str]:
    """Sentences; what goes on for too long is cut between words."""
    start = 0
    for end in _END.finditer(paragraph):
        if not _is_inside(paragraph, end):
            yield from _pieces(paragraph[start : end.end()].strip())
            start = end.end()
    yield from _pieces(paragraph[start:].strip())


def _is_inside(paragraph: str, end: re.Match[str]) -> bool:
    """Whether a sentence goes on here: after an abbreviation, or in lower case."""
    dot = end.start() + 1
    is_abbreviation = _ABBREVIATION.search(paragraph, max(0, dot - 10), dot)
    return bool(is_abbreviation) or paragraph[end.end() : end.end() + 1].islower()


def _pieces(sentence: str) -> list[str]:
    return [sentence] if 0 < len(sentence) <= _SENTENCE_CHARS else _PIECE.findall(sentence)


def _blocks(text: str) -> Iterator[tuple[Kind, str]]:
    """Headings, and paragraphs or bullets as one line each; without front matter, code, tables and pictures."""
    lines: list[str] = []
    for line in _without_code(text):
        bullet = _BULLET.match(line)
        heading = _HEADING.match(line)
        is_underline = _UNDERLINE.match(line)
        if lines and (bullet or heading or is_underline or not line.strip() or _SKIPPED.match(line)):
            yield "heading" if is_underline and len(lines) == 1 else "text", " ".join(lines)
            lines = []
        if heading:
            yield "heading", heading[1].rstrip("# ")
        elif not (is_underline or _SKIPPED.match(line)) and line.strip():
            lines.append(line[bullet.end() :] if bullet else line.strip())
    if lines:
        yield "text", " ".join(lines)


def _without_code(text: str) -> Iterator[str]:
    fence = ""
    for line in _FRONT_MATTER.sub("", text, count=1).splitlines():
        mark = _FENCE.match(line)
        if fence or mark:
            fence = "" if mark and mark[1] == fence else fence or (mark[1] if mark else "")
        else:
            yield line


def _plain(text: str) -> str:
    return " ".join(_EMPHASIS.sub("", _LINK.sub(r"\1", text)).split())
