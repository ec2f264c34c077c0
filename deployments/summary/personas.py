"""Personas by name: who reads which file, and in which words. It knows placeholders, not what a model makes of them."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from deployments.errors import ConfigError, PersonaNotFound
from deployments.summary.languages import Language

Kind = Literal["code", "docs"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_PLACEHOLDER = re.compile(r"\{\{(language|max_tokens)\}\}|\{(language|max_tokens)\}")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Persona:
    """Instructions to a model that summarises.

    `temperature`, where given, suits them better than the default. `languages` are labels of those it reads unasked.
    """

    name: str
    kind: Kind
    description: str
    text: str
    temperature: float | None = None
    languages: tuple[str, ...] = ()

    def render(self, *, language: str, max_tokens: int) -> str:
        """The text with `{language}` and `{max_tokens}` filled in; every other brace stays."""
        values = {"language": language, "max_tokens": str(max_tokens)}
        return _PLACEHOLDER.sub(lambda placeholder: values[placeholder[1] or placeholder[2]], self.text)


@dataclass(frozen=True, slots=True)
class Personas:
    """A fixed index: a name from outside is looked up here and never becomes a path."""

    by_name: Mapping[tuple[Kind, str], Persona]
    by_language: Mapping[str, Persona]

    @classmethod
    def of(cls, personas: Iterable[Persona]) -> "Personas":
        by_name: dict[tuple[Kind, str], Persona] = {}
        by_language: dict[str, Persona] = {}
        for persona in personas:
            known = by_name.setdefault((persona.kind, persona.name.casefold()), persona)
            if known is not persona:
                raise ConfigError(f"Two personas of {persona.kind}/ differ only in case: {known.name}, {persona.name}.")
            for language in persona.languages:
                reader = by_language.setdefault(language, persona)
                if reader is not persona:
                    raise ConfigError(f"Two personas want to read {language}: {reader.name}, {persona.name}.")
        return cls(by_name, by_language)

    def __iter__(self) -> Iterator[Persona]:
        return iter(self.by_name.values())

    def reader_of(self, language: Language, name: str | None) -> Persona:
        """The named one, or the one that reads the language unasked. Raises PersonaNotFound."""
        if name is None and (reader := self.by_language.get(language.label)):
            return reader
        return self.find(name or language.default_persona, prefer=language.persona_kind)

    def find(self, name: str, *, prefer: Kind) -> Persona:
        """Any persona may be asked to read any file; `prefer` decides where both folders hold the name."""
        for kind in (prefer, *KINDS):
            if persona := self.by_name.get((kind, name.casefold())):
                return persona
        raise PersonaNotFound(self._unknown(name), param="persona")

    def _unknown(self, name: str) -> str:
        known = {name: persona.name for (_, name), persona in sorted(self.by_name.items())}
        nearest = difflib.get_close_matches(name[:_LONGEST_NAME].casefold(), known, n=1)
        hint = f" Did you mean '{known[nearest[0]]}'?" if nearest else ""
        return f"Unknown persona '{name[:_LONGEST_NAME]}'.{hint} Known: {', '.join(sorted(known.values()))}."
