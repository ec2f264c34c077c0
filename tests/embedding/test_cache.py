"""The cache remembers what it may, within its bytes, and never mistakes one question for another."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.embedding.cache import Embedding, EmbeddingCache, key
from deployments.errors import InvalidField

KIB = 1024


def embedding(number: float = 0, dimension: int = 768) -> Embedding:
    return Embedding(np.full(dimension, number, dtype=np.float32), tokens=5, is_truncated=False)


def test_what_was_put_is_found_again():
    """And what was not is not."""
    cache = EmbeddingCache(100 * KIB)
    cache.put(b"a", embedding(1))

    assert 1 == cache.get(b"a").vector[0]
    assert cache.get(b"b") is None


def test_the_least_recently_used_leaves_first():
    """Reading counts as use."""
    cache = EmbeddingCache(2 * 4 * KIB)
    for name in (b"a", b"b"):
        cache.put(name, embedding())
    cache.get(b"a")
    cache.put(b"c", embedding())

    assert [True, False, True] == [cache.get(name) is not None for name in (b"a", b"b", b"c")]


@pytest.mark.parametrize("dimension", [1, 384, 768])
def test_its_bytes_are_real_bytes(dimension):
    """However many entries pass through, the process holds no more than was allowed."""
    limit = 512 * KIB
    tracemalloc.start()
    cache = EmbeddingCache(limit)
    for i in range(2000):
        cache.put(i.to_bytes(32, "big"), embedding(i, dimension))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert limit / 4 < held <= limit


def test_a_cache_of_no_bytes_is_no_cache():
    """Nothing is kept, and nothing fails."""
    cache = EmbeddingCache(0)
    cache.put(b"a", embedding())

    assert cache.get(b"a") is None


bodies = st.text(max_size=4) | st.lists(st.integers(0, 20), max_size=4).map(tuple)
questions = st.tuples(
    st.sampled_from([b"x" * 32, b"y" * 32]), st.text(max_size=4), bodies, st.sampled_from(["cut", "mean"])
)


@given(questions, questions)
def test_only_equal_questions_have_equal_keys(one, other):
    """Model, prompt, text or ids, and what to do with a long text: everything a vector depends on is in the key."""
    assert (one == other) == (key(*one) == key(*other))


@given(st.sampled_from(["\ud83d", "a\udfff", "\ud800b"]))
def test_half_a_character_has_no_key(text):
    """A lone surrogate is no text."""
    with pytest.raises(InvalidField):
        key(b"", "", text, "cut")
