"""Personas are an index made at the start; what is wrong in their files stops it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.errors import ConfigError, PersonaNotFound
from deployments.summary.personas import Persona, Personas


@pytest.fixture
def folder(tmp_path):
    for kind in ("code", "docs"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "default.md").write_text(f"Default of {kind}.")
    front = "---\ndescription: Explains\ntemperature: 0.5\n---\n"
    (tmp_path / "code" / "Developer.md").write_text(f"{front}\nExplain {{language}}.\n")
    (tmp_path / "README.md").write_text("Not a persona.")
    return tmp_path


def _persona(text: str) -> Persona:
    return Persona("p", "code", "", text)


def test_a_persona_is_a_markdown_file(folder):
    """Its name is the file's, front matter describes it, the rest is its text."""
    expected = Persona("Developer", "code", "Explains", "Explain {language}.", 0.5)

    assert expected == Personas.read(folder).find("developer", prefer="docs")


def test_every_persona_is_listed_once(folder):
    """Folder by folder, and nothing that lies elsewhere."""
    listed = [(persona.kind, persona.name) for persona in Personas.read(folder)]

    assert [("code", "Developer"), ("code", "default"), ("docs", "default")] == listed


@pytest.mark.parametrize("kind", ["code", "docs"])
def test_a_name_in_both_folders_means_the_one_that_fits_the_file(folder, kind):
    """Text gets the default for text, code the one for code; case does not matter."""
    assert f"Default of {kind}." == Personas.read(folder).find("DEFAULT", prefer=kind).text


@pytest.mark.parametrize("name", ["../code/default", "default.md", "/etc/passwd", "", "\0", "x" * 1_000_000])
def test_a_name_is_never_a_path(folder, name):
    """What is not in the index does not exist."""
    with pytest.raises(PersonaNotFound, match=r"Known: Developer, default\.$"):
        Personas.read(folder).find(name, prefer="code")


def test_a_misspelt_name_gets_a_hint(folder):
    """The error names the nearest persona and all known ones."""
    with pytest.raises(PersonaNotFound) as caught:
        Personas.read(folder).find("defualt", prefer="code")

    assert "Unknown persona 'defualt'. Did you mean 'default'? Known: Developer, default." == caught.value.message


def test_only_two_placeholders_are_filled_in():
    """In single or doubled braces; any other brace is text."""
    text = "{language} {{language}} {max_tokens} {{max_tokens}} {other} {} { language } {{x}} {a: {language}}"

    assert "C C 9 9 {other} {} { language } {{x}} {a: C}" == _persona(text).render(language="C", max_tokens=9)
    assert "{C}" == _persona("{{{language}}}").render(language="C", max_tokens=9)
    assert "{max_tokens}" == _persona("{language}").render(language="{max_tokens}", max_tokens=9)


@given(st.text())
def test_a_text_without_placeholders_stays_as_it_is(text):
    """Rendering changes nothing else."""
    text = text.replace("language", "").replace("max_tokens", "")

    assert text == _persona(text).render(language="Python", max_tokens=1)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"",
        b"---\ndescription: x\n---\n",
        b"---\ndescription: x\nno end",
        b"---\ndescription: [\n---\ntext",
        b"---\n- a list\n---\ntext",
        b"---\ndescrption: misspelt\n---\ntext",
        b"---\ntemperature: hot\n---\ntext",
        b"---\ntemperature: 3\n---\ntext",
        b"---\ntemperature: true\n---\ntext",
        b"---\ntemperature: .nan\n---\ntext",
    ],
)
def test_a_file_that_cannot_be_right_stops_the_start(folder, content):
    """The error is one line and names the file."""
    (folder / "docs" / "broken.md").write_bytes(content)

    with pytest.raises(ConfigError, match=r"^Persona .*broken\.md [^\n]*$"):
        Personas.read(folder)


def test_a_folder_without_personas_stops_the_start(tmp_path):
    """It says what is expected there."""
    with pytest.raises(ConfigError, match=r"No personas in .*code/ and docs/"):
        Personas.read(tmp_path)


def test_names_that_differ_only_in_case_stop_the_start(folder):
    """Nobody could tell which one is meant."""
    (folder / "code" / "DEFAULT.md").write_text("Another.")

    with pytest.raises(ConfigError, match="differ only in case"):
        Personas.read(folder)


@pytest.mark.parametrize("front", ["---\n---\n", "---\n\n---\n", "\ufeff", "---\r\ndescription: x\r\n---\r\n"])
def test_front_matter_may_be_empty_or_come_from_windows(folder, front):
    """Neither a byte order mark nor line ends matter."""
    (folder / "docs" / "mine.md").write_text(f"{front}Text.", encoding="utf-8", newline="")

    assert "Text." == Personas.read(folder).find("mine", prefer="docs").text
