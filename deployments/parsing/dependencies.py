"""What a function calls in its own body. It reads names as written and resolves none."""

import ast
from collections.abc import Iterator

from deployments.parsing.outline import BodyDependencies
from deployments.parsing.source import Source
from deployments.parsing.statements import DefinitionNode


def body_dependencies(source: Source, body: list[ast.stmt]) -> BodyDependencies:
    called = [call.func for call in _own_calls(body)]
    names = {func.id for func in called if isinstance(func, ast.Name)}
    methods = sorted((func for func in called if isinstance(func, ast.Attribute)), key=_end)
    return {
        "instantiations": sorted(name for name in names if name[0].isupper()),
        "method_calls": [[source.text(func.value), func.attr] for func in methods],
    }


def _own_calls(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """Of a definition in the body, its decorators, defaults and bases run here; what it holds does not."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call):
            yield node
        children = ast.iter_child_nodes(node)
        if isinstance(node, DefinitionNode):
            pending.extend(child for child in children if not isinstance(child, ast.stmt))
        else:
            pending.extend(children)


def _end(func: ast.Attribute) -> tuple[int, int]:
    """Where the method's name stands: `a.b().c()` calls `b` before `c`, though both calls begin at `a`."""
    return func.end_lineno or 0, func.end_col_offset or 0
