"""HTML → its title, description and headings. It reads tags in passing and builds no tree."""

import html
import re
from collections import Counter

from deployments.summary.extractive.digest import Digest, Section, counted, shorten

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*+>?|\Z)|<(/?)([A-Za-z][\w-]*+)([^<>]*+)>|([^<]++)",
    re.IGNORECASE | re.DOTALL,
)
_CONTENT = re.compile(r"\bcontent=(?:\"([^\"]*+)|'([^']*+))", re.IGNORECASE)
_READ = ("title", "h1", "h2", "h3", "p")
_INLINE = ("a", "b", "code", "em", "i", "small", "span", "strong")
_COUNTED = {"a": "links", "img": "images", "form": "forms", "table": "tables", "script": "scripts"}
_TEXT_CHARS = 160
_OTHER_TEXTS = 5  # of a page without headings and paragraphs


def digest(text: str) -> Digest:
    reader = _Reader()
    reader.read(text)
    title = next((text for name, text in reader.texts if name == "title"), "")
    counts = ", ".join(counted(reader.tags[tag], plural) for tag, plural in _COUNTED.items() if reader.tags[tag])
    name = f"HTML page: {title}." if title else "HTML page without a title."
    lead = [name, f"It has {counts}." if counts else "", reader.description]
    headings = tuple(text for name, text in reader.texts if name in ("h1", "h2", "h3"))
    paragraphs = tuple(text for name, text in reader.texts if name == "p")
    others = () if headings or paragraphs else tuple(text for name, text in reader.texts if not name)
    sections = (
        Section("headings", headings),
        Section("opening paragraphs", paragraphs),
        Section("opening texts", others[:_OTHER_TEXTS]),
    )
    return Digest(" ".join(filter(None, lead)), sections)


class _Reader:
    """Keeps the texts of titles, headings, paragraphs and of what lies outside, and counts the tags that open."""

    def __init__(self) -> None:
        self.tags: Counter[str] = Counter()
        self.texts: list[tuple[str, str]] = []
        self.description = ""
        self._inside = ""
        self._pieces: list[str] = []

    def read(self, text: str) -> None:
        for token in _TOKEN.finditer(text):
            self._take(token)
        self._enter("")

    def _take(self, token: re.Match[str]) -> None:
        program, is_closing, name, attributes, text = token.groups()
        if text:
            self._pieces.append(text)
        elif program:
            self.tags[program.lower()] += 1
        elif name and not is_closing:
            self._open(name.lower(), attributes)
        elif name and name.lower() == self._inside:
            self._enter("")

    def _open(self, name: str, attributes: str) -> None:
        self.tags[name] += 1
        if name in _READ:
            self._enter(name)
        elif name == "br":
            self._pieces.append(" ")
        elif not (self._inside or name in _INLINE):
            self._enter("")
        if name == "meta" and "description" in attributes.lower():
            content = _CONTENT.search(attributes)
            self.description = _clean((content[1] or content[2] or "") if content else "")

    def _enter(self, name: str) -> None:
        if text := _clean("".join(self._pieces)):
            self.texts.append((self._inside, text))
        self._inside, self._pieces = name, []


def _clean(text: str) -> str:
    return shorten(_unescaped(text), _TEXT_CHARS)


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a reference by a number of thousands of digits
        return text
