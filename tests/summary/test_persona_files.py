"""A persona is a Markdown file; what is wrong in it stops the start."""

import pytest

from deployments.config import SummaryConfig
from deployments.errors import ConfigError
from deployments.summary.persona_files import PersonasUpdate, read_personas
from deployments.summary.personas import Persona, Personas

DEFAULTS = ("code/developer", "code/log_analyst", "docs/assistant")


@pytest.fixture
def folder(tmp_path):
    for kind in ("code", "docs"):
        (tmp_path / kind).mkdir()
    for name in DEFAULTS:
        (tmp_path / f"{name}.md").write_text(f"The text of {name}.")
    (tmp_path / "README.md").write_text("Not a persona.")
    return tmp_path


def read(folder, **update: object) -> Personas:
    return read_personas(SummaryConfig(personas=folder), PersonasUpdate(**update))


def test_a_persona_is_a_markdown_file(folder):
    """Its name is the file's, front matter describes it, the rest is its text."""
    front = "---\ndescription: Reads queries\ntemperature: 0.5\nlanguages: [sql, JSON Lines]\n---\n"
    (folder / "code" / "DBA.md").write_text(f"{front}\nExplain {{language}}.\n")
    expected = Persona("DBA", "code", "Reads queries", "Explain {language}.", 0.5, ("SQL", "JSON Lines"))

    assert expected == read(folder).find("dba", prefer="docs")


def test_every_persona_is_listed_once(folder):
    """Folder by folder, and nothing that lies elsewhere."""
    assert list(DEFAULTS) == [f"{persona.kind}/{persona.name}" for persona in read(folder)]


def test_an_update_adds_personas_and_goes_before_files(folder):
    """Markdown by name, front matter and all, as `user_config` carries it to every replica."""
    texts = {"docs/poet": "---\ndescription: Rhymes\n---\nRhyme.", "code/Developer": "Explain it better."}
    personas = read(folder, revision=2, texts=texts)

    assert "Rhymes" == personas.find("poet", prefer="code").description
    assert "Explain it better." == personas.find("developer", prefer="code").text


def test_an_update_reads_the_folder_again(folder):
    """A file that was dropped there since is known now."""
    before = read(folder)
    (folder / "docs" / "poet.md").write_text("Rhyme.")

    assert {"poet"} == {persona.name for persona in read(folder)} - {persona.name for persona in before}


@pytest.mark.parametrize("name", ["poet", "prose/poet", ""])
def test_a_name_in_an_update_says_its_kind(folder, name):
    """Else nobody knows which files it fits."""
    with pytest.raises(ConfigError, match="begins with code/ or docs/"):
        read(folder, texts={name: "Rhyme."})


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
        b"---\nlanguages: Klingon\n---\ntext",
        b"---\nlanguages: [SQL, Klingon]\n---\ntext",
    ],
)
def test_a_file_that_cannot_be_right_stops_the_start(folder, content):
    """The error is one line and names the file."""
    (folder / "docs" / "broken.md").write_bytes(content)

    with pytest.raises(ConfigError, match=r"^Persona .*broken\.md [^\n]*$"):
        read(folder)


def test_a_folder_without_personas_stops_the_start(tmp_path):
    """It says what is expected there."""
    with pytest.raises(ConfigError, match=r"No personas in .*code/ and docs/"):
        read(tmp_path)


def test_a_folder_that_lacks_a_default_persona_stops_the_start(folder):
    """Better now than at the first log."""
    (folder / "code" / "log_analyst.md").unlink()

    with pytest.raises(ConfigError, match="log_analyst"):
        read(folder)


@pytest.mark.parametrize("front", ["---\n---\n", "---\n\n---\n", "\ufeff", "---\r\ndescription: x\r\n---\r\n"])
def test_front_matter_may_be_empty_or_come_from_windows(folder, front):
    """Neither a byte order mark nor line ends matter."""
    (folder / "docs" / "mine.md").write_text(f"{front}Text.", encoding="utf-8", newline="")

    assert "Text." == read(folder).find("mine", prefer="docs").text
