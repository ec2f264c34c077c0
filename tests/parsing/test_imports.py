"""Imports are told as modules, and as names with the module each is from."""

from tests.parsing.outlines import outline


def test_modules_are_listed_once_in_source_order():
    """`import` and `from` both count, an alias does not, and neither does a second time."""
    read = outline("""
        import os, sys as system
        from collections.abc import Iterator
        import a.b.c as d
        from os import path
    """)

    assert ["os", "sys", "collections.abc", "a.b.c"] == read["imports"]


def test_relative_imports_keep_their_level():
    """The dots are part of the module's name."""
    read = outline("from . import a\nfrom .b import c\nfrom ...d.e import f as g")

    assert [".", ".b", "...d.e"] == read["imports"]
    assert {"a": ".", "c": ".b", "g": "...d.e"} == read["imported_symbols"]


def test_imports_count_wherever_they_stand():
    """In blocks, functions, methods and class bodies, in the order of the file."""
    read = outline("""
        if TYPE_CHECKING:
            import a
        try:
            import b
        except ImportError:
            from c import *
        class K:
            import d
            def m(self):
                match x:
                    case 1:
                        import e
        import f
    """)

    assert ["a", "b", "c", "d", "e", "f"] == read["imports"]
    assert {"*": "c"} == read["imported_symbols"]


def test_the_last_import_of_a_name_wins():
    """As it does when the module runs."""
    read = outline("try:\n    from a import X\nexcept ImportError:\n    from b import Y as X")

    assert {"X": "b"} == read["imported_symbols"]
    assert ["a", "b"] == read["imports"]
