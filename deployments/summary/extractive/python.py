"""Python source → its outline, by its syntax tree. It runs nothing."""

import ast
from collections.abc import Iterable, Iterator

from deployments.summary.extractive.digest import Digest, Section, Unreadable, counted, shorten

# Parsing holds the interpreter's lock all the while: a quarter of a second for this many characters.
_LONGEST = 150_000

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LEAD_CHARS = 400
_METHODS_CHARS = 300
_DOC_CHARS = 160
_SIGNATURE_CHARS = 160


def digest(source: str) -> Digest:
    if len(source) > _LONGEST:
        raise Unreadable("it is too long to be parsed in a moment")
    try:
        return _outline(ast.parse(source), len(source.splitlines()))
    except SyntaxError as error:
        raise Unreadable(f"its syntax is wrong: {error.msg} (line {error.lineno})") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable("parts of it go beyond what the parser can do") from error


def _outline(module: ast.Module, lines: int) -> Digest:
    nodes = list(_flat(module.body))
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    functions = [node for node in nodes if isinstance(node, _Function)]
    lead = f"Python module, {counted(lines, 'lines')}."
    if doc := ast.get_docstring(module):
        lead += " " + shorten(doc.split("\n\n")[0], _LEAD_CHARS)
    return Digest(
        lead,
        (
            Section("classes", tuple(map(_class, classes))),
            Section("functions", tuple(map(_function, functions))),
            Section("imports", tuple(dict.fromkeys(name for node in nodes for name in _imported(node)))),
        ),
    )


def _flat(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Top-level statements; those under an `if`, `try` or `with` count too."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield from _flat(ast.iter_child_nodes(node))


def _class(node: ast.ClassDef) -> str:
    bases = f"({', '.join(map(ast.unparse, node.bases))})" if node.bases else ""
    methods = [f"`{child.name}`" for child in node.body if isinstance(child, _Function)]
    listed = f" Methods: {shorten(', '.join(methods), _METHODS_CHARS)}." if methods else ""
    return f"`class {shorten(node.name + bases, _SIGNATURE_CHARS)}`{_doc(node)}{listed}"


def _function(node: _Function) -> str:
    keyword = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    signature = f"{node.name}({ast.unparse(node.args)}){returns}"
    return f"`{keyword} {shorten(signature, _SIGNATURE_CHARS)}`{_doc(node)}"


def _doc(node: ast.ClassDef | _Function) -> str:
    doc = ast.get_docstring(node)
    return " — " + shorten(doc.split("\n")[0], _DOC_CHARS) if doc else ""


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return []
