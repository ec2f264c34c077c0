"""Whatever is asked, every vector is the one that sentence-transformers itself gives for the same text."""

import numpy as np
import pytest

from deployments.embedding.vectors import cut
from deployments.errors import InvalidField
from tests.embedding.ask import assert_equal, embed, encode
from tests.embedding.egemma import PROMPTS

TEXTS = ("", "Hello", "Wörter, 言葉, 🚀\n\ttabs\x00", "def f(x):\n    return x\n" * 12, "word " * 700)


@pytest.mark.parametrize("name", PROMPTS)
async def test_each_prompt_is_the_models_own(egemma, reference, name):
    """Naming a prompt, in any case, gives what naming it to sentence-transformers gives."""
    expected = encode(reference, *TEXTS[:4], prompt_name=name)

    assert_equal(expected, (await embed(egemma, *TEXTS[:4], prompt_name=name.upper())).vectors)


async def test_lengths_may_mix(egemma, reference):
    """One request may hold texts from empty to beyond the sliding window, and each is embedded as if alone."""
    expected = np.concatenate([encode(reference, text, prompt_name="document") for text in TEXTS])
    result = await embed(egemma, *TEXTS)

    assert_equal(expected, result.vectors)
    assert_equal(np.ones(len(TEXTS)), np.linalg.norm(result.vectors, axis=1))


async def test_a_title_takes_its_place_in_the_prompt_once(egemma, reference):
    """`title: T | text: …` is what the model reads; the title `none` and no title are the same."""
    expected = encode(reference, "title: A story | text: Once upon a time")

    assert_equal(expected, (await embed(egemma, "Once upon a time", title="A story")).vectors)
    untitled = await embed(egemma, "Once upon a time")
    assert_equal(untitled.vectors, (await embed(egemma, "Once upon a time", title="none")).vectors)


@pytest.mark.parametrize("dimension", [128, 256, 512, 768])
async def test_a_cut_vector_is_the_librarys_own(egemma, reference, dimension):
    """Cutting equals `truncate_dim` with normalisation, and gives length 1."""
    expected = encode(reference, *TEXTS[:4], prompt_name="document", truncate_dim=dimension)
    actual = cut((await embed(egemma, *TEXTS[:4])).vectors, dimension)

    assert (4, dimension) == actual.shape
    assert_equal(expected, actual)


async def test_tokens_are_counted(egemma, reference):
    """The usage is what the model read: prompt, text and special tokens, also when it comes from the cache."""
    lengths = [len(reference.tokenizer(PROMPTS["query"] + text)["input_ids"]) for text in TEXTS[:4]]

    for _ in range(2):
        assert sum(lengths) == (await embed(egemma, *TEXTS[:4], prompt_name="query")).prompt_tokens


@pytest.mark.parametrize("ids", [(2048,), (-1,), (10**30,), (1.5,), (True,)])
async def test_foreign_token_ids_are_refused(egemma, ids):
    """Only ids of the model's own vocabulary reach the model."""
    with pytest.raises(InvalidField, match="below 2048"):
        await embed(egemma, "fine", ids)


async def test_half_a_character_is_refused(egemma):
    """A lone surrogate, which JSON can carry, is an error of the caller."""
    with pytest.raises(InvalidField, match="surrogate"):
        await embed(egemma, "fine", "broken \ud83d")


async def test_nothing_asked_is_nothing_answered(egemma):
    """No inputs give no rows, of the right width."""
    assert (0, 768) == (await embed(egemma)).vectors.shape
