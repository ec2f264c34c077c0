"""Which languages can be parsed, and by what. It knows their names, not their grammars."""

from collections.abc import Callable

from deployments.errors import InvalidRequest
from deployments.parsing.outline import Outline
from deployments.parsing.python import parse_python

PARSERS: dict[str, Callable[[bytes], Outline]] = {"python": parse_python}


def parser_of(language: str) -> Callable[[bytes], Outline]:
    """The parser of a language, by its name in any case."""
    try:
        return PARSERS[language.lower()]
    except KeyError:
        known = ", ".join(PARSERS)
        message = f"Language '{language}' not supported. Supported languages: {known}."
        raise InvalidRequest(message, param="language") from None
