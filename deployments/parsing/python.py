"""A Python file in, its outline out. It puts the parts together; each part is read elsewhere."""

import ast

from deployments.parsing.definitions import classes, exports, functions
from deployments.parsing.imports import imports, modules, symbols
from deployments.parsing.outline import Outline
from deployments.parsing.source import Source


def parse_python(data: bytes) -> Outline:
    """Nothing of the file is run. What Python could not parse is an InvalidRequest."""
    return outline(Source.read(data))


def outline(source: Source) -> Outline:
    body = source.tree.body
    imported = imports(body)
    return {
        "language": "python",
        "docstring": ast.get_docstring(source.tree) or "",
        "imports": modules(imported),
        "imported_symbols": symbols(imported),
        "functions": functions(source, body),
        "classes": classes(source, body),
        "exports": exports(body),
    }
