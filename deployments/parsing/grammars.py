"""Which languages tree-sitter reads for us, with which grammar and which queries. It knows no outline.

A query names the parts of a language's syntax that an outline is made of; `queries/README.md` lists the names. A new
language is a grammar's package, a query and a line here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # to know a language's name, its grammar need not be there
    from tree_sitter import Language, Query, Tree

_QUERIES = Path(__file__).with_name("queries")


@dataclass(frozen=True, slots=True)
class Grammar:
    """`dialects` are the grammars of the package; a file is read by the first that finds no error in it."""

    package: str
    queries: tuple[str, ...]
    dialects: tuple[str, ...] = ("language",)

    def parse(self, data: bytes) -> "tuple[Tree, Query]":
        from tree_sitter import Parser, Query

        readings = ((Parser(language).parse(data), language) for language in self._languages())
        tree, language = first = next(readings)
        if tree.root_node.has_error:
            tree, language = next((other for other in readings if not other[0].root_node.has_error), first)
        return tree, Query(language, self._query())

    def _languages(self) -> "Iterator[Language]":
        from tree_sitter import Language

        package = import_module(self.package)
        return (Language(getattr(package, dialect)()) for dialect in self.dialects)

    def _query(self) -> str:
        return "\n".join((_QUERIES / f"{name}.scm").read_text(encoding="utf-8") for name in ("every", *self.queries))


GRAMMARS: dict[str, Grammar] = {
    "c": Grammar("tree_sitter_c", ("c_family", "c")),
    "cpp": Grammar("tree_sitter_cpp", ("c_family", "cpp")),
    "csharp": Grammar("tree_sitter_c_sharp", ("csharp",)),
    "go": Grammar("tree_sitter_go", ("go",)),
    "java": Grammar("tree_sitter_java", ("java",)),
    "javascript": Grammar("tree_sitter_javascript", ("ecmascript", "javascript")),
    "kotlin": Grammar("tree_sitter_kotlin", ("kotlin",)),
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
