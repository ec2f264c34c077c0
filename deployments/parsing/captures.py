"""A query's matches → items of a file in source order, each with the parts that belong to it. It knows no language."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tree_sitter import Node, Query, QueryCursor

from deployments.parsing.outline import Kind

DEFINITIONS = ("function", "prototype", "class", "extension", "scope")
PARAMS: dict[str, Kind] = {
    "param": "positional_or_keyword",
    "param.rest": "var_positional",
    "param.keyword": "keyword_only",
    "param.keywords": "var_keyword",
}
_HOLDERS = (*DEFINITIONS, "import", *PARAMS, "params")


@dataclass(slots=True)
class Item:
    """A node and what a query said of it. `role` is the capture's name."""

    role: str
    node: Node
    source: bytes = field(repr=False)
    parts: dict[str, dict[int, "Item"]] = field(default_factory=dict)  # by role, then by node

    def add(self, part: "Item") -> None:
        self.parts.setdefault(part.role, {}).setdefault(part.node.id, part)

    def all(self, role: str) -> "list[Item]":
        return list(self.parts.get(role, {}).values())

    def first(self, role: str) -> "Item | None":
        return next(iter(self.all(role)), None)

    def holds(self, other: "Item") -> bool:
        return self.node.start_byte <= other.node.start_byte and other.node.end_byte <= self.node.end_byte

    @property
    def place(self) -> tuple[int, int, bool]:
        """What holds comes before what it holds."""
        return self.node.start_byte, -self.node.end_byte, self.role not in _HOLDERS

    @property
    def written(self) -> str:
        return self.source[self.node.start_byte : self.node.end_byte].decode(errors="replace")

    @property
    def lines(self) -> range:
        """Their numbers. A line that it does not reach into is none of them."""
        first, end = self.node.start_point.row + 1, self.node.end_point
        return range(first, max(first, end.row + (end.column > 0)) + 1)

    @property
    def text(self) -> str:
        return " ".join(self.written.split())


def items(query: Query, file: Item) -> list[Item]:
    """Definitions, imports, lists of parameters, and parts whose holder the pattern that captured them leaves open."""
    known: dict[tuple[int, str], Item] = {}
    loose: list[Item] = []
    for _, captures in QueryCursor(query).matches(file.node):
        holders = [
            _holder(Item(role, node, file.source), known) for role in _HOLDERS for node in captures.get(role, [])
        ]
        _join(holders)
        for part in _parts(captures, file.source):
            if holder := _holder_of(part, holders):
                holder.add(part)
            else:
                loose.append(part)
    standing = [item for item in known.values() if item.role not in PARAMS]
    return sorted([*standing, *loose], key=lambda item: item.place)


def _holder(found: Item, known: dict[tuple[int, str], Item]) -> Item:
    """One item for each node, however many patterns capture it; `param.rest` says more than `param`."""
    item = known.setdefault((found.node.id, found.role.partition(".")[0]), found)
    item.role = max(item.role, found.role, key=len)
    return item


def _join(holders: list[Item]) -> None:
    """A parameter belongs to its list, and this to its function; some languages have no list."""
    for outer, inner in pairwise(sorted(holders, key=lambda item: item.place)):
        if inner.role in ("params", *PARAMS):
            outer.add(inner)


def _parts(captures: dict[str, list[Node]], source: bytes) -> Iterator[Item]:
    for role, nodes in captures.items():
        if role == "method":
            call = Item("call", nodes[0], source)
            call.add(Item("receiver", captures["receiver"][0], source))
            yield call
        elif role not in (*_HOLDERS, "receiver") and not role.startswith("_"):
            yield from (Item(role, node, source) for node in nodes)


def _holder_of(part: Item, holders: list[Item]) -> Item | None:
    """The innermost that it stands in, else one that it stands beside."""
    beside = [holder for holder in holders if holder.role != "params"]
    around = [holder for holder in beside if holder.holds(part)]
    return max(around, key=lambda holder: holder.place, default=None) or next(iter(beside), None)
