"""Shorthands over outlines: the tests read what is in them, not how one gets there."""

from collections.abc import Iterable, Iterator
from textwrap import dedent

from deployments.parsing.outline import Class, Function, Outline
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
