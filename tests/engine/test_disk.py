"""Conversations on disk: no more bytes than allowed, whatever ends while they are written."""

import os
from pathlib import Path

import pytest

from deployments.engine.disk import SUFFIX, DiskShelf
from deployments.engine.snapshot import Snapshot


def snapshot(first: int, state_bytes: int = 1000) -> Snapshot:
    return Snapshot([first, 2, 3], 3, 0, bytearray(state_bytes), ())


def keep(folder: Path, capacity: int, *snapshots: Snapshot, fingerprint: str = "one") -> None:
    """One life of a replica."""
    shelf = DiskShelf(folder, capacity, fingerprint)
    for item in snapshots:
        shelf.add(item)
    shelf.close()


def kept(folder: Path, fingerprint: str = "one") -> list[int]:
    """The first tokens of what the next life finds."""
    shelf = DiskShelf(folder, 10**6, fingerprint)
    shelf.close()
    return sorted(file.cached[0] for file in shelf.entries())


def stored_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def test_the_least_recently_used_leave_for_the_newest(tmp_path):
    """And what is stored never exceeds what may be."""
    keep(tmp_path, 5000, *(snapshot(i) for i in range(10)))

    assert stored_bytes(tmp_path) <= 5000
    assert [7, 8, 9] == kept(tmp_path)


def test_one_that_is_too_large_drives_nobody_out(tmp_path):
    """It is not stored, and the others stay."""
    keep(tmp_path, 5000, snapshot(1), snapshot(2), snapshot(3, state_bytes=6000))

    assert [1, 2] == kept(tmp_path)


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    """As where the disk is full: half a file would take the last of it."""

    def fill(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data[:100])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill)
    keep(tmp_path, 5000, snapshot(1))

    assert [] == list(tmp_path.iterdir())


def test_what_a_crash_cut_is_not_read_and_leaves_in_turn(tmp_path):
    """Its bytes count like others'."""
    (tmp_path / f"cut{SUFFIX}.part").write_bytes(bytes(4000))

    assert [] == kept(tmp_path)
    keep(tmp_path, 5000, snapshot(1))
    assert [1] == kept(tmp_path)
    assert 1 == len(list(tmp_path.iterdir()))


@pytest.mark.parametrize("content", [b"", b"\xff" * 500, bytes(500)])
def test_a_broken_file_is_passed_over(tmp_path, content):
    """The others are read."""
    keep(tmp_path, 5000, snapshot(1))
    (tmp_path / f"broken{SUFFIX}").write_bytes(content)

    assert [1] == kept(tmp_path)


def test_another_fingerprint_s_files_are_not_read(tmp_path):
    """But make room like any other."""
    keep(tmp_path, 2000, snapshot(1), fingerprint="other")

    assert [] == kept(tmp_path)
    keep(tmp_path, 2000, snapshot(2))
    assert [2] == kept(tmp_path)
    assert [] == kept(tmp_path, "other")


def test_a_file_that_has_gone_meanwhile_is_no_snapshot(tmp_path):
    """Another replica needed its room."""
    keep(tmp_path, 5000, snapshot(1))
    shelf = DiskShelf(tmp_path, 5000, "one")
    (file,) = shelf.entries()
    file.path.unlink()

    assert shelf.read(file) is None
    assert [] == list(shelf.entries())
    shelf.close()


def test_a_disk_that_can_only_be_read_is_read(tmp_path, monkeypatch):
    """And nothing that cannot be removed from it, or marked as used, ends the engine."""

    def refuse(*_, **__):
        raise OSError("Read-only file system")

    keep(tmp_path, 5000, snapshot(1), snapshot(2))
    for module, name in (os, "utime"), (Path, "unlink"), (Path, "write_bytes"):
        monkeypatch.setattr(module, name, refuse)
    shelf = DiskShelf(tmp_path, 5000, "one")
    one, other = shelf.entries()
    other.path.write_text("broken")

    assert one.cached == shelf.read(one).cached
    assert shelf.read(other) is None
    assert [one] == list(shelf.entries())
    assert shelf.add(snapshot(3)).result() is None
    shelf.close()
