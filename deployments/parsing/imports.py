"""What a file imports, wherever in it the import stands. It knows names and looks for no file."""

import ast

from deployments.parsing.statements import all_statements

ImportNode = ast.Import | ast.ImportFrom


def imports(body: list[ast.stmt]) -> list[ImportNode]:
    return [statement for statement in all_statements(body) if isinstance(statement, ImportNode)]


def modules(imports: list[ImportNode]) -> list[str]:
    names: list[str] = []
    for node in imports:
        names += [_module(node)] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return list(dict.fromkeys(names))


def symbols(imports: list[ImportNode]) -> dict[str, str]:
    """Each name that is bound, and where it is from; of a name bound twice, the last."""
    return {
        alias.asname or alias.name: _module(node)
        for node in imports
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")
