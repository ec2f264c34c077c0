"""A function tells what it calls itself: classes it makes, and methods of what."""

from hypothesis import given
from hypothesis import strategies as st

from tests.parsing.outlines import function


def calls(body: str) -> list[list[str]]:
    return function(f"def f():\n    {body}")["body_dependencies"]["method_calls"]


def test_instantiations_are_capitalised_names_once_each_and_sorted():
    """`User()` counts; `make()`, `module.User()` and `_Private()` do not begin with a capital."""
    read = function("""
        def f():
            b = Zebra(User())
            make(User)
            return User(), models.Order(), _Private(), Ärger(), [Node() for _ in x]
    """)

    assert ["Node", "User", "Zebra", "Ärger"] == read["body_dependencies"]["instantiations"]


def test_method_calls_keep_source_order_and_repetition():
    """Order is that of the methods' names in the text, whatever Python evaluates first."""
    assert [["a", "b"], ["a.b()", "c"], ["d", "e"]] == calls("a.b().c(d.e())")
    assert [["a", "b"], ["c", "d"], ["e", "f"]] == calls("return a.b() if c.d() else e.f()")
    assert [["a", "b"], ["c", "d"], ["a", "b"], ["e", "f"]] == calls("x = {a.b(): c.d(), a.b(): e.f()}")
    assert [["a", "b"], ["c", "d"], ["e", "f"]] == calls("f'{a.b()} {c.d():{e.f()}}'")


def test_receivers_are_source_text():
    """Whatever stands before the dot is told as it is written."""
    assert [["super()", "run"]] == calls("super().run()")
    assert [["', '", "join"], ["x[0]", "get"]] == calls("', ' . join(x[0].get())")
    assert [["lambda: 0", "x"], ["(y := z)", "go"]] == calls("(lambda: 0).x(), (y := z).go()")


def test_a_nested_definition_keeps_its_calls_to_itself():
    """Its body is its own; its decorators, defaults and bases run in the parent and count there."""
    read = function("""
        def f():
            @a.decorate()
            def g(x=b.default()) -> c.annotate():
                d.inside()
            class H(e.base(), key=g.key()):
                x = h.attribute()
            i.after(lambda: j.later())
    """)

    assert ["a", "b", "c", "e", "g", "i", "j"] == [of for of, _ in read["body_dependencies"]["method_calls"]]
    assert [["d", "inside"]] == read["nested"][0]["body_dependencies"]["method_calls"]


def test_decorators_and_defaults_of_a_function_are_not_its_body():
    """They run when it is defined, not when it is called."""
    read = function("@a.b()\ndef f(x=c.d()) -> E(): return g.h()")

    assert {"instantiations": [], "method_calls": [["g", "h"]]} == read["body_dependencies"]


receivers = st.sampled_from(["a", "self.x", "f(1)", "'s'", "[]", "x[1:2]", "(lambda: 0)()"])
templates = st.sampled_from(["{}.{}()", "g({}.{}())", "x = [{}.{}(1), 2]", "if {}.{}(): pass", "print(f'{{{}.{}()}}')"])


@given(st.lists(st.tuples(receivers, templates), max_size=20))
def test_no_call_is_lost_and_none_changes_place(parts):
    """Each call of a body is told once, in the order of the lines."""
    parts = [("a" if "f'" in template else receiver, template) for receiver, template in parts]
    lines = [template.format(receiver, f"m{i}") for i, (receiver, template) in enumerate(parts)]

    assert [[receiver, f"m{i}"] for i, (receiver, _) in enumerate(parts)] == calls("\n    ".join([*lines, "pass"]))
