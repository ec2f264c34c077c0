"""What a file is, by the ending of its name. Only into JSON Lines does it look, for those may be a log."""

import re
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


def language_of(filename: str, text: str = "") -> Language:
    """A name without an ending, or with one nobody knows, is `code`. `app.log.1` is a log, turned over once.

    `text`: JSON Lines whose first record has a level and a message are a log.
    """
    path = PurePath(_TURNED_OVER.sub("", PurePath(filename).name[-_NAME_CHARS:]))
    language = LOG if path.name.lower() in _LOGS else _LANGUAGES.get(path.suffix.lower(), UNKNOWN)
    return LOG if language.label == "JSON Lines" and all(key.match(text) for key in _LOG_KEYS) else language


UNKNOWN = Language("code")
LOG = Language("Log File", "log")

_NAME_CHARS = 255
_TURNED_OVER = re.compile(r"(?:[.-](?:\d[\d-]*+|old))+$")
_LOGS = ("syslog", "messages", "dmesg", "maillog")
# What the first record of a log has, by any of these names.
_LOG_KEYS = (
    re.compile(r"\s*+\{[^\n]*?\"(?:level|lvl|log\.level|levelname|severity|PRIORITY|@l)\"\s?:"),
    re.compile(r"\s*+\{[^\n]*?\"(?:msg|message|event|MESSAGE|@mt?)\"\s?:"),
)

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
    ".log": LOG,
}
LABELS = tuple(dict.fromkeys(language.label for language in _LANGUAGES.values()))
