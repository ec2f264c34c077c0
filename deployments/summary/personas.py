"""Personas, read once from their folder. It knows Markdown files and placeholders, not what a model makes of them."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from deployments.config import Section
from deployments.errors import ConfigError, PersonaNotFound

Kind = Literal["code", "docs"]
KINDS: tuple[Kind, ...] = ("code", "docs")

_PLACEHOLDER = re.compile(r"\{\{(language|max_tokens)\}\}|\{(language|max_tokens)\}")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Persona:
    """Instructions to a model that summarises. `temperature`, where given, suits them better than the default."""

    name: str
    kind: Kind
    description: str
    text: str
    temperature: float | None = None

    def render(self, *, language: str, max_tokens: int) -> str:
        """The text with `{language}` and `{max_tokens}` filled in; every other brace stays."""
        values = {"language": language, "max_tokens": str(max_tokens)}
        return _PLACEHOLDER.sub(lambda placeholder: values[placeholder[1] or placeholder[2]], self.text)


@dataclass(frozen=True, slots=True)
class Personas:
    """A fixed index: a name from outside is looked up here and never becomes a path."""

    by_name: Mapping[tuple[Kind, str], Persona]

    @classmethod
    def read(cls, folder: Path) -> "Personas":
        found = [_read(path, kind) for kind in KINDS for path in sorted((folder / kind).glob("*.md"))]
        if not found:
            raise ConfigError(f"No personas in {folder}: put Markdown files into its folders code/ and docs/.")
        by_name: dict[tuple[Kind, str], Persona] = {}
        for persona in found:
            if by_name.setdefault((persona.kind, persona.name.casefold()), persona) is not persona:
                raise ConfigError(f"Two personas in {folder / persona.kind} differ only in case: {persona.name}.md.")
        return cls(by_name)

    def __iter__(self) -> Iterator[Persona]:
        return iter(self.by_name.values())

    def find(self, name: str, *, prefer: Kind) -> Persona:
        """Any persona may be asked to read any file; `prefer` decides where both folders hold the name."""
        for kind in (prefer, *KINDS):
            if persona := self.by_name.get((kind, name.casefold())):
                return persona
        raise PersonaNotFound(self._unknown(name), param="persona")

    def _unknown(self, name: str) -> str:
        known = sorted({persona.name for persona in self})
        nearest = difflib.get_close_matches(name[:_LONGEST_NAME].casefold(), known, n=1)
        hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
        return f"Unknown persona '{name[:_LONGEST_NAME]}'.{hint} Known: {', '.join(known)}."


class _FrontMatter(Section):
    description: str = ""
    temperature: float | None = Field(None, ge=0, le=2, strict=True)


def _read(path: Path, kind: Kind) -> Persona:
    front, text = _split(path, _text(path))
    if not text:
        raise ConfigError(f"Persona {path} has no text.")
    return Persona(path.stem, kind, front.description, text, front.temperature)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"Persona {path} is not UTF-8 at byte {error.start}: save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"Persona {path} cannot be read: {error.strerror}.") from error


def _split(path: Path, text: str) -> tuple[_FrontMatter, str]:
    if not text.startswith("---\n"):
        return _FrontMatter(), text.strip()
    fields, closed, body = text.removeprefix("---").partition("\n---\n")
    if not closed:
        raise ConfigError(f"Persona {path} opens front matter with --- and never closes it.")
    try:
        return _FrontMatter.model_validate(yaml.safe_load(fields) or {}), body.strip()
    except yaml.YAMLError as error:
        raise ConfigError(
            f"Persona {path} has front matter that is not YAML: {' '.join(str(error).split())}"
        ) from error
    except ValidationError as error:
        reasons = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ConfigError(f"Persona {path} has wrong front matter: {'; '.join(reasons)}.") from error
