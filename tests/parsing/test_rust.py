"""Rust's paths nest, and what is used may be passed on."""

from deployments.parsing.structure import parse


def test_a_name_is_from_the_module_that_its_path_spells():
    """However deep its list stands in other lists, and whatever it is called here."""
    read = parse("rust", b"extern crate serde;\nuse x::{y::{z, w as v}, self, a::B};\nuse c::d as e;\nuse f::*;\n")

    assert ["serde", "x", "x::y", "x::a", "c", "f"] == read["imports"]
    assert {"x": "x", "z": "x::y", "v": "x::y", "B": "x::a", "e": "c"} == read["imported_symbols"]


def test_what_is_used_in_public_is_exported():
    """By the name that it gets."""
    read = parse("rust", b"pub use a::B;\npub use c::{D, e::F as G, h::{I}};\nuse j::K;\n")

    assert ["B", "D", "G", "I"] == read["exports"]


def test_macros_are_told():
    """Those that are marked are exported."""
    read = parse("rust", b"/// One.\nmacro_rules! one { () => {} }\n#[macro_export]\nmacro_rules! two { () => {} }\n")

    assert ["one", "two"] == [macro["name"] for macro in read["functions"]]
    assert ["two"] == read["exports"]
