"""POST /summarize over HTTP: which files, fields and personas there are, and what is refused."""

import json

import pytest

from deployments.config import HttpConfig
from deployments.summary.languages import LABELS
from tests.api.conftest import CONFIG
from tests.api.lines import access_log

PYTHON = {"file": ("shop.py", b'"""A shop."""\n\ndef buy(item: str) -> int:\n    """Costs money."""\n')}
LOG = {"file": ("app.log", b"".join(b"2023-01-01 10:00:0%d ERROR: disk full\n" % i for i in range(6)))}
FILES = {
    "AsciiDoc": ("a.adoc", "= Title\n\nThe shop sells apples. The shop buys pears."),
    "C": ("a.c", "int sum(int a, int b) { return a + b; }"),
    "C#": ("a.cs", "class Shop { int Sum(int a) { return a; } }"),
    "C++": ("a.cpp", "class Shop { public: int sum(int a); };"),
    "C++ Header": ("a.hpp", "class Shop { public: int sum(int a); };"),
    "C/C++ Header": ("a.h", "int sum(int a, int b);"),
    "CSS": ("a.css", ".shop { color: red }"),
    "CSV": ("a.csv", "name,price\npear,3\n"),
    "Dart": ("a.dart", "class Shop { int sum() => 1; }"),
    "Go": ("a.go", "package shop\n\nfunc Sum(a int) int { return a }"),
    "HTML": ("a.html", "<html><title>Shop</title><h1>Pears</h1></html>"),
    "INI": ("a.ini", "[shop]\nname = pear\n"),
    "JSON": ("a.json", '{"name": "pear", "price": 3}'),
    "JSON Lines": ("a.jsonl", '{"name": "pear"}\n{"name": "apple"}\n'),
    "Java": ("A.java", "class Shop { int sum(int a) { return a; } }"),
    "JavaScript": ("a.js", "export function sum(a) { return a }"),
    "Kotlin": ("a.kt", "class Shop { fun sum(a: Int): Int = a }"),
    "Log File": ("a.log", "2023-01-01 10:00:00 ERROR: disk full\n"),
    "Lua": ("a.lua", "function sum(a) return a end"),
    "Markdown": ("a.md", "# Title\n\nThe shop sells apples. The shop buys pears."),
    "PHP": ("a.php", "<?php function sum($a) { return $a; }"),
    "Perl": ("a.pl", "sub sum { return $_[0]; }"),
    "PowerShell": ("a.ps1", "function Get-Sum { param($a) $a }"),
    "Python": ("a.py", "def add(a: int) -> int:\n    return a\n"),
    "R": ("a.r", "add <- function(a) a\n"),
    "Ruby": ("a.rb", "class Shop\n  def sum(a)\n    a\n  end\nend\n"),
    "Rust": ("a.rs", "pub fn sum(a: i32) -> i32 { a }"),
    "SQL": ("a.sql", "CREATE TABLE pears (price INTEGER);"),
    "Scala": ("a.scala", "object Shop { def sum(a: Int): Int = a }"),
    "Shell script": ("a.sh", "sum() {\n  echo $1\n}\n"),
    "Swift": ("a.swift", "func sum(a: Int) -> Int { return a }"),
    "TOML": ("a.toml", '[shop]\nname = "pear"\n'),
    "Text": ("a.txt", "The shop sells apples. The shop buys pears."),
    "TypeScript": ("a.ts", "export function sum(a: number): number { return a }"),
    "XML": ("a.xml", "<shop><pear price='3'/></shop>"),
    "YAML": ("a.yaml", "shop:\n  name: pear\n"),
    "code": ("Makefile", "all:\n\techo pears\n"),
    "reStructuredText": ("a.rst", "Title\n=====\n\nThe shop sells apples. The shop buys pears."),
}
READERS = {
    **dict.fromkeys(("AsciiDoc", "Markdown", "Text", "reStructuredText"), "assistant"),
    "Log File": "log_analyst",
}


