"""A module exports the functions and classes of its top level."""

from tests.parsing.outlines import outline


def test_functions_and_classes_are_exported_in_source_order():
    """Once each, whatever stands in `__all__`; nothing that is imported, assigned or nested."""
    text = """
import os
__all__ = ["f"]
CONSTANT = 1
class B:
    def method(self): ...
def f():
    def inner(): ...
async def _private(): ...
if CONSTANT:
    def f(): ...
    class A: ...
"""

    assert ["B", "f", "_private", "A"] == outline(text)["exports"]
