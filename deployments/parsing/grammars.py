"""Which languages tree-sitter reads for us, with which grammar and which queries. It knows no outline.

A query names the parts of a language's syntax that an outline is made of; `queries/README.md` lists the names. A new
language is a grammar's package, a query and a line here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # to know a language's name, its grammar need not be there
    from tree_sitter import Language, Query, Tree

_QUERIES = Path(__file__).with_name("queries")
_SPACE_BEFORE_END = re.compile(rb"(?<!->)(?<![\s{;,]) (?=\})")


@dataclass(frozen=True, slots=True)
class Grammar:
    """`dialects` are the grammars of the package; a file is read by the first that finds no error, else the fewest.

    `omitted` are spaces at which the grammar wants the semicolon that the language lets one omit.
    """

    package: str
    queries: tuple[str, ...]
    dialects: tuple[str, ...] = ("language",)
    omitted: re.Pattern[bytes] | None = None

    def parse(self, data: bytes) -> "tuple[Tree, Query]":
        """Each node is where it is in `data`; what it says is to be read there."""
        from tree_sitter import Query

        tree, language = self._best(data)
        return tree, Query(language, self._query())

    def _best(self, data: bytes) -> "tuple[Tree, Language]":
        readings: list[tuple[Tree, Language]] = []
        for tree, language in self._readings(data):
            if not tree.root_node.has_error:
                return tree, language
            readings.append((tree, language))
        return min(readings, key=lambda reading: _unread(*reading))

    def _readings(self, data: bytes) -> "Iterator[tuple[Tree, Language]]":
        from tree_sitter import Parser

        for language in self._languages():
            yield Parser(language).parse(data), language
            if self.omitted:
                yield Parser(language).parse(self.omitted.sub(b";", data)), language

    def _languages(self) -> "Iterator[Language]":
        from tree_sitter import Language

        package = import_module(self.package)
        return (Language(getattr(package, dialect)()) for dialect in self.dialects)

    def _query(self) -> str:
        return "\n".join((_QUERIES / f"{name}.scm").read_text(encoding="utf-8") for name in ("every", *self.queries))


def _unread(tree: "Tree", language: "Language") -> int:
    """How many bytes it made nothing of."""
    from tree_sitter import Query, QueryCursor

    errors = QueryCursor(Query(language, "(ERROR) @error")).captures(tree.root_node).get("error", [])
    return sum(node.end_byte - node.start_byte for node in errors)


GRAMMARS: dict[str, Grammar] = {
    "c": Grammar("tree_sitter_c", ("c_family", "c")),
    "cpp": Grammar("tree_sitter_cpp", ("c_family", "cpp")),
    "csharp": Grammar("tree_sitter_c_sharp", ("csharp",)),
    "go": Grammar("tree_sitter_go", ("go",)),
    "java": Grammar("tree_sitter_java", ("java",)),
    "javascript": Grammar("tree_sitter_javascript", ("ecmascript", "javascript")),
    "kotlin": Grammar("tree_sitter_kotlin", ("kotlin",), omitted=_SPACE_BEFORE_END),
    "lua": Grammar("tree_sitter_lua", ("lua",)),
    "php": Grammar("tree_sitter_php", ("php",), ("language_php",)),
    "ruby": Grammar("tree_sitter_ruby", ("ruby",)),
    "rust": Grammar("tree_sitter_rust", ("rust",)),
    "scala": Grammar("tree_sitter_scala", ("scala",)),
    "shell": Grammar("tree_sitter_bash", ("shell",)),
    "swift": Grammar("tree_sitter_swift", ("swift",)),
    "typescript": Grammar(
        "tree_sitter_typescript", ("ecmascript", "typescript"), ("language_typescript", "language_tsx")
    ),
}
