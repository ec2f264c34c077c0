"""What a function calls in its own body. It reads names as written and resolves none."""

import ast
from collections.abc import Iterator
from typing import Any, get_args

from deployments.parsing.outline import BodyDependencies
from deployments.parsing.source import Source
from deployments.parsing.statements import DefinitionNode

_DEFINITIONS = frozenset(get_args(DefinitionNode))
_LEAVES = (ast.Name, ast.Constant, ast.alias)  # hold no call
_LEAF_FIELDS = {"ctx", "op", "ops", "attr", "arg", "name", "names", "module", "level", "type_comment", "conversion"}


def _nodes(of: type[ast.AST] = ast.AST) -> Iterator[type[ast.AST]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _nodes(kind)


_FIELDS = {
    kind: tuple(field for field in kind._fields if field not in _LEAF_FIELDS)
    for kind in _nodes()
    if kind not in _LEAVES
}


def body_dependencies(source: Source, body: list[ast.stmt]) -> BodyDependencies:
    called = [call.func for call in _own_calls(body)]
    names = {func.id for func in called if isinstance(func, ast.Name)}
    methods = sorted((func for func in called if isinstance(func, ast.Attribute)), key=_end)
    return {
        "instantiations": sorted(name for name in names if name[0].isupper()),
        "method_calls": [[source.text(func.value), func.attr] for func in methods],
    }


def _own_calls(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """Of a definition in the body, its decorators, defaults and bases run here; what it holds does not.

    Every node of a file comes by here, so it asks for fields itself, and for those alone in which a call can stand:
    `ast.iter_child_nodes` takes several times as long.
    """
    pending: list[Any] = list(body)
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is list:
            pending.extend(node)
        elif kind in _DEFINITIONS:
            pending.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt))
        elif fields := _FIELDS.get(kind):
            if kind is ast.Call:
                yield node
            pending.extend([getattr(node, field) for field in fields])


def _end(func: ast.Attribute) -> tuple[int, int]:
    """Where the method's name stands: `a.b().c()` calls `b` before `c`, though both calls begin at `a`."""
    return func.end_lineno or 0, func.end_col_offset or 0