@pytest.mark.parametrize("label", [*LABELS, "code"])
async def test_every_language_is_told_by_its_ending_and_read_by_who_knows_it(client, label):
    """Also without a model there is something to say of it."""
    name, text = FILES[label]
    answer = (await client.post("/summarize", files={"file": (name, text.encode())})).json()

    assert (label, READERS.get(label, "developer"), "extractive") == (
        answer["language"],
        answer["persona"],
        answer["model"],
    )
    assert answer["summary"]


async def test_a_summary_has_the_original_s_fields_and_says_more(client):
    """Which model, which persona, what it cost, whether anything is missing."""
    answer = (await client.post("/summarize", files=PYTHON)).json()

    assert {"language", "summary", "model", "persona", "usage", "cached", "truncated"} == set(answer)
    assert "buy" in answer["summary"]
    assert {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0} == answer["usage"]
    assert (False, False) == (answer["cached"], answer["truncated"])


async def test_a_log_is_condensed_for_its_analyst(client):
    """Errors first, with their count."""
    answer = (await client.post("/summarize", files=LOG)).json()

    assert "6" in answer["summary"]
    assert "ERROR: disk full" in answer["summary"]


async def test_every_persona_may_read_any_file(client):
    """Each of the listed ones, by name."""
    personas = (await client.get("/personas")).json()["personas"]
    answers = [await client.post("/summarize", files=PYTHON, data={"persona": p["name"]}) for p in personas]

    assert [persona["name"] for persona in personas] == [answer.json()["persona"] for answer in answers]
    assert 19 == len(personas)
    assert all(persona["description"] for persona in personas)


async def test_fields_come_from_the_form_or_the_query_and_the_form_wins(client):
    """The original's clients use both; what one leaves out, the other may say."""
    by_query = await client.post("/summarize?persona=SDET", files=PYTHON)
    by_form = await client.post("/summarize?persona=nobody", files=PYTHON, data={"persona": "assistant"})
    by_both = await client.post("/summarize?persona=sdet&stream=true", files=PYTHON, data={"stream": "false"})

    assert ["sdet", "assistant", "sdet"] == [answer.json()["persona"] for answer in (by_query, by_form, by_both)]


@pytest.mark.parametrize("query", ["max_tokens=0", "max_tokens=many", "max_tokens="])
async def test_what_the_form_says_makes_up_for_the_query(client, query):
    """Even where the query says what cannot be."""
    answer = await client.post(f"/summarize?{query}", files=PYTHON, data={"max_tokens": "50"})

    assert 200 == answer.status_code


@pytest.mark.parametrize("place", ["data", "params"])
async def test_an_empty_field_counts_as_left_out(client, place):
    """Forms of browsers send all of their fields."""
    answer = await client.post("/summarize", files=PYTHON, **{place: {"max_tokens": "", "persona": "", "stream": ""}})

    assert (200, "developer") == (answer.status_code, answer.json()["persona"])


async def test_a_file_in_the_place_of_a_field_is_refused(client):
    """Its name is told, not what it is made of."""
    answer = await client.post("/summarize", files=PYTHON | {"persona": ("a.md", b"poet")})
    (problem,) = answer.json()["detail"]

    assert 422 == answer.status_code
    assert (["body", "persona"], {"filename": "a.md"}) == (problem["loc"], problem["input"])


async def test_a_file_without_a_name_is_refused_with_a_reason(client):
    """Of browsers that send an empty field for a file that nobody has chosen."""
    answer = await client.post("/summarize", files={"file": ("", b"x = 1")})
    (problem,) = answer.json()["detail"]

    assert 422 == answer.status_code
    assert problem["ctx"]["error"] in problem["msg"]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"persona": "develper"}, 404, "Did you mean 'developer'?"),
        ({"persona": "../../etc/passwd"}, 404, "Unknown persona"),
        ({"model_name": "gpt-9"}, 404, "Served: extractive"),
        ({"max_tokens": "0"}, 422, "greater than or equal to 1"),
        ({"max_tokens": "32769"}, 422, "less than or equal to 32768"),
        ({"max_tokens": "many"}, 422, "valid integer"),
        ({"temperature": "hot"}, 422, "valid number"),
        ({"temperature": "2.1"}, 422, "less than or equal to 2"),
        ({"temperature": "-0.1"}, 422, "greater than or equal to 0"),
        ({"temperature": "nan"}, 422, "less than or equal to 2"),
        ({"enable_safety": "perhaps"}, 422, "valid boolean"),
        ({"stream": "perhaps"}, 422, "valid boolean"),
    ],
)
@pytest.mark.parametrize("place", ["data", "params"])
async def test_what_does_not_exist_or_fit_is_named(client, place, fields, status, said):
    """An unknown name with the nearest one; wherever the field stands."""
    answer = await client.post("/summarize", files=PYTHON, **{place: fields})

    assert status == answer.status_code
    assert said in answer.text.replace('\\"', '"')
    if status == 422:
        (problem,) = answer.json()["detail"]
        assert ["body" if place == "data" else "query", *fields] == problem["loc"]
        assert "url" not in problem


