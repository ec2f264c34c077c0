"""Items in source order → definitions, each in the one that holds it. It knows places, neither syntax nor outline."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from deployments.parsing.captures import DEFINITIONS, Item

_FUNCTIONS = ("function", "prototype")
_BETWEEN_DECORATORS = {b"", b"export", b"export default", b"export abstract", b"abstract", b"declare"}


@dataclass(slots=True)
class Scope:
    """A definition, or the file. `inner` are the definitions right inside, in source order."""

    item: Item
    inner: list["Scope"] = field(default_factory=list)
    decorators: list[Item] = field(default_factory=list)
    calls: list[Item] = field(default_factory=list)
    instantiated: list[Item] = field(default_factory=list)

    @property
    def first_row(self) -> int:
        return min(item.node.start_point.row for item in (self.item, *self.decorators))

    @property
    def is_function(self) -> bool:
        return self.item.role in _FUNCTIONS


class Nesting:
    """Takes items one by one."""

    def __init__(self, file: Item) -> None:
        self.file = Scope(file)
        self.imports: list[Item] = []
        self.others: dict[str, list[Item]] = {}
        self._open = [self.file]
        self._waiting: list[Item] = []
        self._importing: list[Item] = []

    def take(self, items: Iterable[Item]) -> "Nesting":
        for item in items:
            while len(self._open) > 1 and self._open[-1].item.node.end_byte <= item.node.start_byte:
                self._open.pop()
            self._place(item)
        return self

    def _place(self, item: Item) -> None:
        if item.role in DEFINITIONS:
            self._define(item)
        elif item.role == "import":
            self._import(item)
        elif item.role in ("decorator", "lead"):
            self._decorate(item)
        elif item.role in ("call", "new"):
            self._call(item)
        elif item.role == "symbol" and self.imports:
            (self._import_around(item) or self.imports[-1]).add(item)
        elif item.role in ("comment", "export", "error"):
            self.others.setdefault(item.role, []).append(item)
        else:
            self._open[-1].item.add(item)

    def _define(self, item: Item) -> None:
        if item.role == "prototype" and self._function:
            return
        scope = Scope(item, decorators=self._decorators_right_before(item))
        self._open[-1].inner.append(scope)
        self._open.append(scope)

    def _import(self, item: Item) -> None:
        """One inside another is of a module inside the other's."""
        if outer := self._import_around(item):
            item.parts["module"] = outer.parts.get("module", {}) | item.parts.get("module", {})
        self.imports.append(item)
        self._importing.append(item)

    def _import_around(self, item: Item) -> Item | None:
        while self._importing and not self._importing[-1].holds(item):
            self._importing.pop()
        return self._importing[-1] if self._importing else None

    def _decorate(self, item: Item) -> None:
        name = self._open[-1].item.first("name")
        if name and item.node.end_byte <= name.node.start_byte:
            self._open[-1].decorators.append(item)
        else:
            self._waiting.append(item)

    def _decorators_right_before(self, item: Item) -> list[Item]:
        waiting, self._waiting = self._waiting, []
        found: list[Item] = []
        start = item.node.start_byte
        for decorator in reversed(waiting):
            if item.source[decorator.node.end_byte : start].strip(b" \t\r\n]") not in _BETWEEN_DECORATORS:
                break
            found.insert(0, decorator)
            start = decorator.node.start_byte - 2  # of Rust's `#[`
        return found

    def _call(self, item: Item) -> None:
        """It is the innermost function's, if it stands in its body."""
        function = self._function
        params = function.item.first("params") if function else None
        if function and (params is None or params.node.end_byte <= item.node.start_byte):
            (function.instantiated if item.role == "new" else function.calls).append(item)

    @property
    def _function(self) -> Scope | None:
        return next((scope for scope in reversed(self._open) if scope.is_function), None)
