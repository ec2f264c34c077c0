"""What a file is, by the ending of its name. It never looks inside."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

Kind = Literal["code", "prose", "log"]
DEFAULT_PERSONAS: dict[Kind, str] = {"code": "developer", "prose": "assistant", "log": "log_analyst"}


@dataclass(frozen=True, slots=True)
class Language:
    """`label` is what people call it."""

    label: str
    kind: Kind = "code"

    @property
    def default_persona(self) -> str:
        return DEFAULT_PERSONAS[self.kind]

    @property
    def persona_kind(self) -> Literal["code", "docs"]:
        return "docs" if self.kind == "prose" else "code"


def language_of(filename: str) -> Language:
    """A name without an ending, or with one nobody knows, is `code`. `app.log.1` is a log, turned over once."""
    suffixes = PurePath(filename).suffixes
    while suffixes and suffixes[-1][1:].isdigit():
        suffixes.pop()
    return _LANGUAGES.get(suffixes[-1].lower(), UNKNOWN) if suffixes else UNKNOWN


UNKNOWN = Language("code")

_LABELS = {
    "C": ".c",
    "C/C++ Header": ".h",
    "C++": ".cpp .cc .cxx",
    "C++ Header": ".hpp .hh .hxx",
    "C#": ".cs",
    "CSS": ".css .scss .less",
    "CSV": ".csv .tsv",
    "Dart": ".dart",
    "Go": ".go",
    "HTML": ".html .htm .xhtml",
    "INI": ".ini .cfg .conf .properties",
    "Java": ".java",
    "JavaScript": ".js .jsx .mjs .cjs",
    "JSON": ".json",
    "JSON Lines": ".jsonl .ndjson",
    "Kotlin": ".kt .kts",
    "Lua": ".lua",
    "Perl": ".pl .pm",
    "PHP": ".php",
    "PowerShell": ".ps1",
    "Python": ".py .pyi",
    "R": ".r",
    "Ruby": ".rb",
    "Rust": ".rs",
    "Scala": ".scala",
    "Shell script": ".sh .bash .zsh",
    "SQL": ".sql",
    "Swift": ".swift",
    "TOML": ".toml",
    "TypeScript": ".ts .tsx .mts .cts",
    "XML": ".xml .xsd .svg",
    "YAML": ".yaml .yml",
}
_LANGUAGES = {
    **{ending: Language(label) for label, endings in _LABELS.items() for ending in endings.split()},
    **dict.fromkeys((".md", ".markdown"), Language("Markdown", "prose")),
    ".rst": Language("reStructuredText", "prose"),
    ".adoc": Language("AsciiDoc", "prose"),
    ".txt": Language("Text", "prose"),
    ".log": Language("Log File", "log"),
}
LABELS = tuple(dict.fromkeys(language.label for language in _LANGUAGES.values()))
