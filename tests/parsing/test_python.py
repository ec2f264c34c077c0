"""A whole file is answered in the shape that clients of `POST /parse-ast` know."""

from tests.parsing.outlines import outline

FILE = '''
"""Stores users."""
import os.path as p
from typing import Protocol, Optional as Opt
from ..db import Client

LIMIT = 10

class Store(Base, p.Mixin, metaclass=Meta):
    """Keeps them."""

    @property
    def size(self) -> int:
        return self.client.count("user")

async def find(name: str, limit: Opt[int] = None, *, strict=True) -> "User | None":
    """Looks one up."""
    client = Client(name)
    return User(await client.query(name).first())
'''

SIZE = {
    "name": "size",
    "qualname": "Store.size",
    "lineno": 13,
    "end_lineno": 14,
    "docstring": "",
    "decorators": ["property"],
    "params": [{"name": "self", "kind": "positional_or_keyword", "type": "None"}],
    "returns": "int",
    "is_async": False,
    "body_dependencies": {"instantiations": [], "method_calls": [["self.client", "count"]]},
    "nested": [],
}
FIND = {
    "name": "find",
    "qualname": "find",
    "lineno": 16,
    "end_lineno": 19,
    "docstring": "Looks one up.",
    "decorators": [],
    "params": [
        {"name": "name", "kind": "positional_or_keyword", "type": "str"},
        {"name": "limit", "kind": "positional_or_keyword", "type": "Opt[int]", "default": "None"},
        {"name": "strict", "kind": "keyword_only", "type": "None", "default": "True"},
    ],
    "returns": "'User | None'",
    "is_async": True,
    "body_dependencies": {
        "instantiations": ["Client", "User"],
        "method_calls": [["client", "query"], ["client.query(name)", "first"]],
    },
    "nested": [],
}
STORE = {
    "name": "Store",
    "qualname": "Store",
    "lineno": 9,
    "end_lineno": 14,
    "docstring": "Keeps them.",
    "decorators": [],
    "base_classes": ["Base", "p.Mixin"],
    "methods": [SIZE],
    "nested": [],
}


def test_a_file_is_answered_in_full():
    """Every part of a file stands under its key, under no other, and nothing is missing."""
    expected = {
        "language": "python",
        "docstring": "Stores users.",
        "imports": ["os.path", "typing", "..db"],
        "imported_symbols": {"Protocol": "typing", "Opt": "typing", "Client": "..db"},
        "functions": [FIND],
        "classes": [STORE],
        "exports": ["Store", "find"],
    }

    assert expected == outline(FILE)


def test_an_empty_file_has_an_outline():
    """Nothing in, nothing out, and no error."""
    nothing = {"docstring": "", "imports": [], "imported_symbols": {}, "functions": [], "classes": [], "exports": []}

    assert {"language": "python", **nothing} == outline("")
    assert outline("") == outline("# only a comment\n\f\n")
