"""What comments say, and what they are about. It knows the marks of all languages, and reads none of their code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from deployments.parsing.captures import Item
from deployments.parsing.licences import besides_licences

_MARKS = re.compile(r"^[ \t]*+(?:/\*++[*!]?|//++[/!]?|\*(?!/)|#++!?|--++(?:\[\[)?)?[ \t]?", re.MULTILINE)
_ENDS = re.compile(
    r"(?<![ \t])[ \t]++(?:\*++/|\]\])?[ \t]*+$|(?:(?<!\*)\*++/|\]\])[ \t]*+$", re.MULTILINE
)  # from the beginning of a run alone, for a run may be as long as the file
_TO_TOOLS = re.compile(
    r"[ \t]*+(?:-\*-|(?:go|rubocop|swiftlint|phpcs|tslint|luacheck|vim|(?:en)?coding|frozen_string_literal):\s*\w"
    r"|shellcheck \w+=|swift-tools-version|clang-format o|\+build |(?:es|js)lint-\w|prettier-ignore|biome-ignore"
    r"|@ts-\w|@(?:flow|format|diagnostic)\b|<reference ).*"
)
_BY_XCODE = re.compile(r"\A\S+\.\w+\n(?:.*\n)?\s*Created by .*\n?")


@dataclass(slots=True)
class Comment:
    """Comments on rows that follow one another count as one. Rows begin with 0."""

    first_row: int
    last_row: int
    texts: list[str]
    is_used: bool = False

    @property
    def is_block(self) -> bool:
        return self.texts[0].startswith(("/*", "--[["))

    @property
    def words(self) -> str:
        """What is said to readers, not to linters and compilers."""
        lines = _ENDS.sub("", _MARKS.sub("", "\n".join(self.texts))).splitlines()
        return "\n".join(line for line in lines if not _TO_TOOLS.fullmatch(line)).strip()


class Comments:
    """Those that stand on rows of their own; what stands behind code is about that code."""

    def __init__(self, items: Iterable[Item], rows: list[bytes]) -> None:
        self._by_last_row: dict[int, Comment] = {}
        for item in items:
            row, column = item.node.start_point
            if not rows[row][:column].strip() and not rows[row].startswith(b"#!"):
                self._take(item)

    def above(self, row: int) -> str:
        """What is said right above a row."""
        comment = self._by_last_row.get(row - 1)
        if comment is None:
            return ""
        comment.is_used = True
        return comment.words

    def opening(self, first_row: int) -> str:
        """What the file says of itself: before its first code, about no definition, and not about its licence."""
        before = (comment for comment in self._by_last_row.values() if comment.last_row < first_row)
        said = (_BY_XCODE.sub("", comment.words) for comment in before if not comment.is_used)
        return besides_licences(part for words in said for part in words.split("\n\n"))

    def _take(self, item: Item) -> None:
        text, first = item.written.rstrip("\n"), item.node.start_point.row
        taken = Comment(first, first + text.count("\n"), [text])
        before = self._by_last_row.get(first - 1)
        if before and not before.is_block and not taken.is_block:
            del self._by_last_row[before.last_row]
            before.texts.append(text)
            before.last_row, taken = taken.last_row, before
        self._by_last_row[taken.last_row] = taken
