"""The standard library, test suite and all, is outlined completely."""

import ast
import gc
import sysconfig
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from deployments.errors import InvalidRequest
from deployments.parsing.python import outline
from deployments.parsing.source import Source
from tests.parsing.outlines import definitions

STDLIB = Path(sysconfig.get_path("stdlib"))
FILES = [path for path in sorted(STDLIB.rglob("*.py")) if "site-packages" not in path.parts]


@pytest.fixture
def _no_gc():
    gc.disable()  # collecting amid a million nodes doubles the time
    yield
    gc.enable()


def unparsed(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except ValueError:
        return "x" * 1000


def python_refuses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except SyntaxError:
        return True
    return False


@pytest.mark.slow
@pytest.mark.usefixtures("_no_gc")
def test_every_definition_of_the_standard_library_appears_once():
    """A plain walk of each tree finds the same functions and classes; only what Python refuses is refused."""
    nodes = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    for path in FILES:
        try:
            source = Source.read(path.read_bytes())
        except InvalidRequest:
            assert python_refuses(path.read_bytes()), path
            continue
        read = outline(source)
        expected = Counter((node.name, node.lineno) for node in ast.walk(source.tree) if isinstance(node, nodes))
        found = Counter((found["name"], found["lineno"]) for found in definitions(read["functions"] + read["classes"]))
        assert expected == found, path


@pytest.mark.slow
@pytest.mark.usefixtures("_no_gc")
def test_every_expression_is_told_as_python_unparses_it():
    """Names and constants have a shorter way there, with the same end."""
    for path in FILES[::10]:
        with suppress(InvalidRequest):
            source = Source.read(path.read_bytes())
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Name | ast.Attribute | ast.Constant) and len(plain := unparsed(node)) < 1000:
                    assert plain == source.text(node), path
