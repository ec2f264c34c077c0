"""Personas are an index of names; a name means one of them, or is an error that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.errors import ConfigError, PersonaNotFound
from deployments.summary.languages import language_of
from deployments.summary.personas import Persona, Personas


def persona(text: str, name: str = "p", kind: str = "code", **more: object) -> Persona:
    return Persona(name, kind, "", text, **more)


PERSONAS = Personas.of(
    [
        persona("Explain.", "Developer"),
        persona("For code.", "default"),
        persona("For text.", "default", "docs"),
        persona("Summarise.", "assistant", "docs"),
        persona("Read queries.", "dba", languages=("SQL",)),
    ]
)


@pytest.mark.parametrize(("kind", "expected"), [("code", "For code."), ("docs", "For text.")])
def test_a_name_in_both_folders_means_the_one_that_fits_the_file(kind, expected):
    """Text gets the default for text, code the one for code; case does not matter."""
    assert expected == PERSONAS.find("DEFAULT", prefer=kind).text


@pytest.mark.parametrize(
    ("filename", "name", "expected"),
    [
        ("a.py", None, "Developer"),
        ("a.md", None, "assistant"),
        ("a.sql", None, "dba"),
        ("a.sql", "developer", "Developer"),
        ("a.py", "assistant", "assistant"),
    ],
)
def test_who_reads_a_file(filename, name, expected):
    """The named one; else the one that claims the language; else the one for files of its kind."""
    assert expected == PERSONAS.reader_of(language_of(filename), name).name


@pytest.mark.parametrize("name", ["../code/default", "default.md", "/etc/passwd", "", "\0", "x" * 1_000_000])
def test_a_name_is_never_a_path(name):
    """What is not in the index does not exist."""
    with pytest.raises(PersonaNotFound, match=r"Known: Developer, assistant, dba, default\.$"):
        PERSONAS.find(name, prefer="code")


def test_a_misspelt_name_gets_a_hint():
    """The error names the nearest persona, whatever its case, and all known ones."""
    with pytest.raises(PersonaNotFound) as caught:
        PERSONAS.find("develper", prefer="code")

    expected = "Unknown persona 'develper'. Did you mean 'Developer'? Known: Developer, assistant, dba, default."
    assert expected == caught.value.message


def test_only_two_placeholders_are_filled_in():
    """In single or doubled braces; any other brace is text."""
    text = "{language} {{language}} {max_tokens} {{max_tokens}} {other} {} { language } {{x}} {a: {language}}"

    assert "C C 9 9 {other} {} { language } {{x}} {a: C}" == persona(text).render(language="C", max_tokens=9)
    assert "{C}" == persona("{{{language}}}").render(language="C", max_tokens=9)
    assert "{max_tokens}" == persona("{language}").render(language="{max_tokens}", max_tokens=9)


@given(st.text())
def test_a_text_without_placeholders_stays_as_it_is(text):
    """Rendering changes nothing else."""
    text = text.replace("language", "").replace("max_tokens", "")

    assert text == persona(text).render(language="Python", max_tokens=1)


def test_names_that_differ_only_in_case_are_an_error():
    """Nobody could tell which one is meant."""
    with pytest.raises(ConfigError, match=r"code/ differ only in case: default, DEFAULT\."):
        Personas.of([persona("a", "default"), persona("b", "DEFAULT")])


def test_a_language_has_one_reader():
    """Two personas that claim it are an error that names both."""
    with pytest.raises(ConfigError, match=r"Two personas want to read SQL: a, b\."):
        Personas.of([persona("a", "a", languages=("SQL",)), persona("b", "b", languages=("SQL",))])
