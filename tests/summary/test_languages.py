"""The ending of a name says what a file is and who reads it."""

import pytest

from deployments.summary.languages import language_of

LABELS = {
    "a.py": "Python",
    "a.js": "JavaScript",
    "a.jsx": "JavaScript",
    "a.ts": "TypeScript",
    "a.tsx": "TypeScript",
    "A.java": "Java",
    "a.cpp": "C++",
    "a.cc": "C++",
    "a.c": "C",
    "a.h": "C/C++ Header",
    "a.hpp": "C++ Header",
    "a.go": "Go",
    "a.rs": "Rust",
    "a.rb": "Ruby",
    "a.php": "PHP",
    "a.kt": "Kotlin",
    "a.swift": "Swift",
    "a.sh": "Shell script",
    "a.html": "HTML",
    "a.css": "CSS",
    "a.yml": "YAML",
    "a.yaml": "YAML",
    "a.json": "JSON",
    "a.toml": "TOML",
    "a.xml": "XML",
    "a.sql": "SQL",
    "README.MD": "Markdown",
    "a.markdown": "Markdown",
    "a.rst": "reStructuredText",
    "a.txt": "Text",
    "a.log": "Log File",
    "a.log.1": "Log File",
    "a.log-20231123": "Log File",
    "a.log.2023-11-23": "Log File",
    "a.log-20231123.1": "Log File",
    "a.log.old": "Log File",
    "syslog": "Log File",
    "messages.1": "Log File",
    "a.py.old": "Python",
    "a-20231123": "code",
    "a.jsonl": "JSON Lines",
    "some/folder.py/a.log": "Log File",
    "Makefile": "code",
    ".gitignore": "code",
    "a.zzz": "code",
    "a.1": "code",
    "": "code",
    "...": "code",
    "a.\0py": "code",
}


@pytest.mark.parametrize(("filename", "label"), LABELS.items())
def test_a_file_is_what_its_ending_says(filename, label):
    """In any case, with any folder before it; an ending that nobody knows is code."""
    assert label == language_of(filename).label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ('{"ts":1,"level":"info","msg":"x"}\n{"a":1}', "Log File"),
        ('{"message": "x", "severity": "ERROR"}', "Log File"),
        ('{"@t":"2023-11-23","@m":"x","@l":"Error"}', "Log File"),
        ('{"level":"beginner","course":"x"}\n{"msg":"x"}', "JSON Lines"),
        ('{"a":1}\n{"level":"info","msg":"x"}', "JSON Lines"),
        ("", "JSON Lines"),
    ],
)
def test_json_lines_with_levels_and_messages_are_a_log(text, label):
    """The first record decides."""
    assert label == language_of("a.ndjson", text).label
    assert "JSON" == language_of("a.json", text).label


@pytest.mark.parametrize(
    ("filename", "persona", "kind"),
    [
        ("a.md", "assistant", "docs"),
        ("a.txt", "assistant", "docs"),
        ("a.log", "log_analyst", "code"),
        ("a.py", "developer", "code"),
        ("a.json", "developer", "code"),
        ("Makefile", "developer", "code"),
    ],
)
def test_who_reads_a_file_unless_told(filename, persona, kind):
    """Prose is for the assistant, logs are for the log analyst, all else is for the developer."""
    language = language_of(filename)

    assert (persona, kind) == (language.default_persona, language.persona_kind)
