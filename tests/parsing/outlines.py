"""Shorthands over outlines: the tests read what is in them, not how one gets there."""

from collections.abc import Iterable, Iterator
from textwrap import dedent

from deployments.parsing.outline import Class, Function, Outline, Param
from deployments.parsing.python import parse_python


def outline(text: str) -> Outline:
    return parse_python(dedent(text).encode())


def function(text: str) -> Function:
    """The only function of a text."""
    (only,) = outline(text)["functions"]
    return only


def class_(text: str) -> Class:
    """The only class of a text."""
    (only,) = outline(text)["classes"]
    return only


def definitions(outlined: Iterable[Function | Class]) -> Iterator[Function | Class]:
    """All of them, with their methods and whatever is nested."""
    for definition in outlined:
        yield definition
        yield from definitions(definition.get("methods", []))
        yield from definitions(definition["nested"])


def told(outline: Outline) -> str:
    """An outline on a page, a line for each definition."""
    head = [f"{key}: {outline[key]}" for key in ("docstring", "imports", "imported_symbols", "exports")]
    if unread := outline.get("unread_lines"):
        head.append(f"unread_lines: {unread}")
    return "\n".join([*head, *_lines([*outline["functions"], *outline["classes"]], "")]) + "\n"


def _lines(found: Iterable[Function | Class], indent: str) -> Iterator[str]:
    for definition in found:
        doc = f" {definition['docstring']!r}" if definition["docstring"] else ""
        yield from (f"{indent}@ {decorator}" for decorator in definition["decorators"])
        yield f"{indent}{definition['lineno']}-{definition['end_lineno']} {_head(definition)}{doc}"
        yield from _lines([*definition.get("methods", []), *definition["nested"]], indent + "    ")


def _head(definition: Function | Class) -> str:
    if "methods" in definition:
        return f"class {definition['qualname']}({', '.join(definition['base_classes'])})"
    params = ", ".join(_param(param) for param in definition["params"])
    used = definition["body_dependencies"]
    calls = "".join(f" | {receiver} . {method}" for receiver, method in used["method_calls"])
    new = "".join(f" | new {name}" for name in used["instantiations"])
    return (
        f"{'async ' * definition['is_async']}{definition['qualname']}({params}) -> {definition['returns']}{new}{calls}"
    )


def _param(param: Param) -> str:
    stars = {"var_positional": "*", "var_keyword": "**", "keyword_only": "keyword "}.get(param["kind"], "")
    default = f" = {param['default']}" if "default" in param else ""
    return f"{stars}{param['name']}: {param['type']}{default}"
