"""Functions and classes, and what is defined inside them. It knows where they stand, not what they call."""

import ast

from deployments.parsing.dependencies import body_dependencies
from deployments.parsing.outline import Class, Definition, Function
from deployments.parsing.params import params
from deployments.parsing.source import Source
from deployments.parsing.statements import DefinitionNode, FunctionNode, statements


def functions(source: Source, body: list[ast.stmt], prefix: str = "") -> list[Function]:
    return [
        _function(source, node, _head(source, node, prefix, in_block))
        for node, in_block in statements(body)
        if isinstance(node, FunctionNode)
    ]


def classes(source: Source, body: list[ast.stmt], prefix: str = "") -> list[Class]:
    return [
        _class(source, node, _head(source, node, prefix, in_block))
        for node, in_block in statements(body)
        if isinstance(node, ast.ClassDef)
    ]


def exports(body: list[ast.stmt]) -> list[str]:
    """What others can import from it that is defined here, whatever `__all__` says."""
    return list(dict.fromkeys(node.name for node, _ in statements(body) if isinstance(node, DefinitionNode)))


def _function(source: Source, node: FunctionNode, head: Definition) -> Function:
    prefix = f"{head['qualname']}.<locals>."
    nested = functions(source, node.body, prefix) + classes(source, node.body, prefix)
    return {
        **head,
        "params": params(source, node.args),
        "returns": source.text(node.returns),
        "is_async": isinstance(node, ast.AsyncFunctionDef),
        "body_dependencies": body_dependencies(source, node.body),
        "nested": sorted(nested, key=lambda definition: definition["lineno"]),
    }


def _class(source: Source, node: ast.ClassDef, head: Definition) -> Class:
    prefix = f"{head['qualname']}."
    return {
        **head,
        "base_classes": [source.text(base) for base in node.bases],
        "methods": functions(source, node.body, prefix),
        "nested": classes(source, node.body, prefix),
    }


def _head(source: Source, node: DefinitionNode, prefix: str, in_block: bool) -> Definition:
    head: Definition = {
        "name": node.name,
        "qualname": prefix + node.name,
        "lineno": node.lineno,
        "end_lineno": node.end_lineno or node.lineno,
        "docstring": ast.get_docstring(node) or "",
        "decorators": [source.text(decorator) for decorator in node.decorator_list],
    }
    if in_block:
        head["conditional"] = True
    return head
