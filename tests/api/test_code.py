"""Source files over HTTP: outlines and extractive summaries in every language."""

import pytest

from deployments.parsing.languages import LANGUAGES
from deployments.summary.languages import LABELS, language_of
from tests.parsing.test_structure import ENDINGS, SAMPLES

PYTHON = b"import os\n\n\ndef buy(item: str) -> int:\n    return Shop(item).price()\n"


def upload(language: str) -> dict[str, tuple[str, bytes]]:
    if language == "python":
        return {"file": ("store.py", PYTHON)}
    path = SAMPLES / f"store.{ENDINGS[language]}"
    return {"file": (path.name, path.read_bytes())}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_outline_has_one_shape_in_every_language(client, language):
    """The same keys, and something under them."""
    answer = await client.post("/parse-ast", files=upload(language), data={"language": language.upper()})
    outline = answer.json()

    assert 200 == answer.status_code
    assert ["language", "docstring", "imports", "imported_symbols", "functions", "classes", "exports"] == list(outline)
    assert (language, True, True) == (outline["language"], bool(outline["imports"]), bool(outline["exports"]))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_summary_tells_what_a_file_defines(client, language):
    """Without any model: functions or classes by name, and what is imported."""
    summary = (await client.post("/summarize", files=upload(language))).json()["summary"]

    assert "Functions (" in summary or "Classes (" in summary
    assert "Imports (" in summary
    assert "Read line by line" not in summary


async def test_other_names_of_a_language_are_understood(client):
    """`C++`, `C#`, `sh`: as people say."""
    names = {"C++": "cpp", "c#": "csharp", "sh": "shell", "TSX": "typescript", "golang": "go"}
    for name, language in names.items():
        answer = await client.post("/parse-ast", files=upload(language), data={"language": name})
        assert language == answer.json()["language"]


async def test_a_language_without_a_grammar_is_refused_with_those_that_have_one(client):
    """The list is complete."""
    answer = await client.post("/parse-ast", files=upload("go"), data={"language": "cobol"})

    expected = f"Language 'cobol' not supported. Supported languages: {', '.join(LANGUAGES)}."
    assert (400, {"detail": expected}) == (answer.status_code, answer.json())


@pytest.mark.parametrize(
    "ending", ["cs", "css", "csv", "dart", "html", "ini", "json", "pl", "r", "sql", "toml", "xml", "yaml"]
)
async def test_every_label_gets_a_summary(client, ending):
    """Whatever stands in the file."""
    answer = (await client.post("/summarize", files={"file": (f"a.{ending}", b"name = 1\n")})).json()

    assert (language_of(f"a.{ending}").label, "extractive") == (answer["language"], answer["model"])
    assert answer["language"] in LABELS
    assert answer["summary"]
