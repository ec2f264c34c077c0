"""What a Go file offers to others is told, whatever kind of thing it is."""

from deployments.parsing.structure import parse


def test_constants_and_variables_are_exported():
    """Their capital says so, as it does for functions and types."""
    text = b"const Max, min = 1, 2\nconst (\n  A = iota\n  B\n)\nvar ErrX = f()\nvar (\n  C, d int\n)\nfunc F() {}\n"

    assert ["Max", "A", "B", "ErrX", "C", "F"] == parse("go", b"package a\n" + text)["exports"]


def test_every_type_that_is_defined_is_told():
    """One without fields may have methods too."""
    text = (
        b"package a\n// Handler serves.\ntype Handler func(a int) error\nfunc (h Handler) Serve() {}\ntype ID string\n"
    )
    handler, id_ = parse("go", text)["classes"]

    assert ("Handler", "Handler serves.", ["Serve"]) == (
        handler["name"],
        handler["docstring"],
        [method["name"] for method in handler["methods"]],
    )
    assert "ID" == id_["name"]
