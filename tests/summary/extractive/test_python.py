"""Python is told by its outline."""

import pytest

from deployments.summary.extractive.digest import Unreadable
from deployments.summary.extractive.python import digest

MODULE = '''"""Sells things.

Not much else.
"""
import os
from . import money
from shop.stock import shelf as s

class Shop(Base, metaclass=Meta):
    """A place.

    With walls.
    """
    size: int = 3

    def open(self) -> None: ...
    async def close(self): ...

class Empty: pass

async def buy(item: str, /, *, price: float = 1.0) -> "Receipt":
    """Take it."""
    def inner(): ...

try:
    import fast
    def go(): ...
except ImportError:
    def walk(*steps, **pace): ...
'''


def test_a_module_is_told_by_its_outline():
    """What it says it is, its classes with their methods, its functions with their signatures, its imports."""
    expected = """Python module, 29 lines. Sells things.

Classes (2):
- `class Shop(Base)` — A place. Methods: `open`, `close`.
- `class Empty`

Functions (3):
- `async def buy(item: str, /, *, price: float=1.0) -> 'Receipt'` — Take it.
- `def go()`
- `def walk(*steps, **pace)`

Imports (4):
- os
- .
- shop.stock
- fast"""

    assert expected == digest(MODULE).within(300).text


def test_a_module_of_nothing_but_a_comment_has_an_outline():
    """A short one."""
    assert "Python module, 1 line." == digest("# nothing").within(300).text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(:", r"its syntax is wrong: invalid syntax \(line 1\)"),
        ("x = " + "(" * 5000, "nested|beyond"),
        ("x = " + "-" * 5000 + "1", "beyond"),
        ("def f(x=" + "1+" * 3000 + "1): pass", "beyond"),
        ("x = 1\n" * 50_000, "too long"),
    ],
)
def test_what_cannot_be_parsed_says_why(source, reason):
    """Wrong, too deep or too long; never a crash."""
    with pytest.raises(Unreadable, match=reason):
        digest(source)
