"""Outlines of files over HTTP."""

import pytest

PYTHON = {"file": ("shop.py", b'"""A shop."""\n\ndef buy(item: str) -> int:\n    """Costs money."""\n')}


async def test_an_outline_is_answered_as_it_was_parsed(client):
    """Names, types and docstrings of the file."""
    outline = (await client.post("/parse-ast", files=PYTHON, data={"language": "python"})).json()
    function = outline["functions"][0]

    assert ("python", "A shop.") == (outline["language"], outline["docstring"])
    assert ("buy", "int", "Costs money.") == (function["name"], function["returns"], function["docstring"])
    assert [{"name": "item", "kind": "positional_or_keyword", "type": "str"}] == function["params"]


@pytest.mark.parametrize(
    ("source", "language", "said"),
    [
        (b"x = 1", "cobol", "Language 'cobol' not supported."),
        (b"def f(:\n", "python", "Python syntax error: "),
        (b"caf\xe9 = 1", "python", "UTF-8"),
        (b"x = '\0'", "python", "NUL"),
        (b"(" * 10_000, "python", "nest"),
    ],
)
async def test_a_file_that_cannot_be_parsed_is_400(client, source, language, said):
    """With the reason."""
    answer = await client.post("/parse-ast", files={"file": ("a.py", source)}, data={"language": language})

    assert 400 == answer.status_code
    assert said in answer.json()["detail"]


async def test_a_request_without_its_parts_is_422(client):
    """The file, and its language."""
    assert 422 == (await client.post("/parse-ast", files=PYTHON)).status_code
    assert 422 == (await client.post("/parse-ast", data={"language": "python"})).status_code
