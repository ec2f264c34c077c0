"""Which languages can be parsed, and by what. It knows their names, not their grammars."""

from collections.abc import Callable
from functools import partial

from deployments.errors import InvalidRequest
from deployments.parsing.grammars import GRAMMARS
from deployments.parsing.outline import Outline
from deployments.parsing.python import parse_python

PYTHON = "python"
LANGUAGES = (PYTHON, *GRAMMARS)
_ALSO_KNOWN_AS = {
    **{"c++": "cpp", "c#": "csharp", "golang": "go", "bash": "shell", "sh": "shell"},
    **{"js": "javascript", "jsx": "javascript", "ts": "typescript", "tsx": "typescript"},
}


def canonical(language: str) -> str:
    """The name of a language, which may be given in any case, or as people also call it."""
    name = _ALSO_KNOWN_AS.get(language.lower(), language.lower())
    if name not in LANGUAGES:
        message = f"Language '{language[:100]}' not supported. Supported languages: {', '.join(LANGUAGES)}."
        raise InvalidRequest(message, param="language")
    return name


def parser_of(language: str) -> Callable[[bytes], Outline]:
    """Of Python, its own; of the others, tree-sitter's, which is not imported before it is needed."""
    name = canonical(language)
    if name == PYTHON:
        return parse_python

    from deployments.parsing.structure import parse

    return partial(parse, name)
