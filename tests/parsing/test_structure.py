"""Files in any language that tree-sitter reads are told in one shape."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.errors import InvalidRequest
from deployments.parsing.grammars import GRAMMARS
from deployments.parsing.structure import parse
from tests.parsing.outlines import told

SAMPLES = Path(__file__).with_name("samples")
ENDINGS = {
    "c": "c",
    "cpp": "cpp",
    "csharp": "cs",
    "go": "go",
    "java": "java",
    "javascript": "js",
    "kotlin": "kt",
    "lua": "lua",
    "php": "php",
    "ruby": "rb",
    "rust": "rs",
    "scala": "scala",
    "shell": "sh",
    "swift": "swift",
    "typescript": "ts",
}


def sample(language: str) -> bytes:
    return (SAMPLES / f"store.{ENDINGS[language]}").read_bytes()


@pytest.mark.parametrize("language", GRAMMARS)
def test_a_file_is_told_in_full(language):
    """Imports, functions, classes, parameters, calls and what is said of them, as the page beside the sample says."""
    expected = (SAMPLES / f"store.{ENDINGS[language]}.txt").read_text(encoding="utf-8")

    assert expected == told(parse(language, sample(language)))


@pytest.mark.parametrize("language", GRAMMARS)
def test_an_empty_file_has_an_outline(language):
    """Nothing in, nothing out, and no error."""
    nothing = {"docstring": "", "imports": [], "imported_symbols": {}, "functions": [], "classes": [], "exports": []}

    assert {"language": language, **nothing} == parse(language, b"")


def test_what_a_grammar_cannot_read_is_named_and_the_rest_is_told():
    """One odd line does not cost the outline, and is not passed over in silence."""
    read = parse("java", b"class A {\n  void f() {}\n  int = = 3;\n  void g() {}\n}\n")

    assert ["f", "g"] == [method["name"] for method in read["classes"][0]["methods"]]
    assert [3] == read["unread_lines"]


def test_every_line_that_a_grammar_cannot_read_is_named():
    """Not only the first: who reads the outline knows what to look at."""
    read = parse("kotlin", b"fun f() {}\nobject R {\n  fun r() = = }\n  = 1\n  fun s()\n")

    assert [2, 3, 4, 5] == read["unread_lines"]


def test_a_body_of_one_line_costs_kotlin_nothing():
    """A language may omit a semicolon that its grammar wants. Texts remain as they are written."""
    text = b"""object R { fun r(s: Int = run { 1 }) {} }
interface Q { fun a() }
class A { inner class I { fun m() { xs.map { it }.go("{ }") } } }
fun main() {}
"""
    read = parse("kotlin", text)

    assert ["R", "Q", "A"] == [found["name"] for found in read["classes"]]
    assert ["main"] == [found["name"] for found in read["functions"]]
    assert "run { 1 }" == read["classes"][0]["methods"][0]["params"][0]["default"]
    assert "unread_lines" not in read


def test_jsx_is_read_in_both_its_languages():
    """A TypeScript file may be one with markup; which it is shows when it is read."""
    component = b"export function App({ title }) { return <b onClick={() => api.go()}>{title}</b>; }"

    for language in ("javascript", "typescript"):
        read = parse(language, component)
        assert (["App"], None) == (read["exports"], read.get("unread_lines"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x = '\xff'", "The file cannot be decoded: "),
        (b"x = '\0'", "The file contains NUL characters, which no source may."),
        (b"\xff\xfe\x00\xd8", "The file cannot be decoded: "),
    ],
)
def test_what_is_no_text_is_refused(data, said):
    """With what to do about it."""
    with pytest.raises(InvalidRequest) as caught:
        parse("go", data)

    assert caught.value.message.startswith(said)


@pytest.mark.parametrize("encoded", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(encoded):
    """It is no part of the file's first line."""
    assert "É." == parse("go", "// É.\npackage a\n".encode(encoded))["docstring"]


@pytest.mark.parametrize("language", ["cpp", "javascript", "rust"])
def test_definitions_nested_beyond_all_reason_are_refused(language):
    """It is the client's file that is too deep, not the server that failed."""
    opening = {"cpp": "namespace a {", "javascript": "function a() {", "rust": "fn a() {"}[language]
    with pytest.raises(InvalidRequest, match="nested too deeply"):
        parse(language, (opening * 3000 + "}" * 3000).encode())


WORDS = [
    *("def ", "class ", "fn ", "func ", "function ", "import ", "use ", "end\n", "impl ", "async ", "export default "),
    *("x(a, b)", "int f(int a)", "struct X", "-> T", "/* ", "*/", "// ", "<?php ", "const f = "),
]
pieces = st.sampled_from([*"(){}[]<>:=,.*&@#$'\"\\/\n \tx1é", *WORDS])


@given(st.sampled_from(list(GRAMMARS)), st.one_of(st.text(), st.lists(pieces, max_size=40).map("".join)))
def test_any_text_at_all_is_answered_or_refused(language, text):
    """No file is an error of ours, and every outline is JSON, the same each time."""
    with suppress(InvalidRequest):
        assert json.dumps(parse(language, text.encode())) == json.dumps(parse(language, text.encode()))
