"""Markdown files → personas, with what their front matter says. It knows files and their mistakes."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import Field, ValidationError, field_validator

from deployments.config import Section, SummaryConfig
from deployments.errors import ConfigError
from deployments.resources import resource
from deployments.summary.languages import DEFAULT_PERSONAS, LABELS
from deployments.summary.personas import KINDS, Kind, Persona, Personas


class PersonasUpdate(Section):
    """What `user_config` may say while replicas run: they take it over without a restart."""

    revision: int = Field(0, description="raise it to have the folder read again")
    texts: dict[str, str] = Field(
        default_factory=dict,
        description="personas beside those of the folder, and before them: Markdown by a name such as code/reviewer",
    )


def read_personas(config: SummaryConfig, update: PersonasUpdate | None = None) -> Personas:
    """Those of the configured folder, or those that come with the project, and those of the update."""
    folder = config.personas or resource("personas")
    files = {f"{kind}/{path.stem}": path for kind in KINDS for path in sorted((folder / kind).glob("*.md"))}
    if not files:
        raise ConfigError(f"No personas in {folder}: put Markdown files into its folders code/ and docs/.")
    texts = update.texts if update else {}
    given = {name.casefold() for name in texts}
    found = [_persona(name, str(path), _text(path)) for name, path in files.items() if name.casefold() not in given]
    personas = Personas.of([*found, *(_persona(name, name, text) for name, text in texts.items())])
    if missing := set(DEFAULT_PERSONAS.values()) - {persona.name.casefold() for persona in personas}:
        raise ConfigError(f"{folder} lacks personas that serve as defaults: {', '.join(sorted(missing))}.")
    return personas


class _FrontMatter(Section):
    description: str = ""
    temperature: float | None = Field(None, ge=0, le=2, strict=True)
    languages: tuple[str, ...] = ()

    @field_validator("languages")
    @classmethod
    def _are_known(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        labels = {label.casefold(): label for label in LABELS}
        if unknown := [language for language in languages if language.casefold() not in labels]:
            raise ValueError(f"unknown: {', '.join(unknown)}; known: {', '.join(LABELS)}")
        return tuple(labels[language.casefold()] for language in languages)


def _persona(name: str, source: str, markdown: str) -> Persona:
    """`source` is what an error names."""
    kind, _, stem = name.partition("/")
    front, text = _split(source, markdown)
    if not text:
        raise ConfigError(f"Persona {source} has no text.")
    return Persona(stem, _kind(source, kind), front.description, text, front.temperature, front.languages)


def _kind(source: str, kind: str) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise ConfigError(f"Persona {source} belongs to no kind: its name begins with code/ or docs/.")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"Persona {path} is not UTF-8 at byte {error.start}: save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"Persona {path} cannot be read: {error.strerror}.") from error


def _split(source: str, markdown: str) -> tuple[_FrontMatter, str]:
    if not markdown.startswith("---\n"):
        return _FrontMatter(), markdown.strip()
    fields, closed, body = markdown.removeprefix("---").partition("\n---\n")
    if not closed:
        raise ConfigError(f"Persona {source} opens front matter with --- and never closes it.")
    try:
        return _FrontMatter.model_validate(yaml.safe_load(fields) or {}), body.strip()
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"Persona {source} has front matter that is not YAML: {reason}") from error
    except ValidationError as error:
        raise ConfigError(f"Persona {source} has wrong front matter: {'; '.join(_reasons(error))}.") from error


def _reasons(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        yield f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
