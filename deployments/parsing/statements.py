"""Which statements stand in a body, however deep its if, for, while, try, with and match blocks go."""

import ast
from collections.abc import Iterator

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
DefinitionNode = FunctionNode | ast.ClassDef

_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
_BRANCHES = (ast.ExceptHandler, ast.match_case)
_HOLDERS = (*_BLOCKS, *_BRANCHES)
_HELD = ("body", "handlers", "cases", "orelse", "finalbody")  # in the order of the text


def statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """Each statement of a scope, in source order, and whether it stands in a block.

    What a function or class holds is a scope of its own. A chain of a thousand `elif` is a thousand blocks deep, so
    this does not recurse.
    """
    pending: list[tuple[ast.AST, bool]] = [(statement, False) for statement in reversed(body)]
    while pending:
        node, in_block = pending.pop()
        if isinstance(node, ast.stmt):
            yield node, in_block
        if isinstance(node, _HOLDERS):
            held = [child for field in _HELD for child in getattr(node, field, ())]
            pending.extend((child, True) for child in reversed(held))


def all_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Each statement in source order, those inside functions and classes too."""
    for statement, _ in statements(body):
        yield statement
        if isinstance(statement, DefinitionNode):
            yield from all_statements(statement.body)
