"""Summaries and outlines of files over HTTP."""

import json

import pytest

PYTHON = {"file": ("shop.py", b'"""A shop."""\n\ndef buy(item: str) -> int:\n    """Costs money."""\n')}
LOG = {"file": ("app.log", b"".join(b"2023-01-01 10:00:0%d ERROR: disk full\n" % i for i in range(6)))}


async def test_a_summary_has_the_original_s_fields_and_says_more(client):
    """Which model, which persona, what it cost, whether anything is missing."""
    answer = (await client.post("/summarize", files=PYTHON)).json()

    assert ("Python", "extractive", "developer") == (answer["language"], answer["model"], answer["persona"])
    assert "buy" in answer["summary"]
    assert {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0} == answer["usage"]
    assert (False, False) == (answer["cached"], answer["truncated"])


async def test_the_same_file_is_summarised_once(client):
    """The second answer comes from the cache."""
    first, second = [(await client.post("/summarize", files=PYTHON)).json() for _ in range(2)]

    assert first | {"cached": True} == second


async def test_a_log_is_condensed_for_its_analyst(client):
    """Errors first, with their count."""
    answer = (await client.post("/summarize", files=LOG)).json()

    assert ("Log File", "log_analyst") == (answer["language"], answer["persona"])
    assert "6" in answer["summary"]


async def test_fields_come_from_the_form_or_the_query_and_the_form_wins(client):
    """The original's clients use both."""
    by_query = await client.post("/summarize?persona=SDET", files=PYTHON)
    by_form = await client.post("/summarize?persona=nobody", files=PYTHON, data={"persona": "assistant"})

    assert "sdet" == by_query.json()["persona"]
    assert "assistant" == by_form.json()["persona"]


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"persona": "develper"}, 404, "Did you mean 'developer'?"),
        ({"persona": "../../etc/passwd"}, 404, "Unknown persona"),
        ({"model_name": "gpt-9"}, 404, "Served: extractive"),
        ({"max_tokens": "0"}, 422, "greater than or equal to 1"),
        ({"max_tokens": "32769"}, 422, "less than or equal to 32768"),
        ({"temperature": "hot"}, 422, "valid number"),
    ],
)
async def test_what_does_not_exist_or_fit_is_named(client, data, status, said):
    """An unknown name with the nearest one."""
    answer = await client.post("/summarize", files=PYTHON, data=data)

    assert status == answer.status_code
    assert said in answer.text.replace('\\"', '"')


async def test_unknown_fields_are_ignored(client):
    """As the original did."""
    assert 200 == (await client.post("/summarize", files=PYTHON, data={"verbose": "1"})).status_code


async def test_a_streamed_summary_ends_with_the_whole_answer(client):
    """Pieces of text, then the same JSON as without a stream."""
    answer = await client.post("/summarize", files=PYTHON, data={"stream": "true"})
    *pieces, whole = [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]

    assert "text/event-stream; charset=utf-8" == answer.headers["Content-Type"]
    assert whole["summary"] == "".join(piece["delta"] for piece in pieces)


async def test_every_persona_may_read_any_file(client):
    """Each of the listed ones, by name."""
    personas = (await client.get("/personas")).json()["personas"]
    answers = [await client.post("/summarize", files=PYTHON, data={"persona": p["name"]}) for p in personas]

    assert {200} == {answer.status_code for answer in answers}
    assert 19 == len(personas)
    assert all(persona["description"] for persona in personas)


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
    assert 422 == (await client.post("/summarize")).status_code
