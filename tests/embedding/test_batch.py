"""A batch is never larger than allowed, never leaves the first behind, and is worth its padding."""

from hypothesis import given
from hypothesis import strategies as st

from deployments.embedding.batch import PASSES_PER_BATCH, fill, fill_padded

BUDGET = 1024
PASS = BUDGET // PASSES_PER_BATCH
lengths = st.lists(st.integers(1, 2048), min_size=1, max_size=256)


@given(lengths)
def test_the_first_always_goes(lengths):
    """However long it is."""
    assert 0 == fill_padded(lengths, BUDGET)[0] == fill(lengths, BUDGET)[0]


@given(lengths)
def test_without_padding_all_go_that_have_room(lengths):
    """In their order; what stays behind would not have fitted when its turn came."""
    chosen = fill(lengths, BUDGET)
    used = 0
    for i, length in enumerate(lengths):
        assert (i in chosen) == (used + length <= BUDGET or i == 0)
        used += length if i in chosen else 0


@given(lengths)
def test_a_batch_keeps_its_budget(lengths):
    """Counted with the padding; only a text that is longer alone may exceed it, alone."""
    batch = [lengths[i] for i in fill_padded(lengths, BUDGET)]

    assert len(batch) * max(batch) <= BUDGET or 1 == len(batch)


@given(lengths)
def test_a_batch_costs_less_than_its_texts_one_by_one(lengths):
    """A pass costs its area and a little more; together is never the slower way."""
    batch = [lengths[i] for i in fill_padded(lengths, BUDGET)]

    assert len(batch) * max(batch) + PASS <= sum(length + PASS for length in batch)


@given(st.integers(1, BUDGET), st.integers(1, 256))
def test_equal_lengths_fill_the_budget_in_their_order(length, count):
    """Nothing waits that has room, and the older go first."""
    assert list(range(min(count, BUDGET // length))) == fill_padded([length] * count, BUDGET)


def test_a_short_text_does_not_pay_for_a_long_one():
    """Padding eight short texts to a long one would cost more than the long one's own pass."""
    assert [0, 2, 3, 4] == fill_padded([16, 200, 16, 18, 14], BUDGET)
