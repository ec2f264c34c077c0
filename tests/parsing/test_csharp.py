"""C# has members, calls and parameters of its own."""

from deployments.parsing.structure import parse
from tests.parsing.outlines import told


def test_members_calls_and_parameters_of_all_kinds_are_told():
    """Destructors, operators and indexers have names of their own; a base has no arguments."""
    text = b"""class Order(int x) : Base(x), IOrder {
  public void Sell(ref int a, out int b) { a?.Go(); x?.y?.Get<int>(1); }
  ~Order() {}
  public static Order operator +(Order a, Order b) => a;
  public static implicit operator int(Order c) => 1;
  public int this[int i] => i;
}
record Line(int X) : Base(X);
"""

    assert [
        "1-7 class Order(Base, IOrder)",
        "    2-2 Order.Sell(a: ref int, b: out int) -> void | a . Go | x?.y . Get",
        "    3-3 Order.~Order() -> None",
        "    4-4 Order.operator +(a: Order, b: Order) -> Order",
        "    5-5 Order.operator int(c: Order) -> None",
        "    6-6 Order.this(i: int) -> int",
        "8-8 class Line(Base)",
    ] == told(parse("csharp", text)).splitlines()[4:]
