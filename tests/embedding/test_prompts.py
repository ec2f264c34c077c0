"""Prompts are the model's own; what does not apply to them is refused, never ignored."""

import pytest

from deployments.embedding.prompts import NAMES, Prompts
from deployments.errors import InvalidField
from tests.embedding.egemma import PROMPTS

GEMMA = Prompts.of_model(PROMPTS)
PLAIN = Prompts.of_model({"query": "", "document": ""})
ASYMMETRIC = Prompts.of_model({"query": "search: ", "document": ""})


def test_the_contracts_names_are_those_of_embeddinggemma():
    """What we accept is what the model was trained with."""
    assert set(PROMPTS) == set(NAMES)


@pytest.mark.parametrize("name", ["clustering", "CLUSTERING", "Clustering"])
def test_names_match_in_any_case(name):
    """The model's own spelling is one of many."""
    assert "task: clustering | query: " == GEMMA.find(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_without_prompts_takes_every_name(name):
    """There is nothing to say before a text, whatever it is for."""
    assert "" == PLAIN.find(name)


@pytest.mark.parametrize("prompts", [GEMMA, PLAIN, ASYMMETRIC])
def test_an_unknown_name_is_refused(prompts):
    """The error names the field and every valid name."""
    with pytest.raises(InvalidField) as caught:
        prompts.find("poetry")

    assert "prompt_name" == caught.value.param
    assert all(name in caught.value.message for name in prompts.by_name)


@pytest.mark.parametrize(
    ("prompts", "expected"), [(GEMMA, PROMPTS["STS"]), (PLAIN, ""), (ASYMMETRIC, ""), (Prompts({"query": "q: "}), "")]
)
def test_texts_can_be_compared_whatever_the_model_calls_that(prompts, expected):
    """By its own prompt for it, else as documents."""
    assert expected == prompts.find(None)


def test_a_model_with_prompts_takes_no_others():
    """A prompt it never saw in training is not replaced by one it did see."""
    with pytest.raises(InvalidField, match="Valid: query, document"):
        ASYMMETRIC.find("Clustering")


@pytest.mark.parametrize("name", ["document", "Retrieval-document", "retrieval-DOCUMENT"])
def test_a_title_replaces_none(name):
    """The model's own form of a titled document, braces and bars in the title taken as they are."""
    assert "title: {A} | B | text: " == GEMMA.find(name, "{A} | B")
    assert GEMMA.find(name) == GEMMA.find(name, "  ")


@pytest.mark.parametrize(
    ("prompts", "name"), [(GEMMA, "query"), (GEMMA, "STS"), (PLAIN, "document"), (ASYMMETRIC, "document")]
)
def test_a_title_without_a_place_is_refused(prompts, name):
    """Queries have no title, and models without the form have none at all."""
    with pytest.raises(InvalidField, match="title") as caught:
        prompts.find(name, "T")

    assert "title" == caught.value.param
