"""A language is known by its name."""

import pytest

from deployments.errors import InvalidRequest
from deployments.parsing.languages import LANGUAGES, canonical, parser_of
from deployments.parsing.python import parse_python


def test_a_name_counts_in_any_case():
    """`Python` is `python`."""
    assert [parse_python] * 3 == [parser_of(name) for name in ("python", "Python", "PYTHON")]


@pytest.mark.parametrize("name", ["cobol", "", "python3", "PYTHON "])
def test_an_unknown_language_is_refused_with_the_known_ones(name):
    """The caller's word is repeated as it was written."""
    with pytest.raises(InvalidRequest) as caught:
        canonical(name)

    assert f"Language '{name}' not supported. Supported languages: {', '.join(LANGUAGES)}." == caught.value.message
    assert (400, "language") == (caught.value.status, caught.value.param)


def test_a_language_has_several_names():
    """As people and file endings call it."""
    expected = {"C++": "cpp", "c#": "csharp", "Bash": "shell", "tsx": "typescript", "Go": "go"}

    assert expected == {name: canonical(name) for name in expected}
