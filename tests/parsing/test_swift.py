"""Swift names more than functions `func`, and says more of a parameter than its type."""

from deployments.parsing.structure import parse
from tests.parsing.outlines import told


def test_members_and_parameters_of_all_kinds_are_told():
    """Operators, subscripts and the end of an object among them."""
    text = b"""class V {
  func a(done: @escaping () -> Void, x: inout Int) -> any P {}
  static func == (a: V, b: V) -> Bool { true }
  subscript(i: Int = 0) -> Order { items[i] }
  deinit { log.end() }
}
"""

    assert [
        "1-6 class V()",
        "    2-2 V.a(done: @escaping () -> Void, x: inout Int) -> any P",
        "    3-3 V.==(a: V, b: V) -> Bool",
        "    4-4 V.subscript(i: Int = 0) -> Order",
        "    5-5 V.deinit() -> None | log . end",
    ] == told(parse("swift", text)).splitlines()[4:]
