"""Lines for people. Only the word that begins one is coloured; the rest is printed as it is, brackets included."""

from rich.console import Console
from rich.text import Text


def note(console: Console, text: str) -> None:
    _line(console, "note", "yellow", text)


def error(console: Console, text: str) -> None:
    _line(console, "error", "red", text)


def _line(console: Console, kind: str, colour: str, text: str) -> None:
    console.print(Text.assemble((kind, colour), " ", text), soft_wrap=True)
