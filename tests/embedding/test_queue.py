"""The queue before the model is bounded: in tokens, in time, and by the life of the model."""

import threading
import time
from concurrent.futures import wait

import pytest

from deployments.embedding.batch import fill
from deployments.embedding.batcher import Batcher
from deployments.errors import ModelNotReady, Overloaded
from tests.embedding.fakes import WAIT_S, busy, row_of


def test_a_full_queue_says_when_to_come_back(batcher, model):
    """What was let in stays; of what finds no room nothing is let in."""
    busy(batcher, model)
    batcher.submit([[2] * 60])
    with pytest.raises(Overloaded) as caught:
        batcher.submit([[3] * 30, [4] * 30])

    assert 1 == caught.value.retry_after_s
    assert 60 == batcher.queued_tokens


def test_the_time_to_come_back_is_measured(batcher, model):
    """At a token in 0.2 seconds, 60 tokens take 12."""
    row = busy(batcher, model)
    time.sleep(0.2)
    model.release()
    row.result(WAIT_S)
    busy(batcher, model)
    batcher.submit([[2] * 60])
    with pytest.raises(Overloaded) as caught:
        batcher.submit([[3] * 60])

    assert 12 <= caught.value.retry_after_s


def test_time_in_which_two_passes_run_counts_once(model):
    """Of a device that is told the next pass while it computes: two tokens in 0.2 seconds, 60 tokens in 6."""
    batcher = Batcher(model.begin, fill, batch_tokens=1, queue_tokens=100, ahead=True)
    model.hold()
    rows = batcher.submit([[1], [2]])
    time.sleep(0.2)
    model.release()
    wait(rows, WAIT_S)
    busy(batcher, model)
    batcher.submit([[3] * 60])
    with pytest.raises(Overloaded) as caught:
        batcher.submit([[4] * 60])
    model.release()
    batcher.close()

    assert 6 <= caught.value.retry_after_s < 12


def test_an_empty_queue_lets_anything_in(batcher):
    """A text longer than the whole queue is embedded too."""
    assert row_of([5] * 500).tolist() == batcher.submit([[5] * 500])[0].result(WAIT_S).tolist()


def test_closing_tells_those_who_wait(batcher, model):
    """A pass that has begun ends well; the rest learn that the model is gone, and so do latecomers."""
    running = busy(batcher, model)
    [row] = batcher.submit([[2]])
    closing = threading.Thread(target=batcher.close)
    closing.start()
    with pytest.raises(ModelNotReady):
        row.result(WAIT_S)
    with pytest.raises(ModelNotReady):
        batcher.submit([[3]])
    model.release()
    closing.join()

    assert row_of([1]).tolist() == running.result(0).tolist()
