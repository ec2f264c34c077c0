"""A signature is told parameter by parameter, with kind, type and default."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parsing.outlines import function


def params(signature: str) -> list[tuple[str, str, str, str | None]]:
    read = function(f"def f({signature}): ...")["params"]
    return [(param["name"], param["kind"], param["type"], param.get("default")) for param in read]


def test_every_kind_of_parameter_is_named():
    """Names come without stars; the kind says what the stars and the slash said."""
    expected = [
        ("a", "positional_only", "None", None),
        ("b", "positional_only", "int", "1"),
        ("c", "positional_or_keyword", "None", "(2, 3)"),
        ("args", "var_positional", "*Ts", None),
        ("d", "keyword_only", "None", None),
        ("e", "keyword_only", "str", "'x'"),
        ("kwargs", "var_keyword", "Any", None),
    ]

    assert expected == params("a, b: int = 1, /, c=(2, 3), *args: *Ts, d, e: str = 'x', **kwargs: Any")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("int | None", "int | None"),
        ("dict[str,list[int]]", "dict[str, list[int]]"),
        ('"Later"', "'Later'"),
        ("Annotated[int, Field(gt = 0)]", "Annotated[int, Field(gt=0)]"),
        ("Callable[..., None]", "Callable[..., None]"),
        ("None", "None"),
    ],
)
def test_annotations_are_source_text(written, read):
    """An annotation of any shape is its text, never a placeholder."""
    assert read == function(f"def f() -> {written}: ...")["returns"]
    assert [("x", "positional_or_keyword", read, None)] == params(f"x: {written}")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("lambda x: x+1", "lambda x: x + 1"),
        ("(y := 3)", "(y := 3)"),
        ("-1", "-1"),
        ("os.environ [ 'A' ]", "os.environ['A']"),
        ("...", "..."),
        ("f'{a!r:>{b}}'", "f'{a!r:>{b}}'"),
        ("[i for i in x if i]", "[i for i in x if i]"),
    ],
)
def test_defaults_are_source_text(written, read):
    """A default of any shape is its text."""
    assert [("x", "positional_or_keyword", "None", read)] == params(f"x={written}")


signatures = st.tuples(*[st.integers(0, 3)] * 5, st.booleans(), st.booleans())


@given(signatures)
def test_a_signature_reads_as_python_understands_it(counts):
    """Names, kinds, order and defaults are those that `inspect.signature` finds."""
    positional_only, positional, positional_defaults, keyword_only, keyword_defaults, stars, double_stars = counts
    names = iter("abcdefghijklmnop")
    plain = [next(names) for _ in range(positional_only + positional)]
    plain = [f"{name}=0" if len(plain) - i <= positional_defaults else name for i, name in enumerate(plain)]
    keywords = [f"{next(names)}=1" if i < keyword_defaults else next(names) for i in range(keyword_only)]
    marker = ["*args"] if stars else ["*"] * bool(keywords)
    slash = ["/"] * bool(positional_only)
    parts = plain[:positional_only] + slash + plain[positional_only:] + marker + keywords + ["**kw"] * double_stars
    text = ", ".join(parts)

    understood = inspect.signature(eval(f"lambda {text}: 0")).parameters.values()
    defaults = [None if param.default is param.empty else str(param.default) for param in understood]
    expected = [
        (param.name, param.kind.name.lower(), "None", default)
        for param, default in zip(understood, defaults, strict=True)
    ]
    assert expected == params(text)
