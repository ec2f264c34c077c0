"""A function of Scala may take its parameters in several lists."""

from deployments.parsing.structure import parse
from tests.parsing.outlines import told


def test_the_parameters_of_all_lists_are_told():
    """Those of types are none of them."""
    text = b"""def find(id: Long, size: Int = 3)(f: => Int)(implicit c: C): Int = 1
def same[T](xs: T*): T
"""

    assert [
        "1-1 find(id: Long, size: Int = 3, f: => Int, c: C) -> Int",
        "2-2 same(*xs: T*) -> T",
    ] == told(parse("scala", text)).splitlines()[4:]