async def test_a_summary_needs_a_file(client):
    """One that is uploaded, not a text in a field."""
    assert 422 == (await client.post("/summarize")).status_code
    assert 422 == (await client.post("/summarize", data={"file": "x = 1"})).status_code


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00", b"caf\xe9", b"null\0byte", b"a" * 89 + b"\x01" * 11])
async def test_a_binary_is_refused(client, data):
    """In the original's words."""
    answer = await client.post("/summarize", files={"file": ("a.py", data)})

    assert (400, "Uploaded file appears to be binary and cannot be summarized.") == (
        answer.status_code,
        answer.json()["detail"],
    )


async def test_a_file_may_be_as_large_as_is_configured_and_no_larger(connect_to, services):
    """To the byte."""
    config = CONFIG.model_copy(update={"http": HttpConfig(max_file_bytes=20)})
    client = connect_to(services, config=config)
    answers = [await client.post("/summarize", files={"file": ("a.py", b"#" * size)}) for size in (20, 21)]

    assert [200, 413] == [answer.status_code for answer in answers]
    assert "The file is larger than 20 bytes." == answers[1].json()["detail"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_text_is_read_in_its_encoding(client, encoding):
    """A byte order mark is no part of it."""
    plain = await client.post("/summarize", files=PYTHON)
    marked = PYTHON["file"][1].decode().encode(encoding)
    answer = await client.post("/summarize", files={"file": ("shop.py", marked)})

    assert plain.json()["summary"] == answer.json()["summary"]


@pytest.mark.parametrize(("data", "said"), [(b"", "empty"), (b" \n\n", "nothing but whitespace")])
async def test_a_file_of_nothing_is_no_error(client, data, said):
    """There is just nothing to tell."""
    answer = await client.post("/summarize", files={"file": ("a.md", data)})

    assert said in answer.json()["summary"]


async def test_unknown_fields_are_ignored(client):
    """As the original did."""
    assert 200 == (await client.post("/summarize", files=PYTHON, data={"verbose": "1"})).status_code


async def test_a_streamed_summary_ends_with_the_whole_answer(client):
    """Pieces of text, then the same JSON as without a stream."""
    answer = await client.post("/summarize", files=PYTHON, data={"stream": "true"})
    *pieces, whole = [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]

    assert "text/event-stream; charset=utf-8" == answer.headers["Content-Type"]
    assert whole["summary"] == "".join(piece["delta"] for piece in pieces)
    assert (await client.post("/summarize", files=PYTHON)).json() == whole | {"cached": True}


async def test_what_is_wrong_before_a_stream_keeps_its_status(client):
    """It never begins."""
    answer = await client.post("/summarize", files=PYTHON, data={"stream": "true", "persona": "nobody"})

    assert (404, "application/json") == (answer.status_code, answer.headers["Content-Type"])


async def test_a_summary_leaves_a_line_without_the_file_or_its_name(client):
    """Neither what it holds nor what it is called is the log's business."""
    with access_log() as lines:
        await client.post("/summarize", files={"file": ("secret-plan.md", b"A very private text.")})

    assert ["/summarize"] == [json.loads(line)["route"] for line in lines]
    assert "secret-plan" not in lines[0]
    assert "private" not in lines[0]
