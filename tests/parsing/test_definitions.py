"""Every function and class has one place: top level, method, or nested in its parent."""

from types import CodeType

from hypothesis import given
from hypothesis import strategies as st

from tests.parsing.outlines import class_, definitions, function, outline


def names(found) -> list[str]:
    return [definition["name"] for definition in found]


def test_overloads_and_properties_all_appear():
    """Several functions of one name are several entries, told apart by their decorators."""
    methods = class_("""
        class A:
            @property
            def x(self): ...
            @x.setter
            def x(self, value): ...
            @overload
            @cache(maxsize = 3)
            def x(self, *rest): ...
    """)["methods"]

    expected = [["property"], ["x.setter"], ["overload", "cache(maxsize=3)"]]
    assert expected == [method["decorators"] for method in methods]


def test_definitions_in_blocks_of_the_module_are_top_level():
    """Under if, try, with, match, for and while they stand among the others, in order, marked conditional."""
    read = outline("""
        def a(): ...
        if TYPE_CHECKING:
            def b(): ...
        elif x:
            def c(): ...
        else:
            class D: ...
        try:
            def e(): ...
        except* ImportError:
            async def f(): ...
        else:
            def g(): ...
        finally:
            def h(): ...
        with suppress(E):
            for x in y:
                while z:
                    def i(): ...
        match x:
            case 1:
                def j(): ...
    """)

    assert ["a", "b", "c", "e", "f", "g", "h", "i", "j"] == names(read["functions"])
    assert ["a"] == names(found for found in read["functions"] if "conditional" not in found)
    assert [("D", True)] == [(found["name"], found["conditional"]) for found in read["classes"]]


def test_nested_definitions_stand_in_their_parent():
    """What a function or class holds is in its own list and nowhere else; `conditional` is about that parent."""
    read = outline("""
        def outer():
            class Local:
                class Inner: ...
                def method(self): ...
            if x:
                def helper():
                    def deepest(): ...
    """)
    (outer,) = read["functions"]
    local, helper = outer["nested"]

    assert [] == read["classes"]
    assert (["method"], ["Inner"]) == (names(local["methods"]), names(local["nested"]))
    assert (True, False) == ("conditional" in helper, "conditional" in helper["nested"][0])
    assert "outer.<locals>.helper.<locals>.deepest" == helper["nested"][0]["qualname"]


def test_docstrings_are_cleaned_and_only_strings_count():
    """Indentation is removed as `inspect.cleandoc` does; bytes and f-strings are no docstrings."""
    assert "Says.\n\nMore.\n  Most." == function('def f():\n  r"""Says.\n\n  More.\n    Most.\n  """')["docstring"]
    assert ["", "", ""] == [function(f"def f():\n    {text}")["docstring"] for text in ('b"x"', 'f"x"', "x = 'y'")]


def test_lines_are_those_of_an_editor():
    """Line ends of every system count as one line, form feeds as none, and decorators are above the line."""
    for line_end in ("\n", "\r\n", "\r"):
        text = line_end.join(["\f", "x = '''", "'''", "@d", "def f():", "\f  return (", "  1)"])
        read = function(text)
        assert (5, 7) == (read["lineno"], read["end_lineno"])


heads = st.sampled_from(["def", "async def", "class", "if x:", "try:", "with x:", "for x in y:", "match x:"])
trees = st.recursive(st.just([]), lambda inner: st.lists(st.tuples(heads, inner), max_size=3), max_leaves=12)


def written(tree, indent="", path="n") -> list[str]:
    lines = [f"{indent}pass"]
    for i, (head, inner) in enumerate(tree):
        name = f"{path}{i}"
        lines.append(f"{indent}{head}" if head.endswith(":") else f"{indent}{head} {name}():")
        deeper = indent + "  "
        if head == "match x:":
            lines.append(f"{deeper}case _:")
            deeper += "  "
        lines += written(inner, deeper, name)
        if head == "try:":
            lines.append(f"{indent}except E: pass")
    return lines


def compiled(code: CodeType) -> list[str]:
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return [constant.co_qualname for constant in inner] + [name for constant in inner for name in compiled(constant)]


@given(trees)
def test_qualified_names_are_those_that_python_gives(tree):
    """However definitions and blocks are nested, each appears once, by the name the compiler knows it by."""
    text = "\n".join(written(tree))
    read = outline(text)

    found = [definition["qualname"] for definition in definitions(read["functions"] + read["classes"])]
    assert sorted(compiled(compile(text, "", "exec"))) == sorted(found)
