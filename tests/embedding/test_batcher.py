"""The batcher never idles, never starves a text, and never lets one text spoil another."""

import asyncio
from concurrent.futures import wait

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.embedding.batch import fill
from deployments.embedding.batcher import LOOK_AHEAD, Batcher
from deployments.embedding.queue import Line
from tests.embedding.fakes import POISON, WAIT_S, FakeModel, busy, row_of

texts = st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=70), max_size=30)


@given(texts)
def test_every_text_gets_its_own_row(texts):
    """In whatever batches they went, and whichever of them failed."""
    batcher = Batcher(FakeModel().begin, fill, batch_tokens=64, queue_tokens=10_000)
    rows = batcher.submit(texts)
    wait(rows, WAIT_S)
    batcher.close()

    for tokens, row in zip(texts, rows, strict=True):
        if POISON in tokens:
            assert isinstance(row.exception(), ValueError)
        else:
            assert row_of(tokens).tolist() == row.result().tolist()
    assert 0 == batcher.queued_tokens


def test_what_waits_goes_together(batcher, model):
    """Texts that arrive during a pass share the next one, at once."""
    busy(batcher, model)
    rows = [batcher.submit([[2, 2]])[0], batcher.submit([[3, 3]])[0]]
    model.release()
    wait(rows, WAIT_S)

    assert [[[1]], [[2, 2], [3, 3]]] == model.batches


def test_the_first_in_turn_goes_first(batcher, model):
    """A long text is not passed over for short ones that would fill the batch better."""
    busy(batcher, model)
    rows = batcher.submit([[7] * 60, *([[2, 2]] * 4)])
    model.release()
    wait(rows, WAIT_S)

    assert [7] * 60 == model.batches[1][0]


def test_those_passed_over_keep_their_order(model):
    """However many wait, also beyond those that are looked at for one batch."""
    batcher = Batcher(model.begin, fill, batch_tokens=64, queue_tokens=100_000)
    texts = [[i] * 60 for i in range(100, 100 + 2 * LOOK_AHEAD)]
    wait(batcher.submit(texts), WAIT_S)
    batcher.close()

    assert texts == model.texts


def test_a_cancelled_text_is_never_run_and_takes_no_room(batcher, model):
    """Neither in the queue nor in a batch; it may leave as long as its pass has not begun."""
    busy(batcher, model)
    [gone] = batcher.submit([[2] * 30])
    gone.cancel()
    stay = batcher.submit([[3] * 32, [4] * 32])
    assert 64 == batcher.queued_tokens
    model.release()
    wait(stay, WAIT_S)

    assert [[[1]], [[3] * 32, [4] * 32]] == model.batches


def test_callers_may_live_on_different_event_loops(batcher):
    """Each is woken on its own."""

    async def ask(tokens):
        return await asyncio.wrap_future(batcher.submit([tokens])[0])

    for tokens in ([2, 2], [3]):
        assert row_of(tokens).tolist() == asyncio.run(ask(tokens)).tolist()


@pytest.mark.parametrize("caller", ["same", "another"])
def test_a_query_waits_for_one_batch_of_a_huge_request(model, caller):
    """2,048 texts that came before it let it pass, also those of its own caller."""
    batcher = Batcher(model.begin, fill, batch_tokens=64, queue_tokens=100_000)
    busy(batcher, model)
    batcher.submit([[7] * 20] * 2048, Line("same"))
    [query] = batcher.submit([[5] * 20], Line(caller))
    model.release()
    wait([query], WAIT_S)
    batcher.close()

    assert [5] * 20 in model.batches[1]


def test_a_device_of_its_own_is_told_the_next_pass_while_it_computes(model):
    """And rows come in the order in which passes were begun."""
    begun: list[str] = []

    def begin(batch):
        begun.append("begin")
        return lambda: begun.append("end") or model.encode(batch)

    batcher = Batcher(begin, fill, batch_tokens=2, queue_tokens=100, ahead=True)
    model.hold()
    rows = batcher.submit([[1], [2, 2], [3, 3]])
    model.wait_until_busy()
    model.release()
    wait(rows, WAIT_S)
    batcher.close()

    assert ["begin", "begin", "end", "begin", "end", "end"] == begun
    assert [row_of(tokens).tolist() for tokens in ([1], [2, 2], [3, 3])] == [row.result().tolist() for row in rows]
