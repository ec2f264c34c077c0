"""What leaves the archive goes to disk, as fast as the disk takes it."""

import threading

import pytest

from deployments.engine.archive import Archive
from deployments.engine.cache import PrefixCache
from deployments.engine.disk import DiskShelf
from deployments.engine.slot import Slot
from deployments.engine.snapshot import Snapshot
from tests.engine.arithmetic import Arithmetic

SIZE = 1000


def snapshot(first: int) -> Snapshot:
    return Snapshot([first], 1, 0, bytearray(SIZE), ())


@pytest.fixture
def shelf(tmp_path) -> DiskShelf:
    return DiskShelf(tmp_path, 10**6, "one")


@pytest.fixture
def standstill(shelf, monkeypatch) -> threading.Event:
    """The disk writes nothing until this is set."""
    event, write = threading.Event(), shelf._write
    monkeypatch.setattr(shelf, "_write", lambda item: event.wait(10) and write(item))
    return event


def test_a_slow_disk_takes_no_more_memory_than_the_archive_may(shelf, standstill):
    """Who leaves meanwhile is forgotten, and would only have to be computed again."""
    archive = Archive(3 * SIZE, shelf)

    for number in range(100):
        archive.add(snapshot(number))
        archive.trim(0)

    assert shelf.waiting_bytes + archive.size <= 8 * SIZE
    standstill.set()
    archive.close()
    assert 0 == shelf.waiting_bytes


def test_at_the_end_everything_is_written(shelf, standstill):
    """However slow the disk is: a restart forgets nothing that was there."""
    archive = Archive(10 * SIZE, shelf)
    for number in range(9):
        archive.add(snapshot(number))

    threading.Timer(0.1, standstill.set).start()
    archive.close()

    assert set(range(9)) == {file.cached[0] for file in shelf.entries()}


@pytest.mark.parametrize("capacity", [0, 3 * SIZE])
def test_at_the_end_the_slots_are_written_too(shelf, standstill, monkeypatch, capacity):
    """However little memory the archive has, and the one that was used last is the last to leave the disk."""
    model, slots = Arithmetic(slots=8), [Slot(number) for number in range(8)]
    monkeypatch.setattr(model, "save", lambda slot, most: bytearray(SIZE) if most >= SIZE else None)
    for slot in slots:
        slot.cached, slot.last_used = [slot.number] * 50, 8 - slot.number

    threading.Timer(0.1, standstill.set).start()
    PrefixCache(model, slots, Archive(capacity, shelf)).close(keep=True)

    assert [7, 6, 5, 4, 3, 2, 1, 0] == [file.cached[0] for file in shelf.entries()]
