"""A language is known by its name."""

import pytest

from deployments.errors import InvalidRequest
from deployments.parsing.languages import parser_of
from deployments.parsing.python import parse_python


def test_a_name_counts_in_any_case():
    """`Python` is `python`."""
    assert [parse_python] * 3 == [parser_of(name) for name in ("python", "Python", "PYTHON")]


@pytest.mark.parametrize("name", ["rust", "", "python3", "PYTHON "])
def test_an_unknown_language_is_refused_with_the_known_ones(name):
    """The caller's word is repeated as it was written."""
    with pytest.raises(InvalidRequest) as caught:
        parser_of(name)

    assert f"Language '{name}' not supported. Supported languages: python." == caught.value.message
    assert (400, "language") == (caught.value.status, caught.value.param)
