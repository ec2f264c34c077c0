"""A file is read as Python itself would read it, and what Python refuses is refused with a reason."""

import codecs
import json
import sys
import warnings
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.errors import InvalidRequest
from deployments.parsing.python import parse_python
from tests.parsing.outlines import function


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidRequest) as caught:
        parse_python(data)
    return caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        '"""é"""'.encode(),
        codecs.BOM_UTF8 + '"""é"""'.encode(),
        codecs.BOM_UTF8 + '# coding: utf-8\n"""é"""'.encode(),
        '# -*- coding: latin-1 -*-\n"""é"""'.encode("latin-1"),
        '#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\r\n"""é"""'.encode("cp1252"),
        '"""é"""'.encode("utf-16"),
    ],
)
def test_an_encoding_is_recognised(data):
    """By its byte order mark, or by the declaration in the first two lines; else it is UTF-8."""
    assert "é" == parse_python(data)["docstring"]


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\ny = 2\nz = '\xff'",
        b"x = '\xff'",
        b"# coding: no-such\n",
        b"# coding: rot13\n",
        b"# coding: unicode_escape\n'\\ud800'",
        codecs.BOM_UTF8 + b"# coding: latin-1\n",
        codecs.BOM_UTF16_LE + b"\x00\xd8",
    ],
)
def test_what_cannot_be_decoded_is_refused(data):
    """The answer says what failed and what to do."""
    message = refusal(data)

    assert message.startswith("The file cannot be decoded: ")
    assert message.endswith(". Save it as UTF-8, or declare its encoding in its first line.")


def test_nul_is_refused():
    """A NUL in a file is no Python, even inside a string."""
    assert "The file contains NUL characters, which no Python source may." == refusal(b"x = '\0'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(:", "Python syntax error: invalid syntax (line 1)"),
        (
            "x = 1\nif x:\npass",
            "Python syntax error: expected an indented block after 'if' statement on line 2 (line 3)",
        ),
        ("\n" + "(" * 201 + ")" * 201, "Python syntax error: too many nested parentheses (line 2)"),
    ],
)
def test_a_syntax_error_names_its_line(text, expected):
    """The message is Python's own."""
    assert expected == refusal(text.encode())


@pytest.mark.parametrize("text", ["-" * 9000 + "1", "+".join("a" * 20_000), "a" + ".b()" * 20_000])
def test_nesting_beyond_the_parser_is_refused(text):
    """It is the client's file that is too complex, not the server that failed."""
    message = "The file is nested too deeply or is too large to be parsed. Send it in smaller parts."

    assert message == refusal(text.encode())


@pytest.mark.parametrize(
    "expression",
    ["0x" + "f" * 5000, "a" + ".b()" * 700, '"é"' + "+1" * 400 + "\\\n+ 1" * 400],
    ids=["huge integer", "long chain", "several lines"],
)
def test_an_expression_that_cannot_be_unparsed_is_told_as_it_stands(expression):
    """What the parser takes is answered, whatever `ast.unparse` thinks of it."""
    param, _ = function(f"def é(x={expression}, y=1): ...")["params"]

    assert expression == param["default"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="since then, f-strings may hold any string")
def test_an_f_string_that_cannot_be_unparsed_is_told_as_it_stands():
    """A string inside it that would need a backslash stops `ast.unparse`, not us."""
    (param,) = function("def f(x=f\"{(1,'\u00a0')}\"): ...")["params"]

    assert "f\"{(1,'\u00a0')}\"" == param["default"]


def test_a_thousand_branches_are_walked():
    """A long chain of `elif` is deep, and no error."""
    text = "if x: pass\n" + "".join(f"elif x: import m{i}\n" for i in range(1000))

    assert 1000 == len(parse_python(text.encode())["imports"])


def test_nothing_is_printed_about_the_file(capfd):
    """Odd escapes and comparisons in someone's file are no business of our log, and no error of theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parse_python(b"x = '\\d'\nx is 1\n1or x\nassert (x, 'y')")

    assert ("", "") == capfd.readouterr()


pieces = st.sampled_from([*"(){}[]:=,.*@'\"\\\n \tx1é", "def ", "class ", "lambda ", "f'", "if ", "import "])


@given(st.one_of(st.binary(), st.text().map(str.encode), st.lists(pieces).map(lambda parts: "".join(parts).encode())))
def test_any_bytes_at_all_are_answered_or_refused(data):
    """No file is an error of ours, and every outline is JSON, the same each time."""
    with suppress(InvalidRequest):
        assert json.dumps(parse_python(data)) == json.dumps(parse_python(data))
