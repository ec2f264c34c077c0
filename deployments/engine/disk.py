"""The archive's shelf on disk: one file per conversation, found again after a restart."""

import logging
import os
import secrets
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from deployments.engine.snapshot import Checkpoint, Snapshot

logger = logging.getLogger(__name__)

SUFFIX = ".kv"


@dataclass(frozen=True, slots=True)
class File:
    """A stored conversation without its states."""

    path: Path
    cached: list[int]
    prompt_tokens: int
    reach: int
    restorable: tuple[tuple[int, int], ...]


class DiskShelf:
    """At most `capacity` bytes in `folder`; the least recently used files are removed, whoever wrote them.

    Files with another `fingerprint` (of the model, its file, the library) are left alone otherwise: states that
    another program wrote would be read without complaint, and be nonsense. Writing has a thread of its own.
    """

    def __init__(self, folder: Path, capacity: int, fingerprint: str) -> None:
        self._folder, self.capacity, self._fingerprint = folder, capacity, fingerprint
        folder.mkdir(parents=True, exist_ok=True)
        whole = [path for _, _, path in self._stored() if path.suffix == SUFFIX]
        self._files = {path: file for path in whole if (file := _read_head(path, fingerprint))}
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="kv-writer")
        self._waiting: deque[int] = deque()

    def entries(self) -> Iterator[File]:
        yield from list(self._files.values())

    @property
    def waiting_bytes(self) -> int:
        """In memory still, of what was added."""
        return sum(list(self._waiting))

    def add(self, snapshot: Snapshot) -> Future[None]:
        """Done once it is written, or could not be."""
        self._waiting.append(snapshot.size)
        writing = self._writer.submit(self._write, snapshot)
        writing.add_done_callback(lambda _: self._waiting.popleft())
        return writing

    def read(self, file: File) -> Snapshot | None:
        try:
            snapshot = _read(file)
        except (OSError, SafetensorError, ValueError) as error:
            logger.warning("A stored conversation cannot be read and is removed: %s", error)
            self._remove(file.path)
            return None
        with suppress(OSError):  # a disk that cannot be written can still be read
            os.utime(file.path)
        return snapshot

    def close(self) -> None:
        self._writer.shutdown()

    def _write(self, snapshot: Snapshot) -> None:
        """Whole or not at all: a file gets its name once it is complete."""
        path = self._folder / f"{self._fingerprint[:12]}-{secrets.token_hex(8)}{SUFFIX}"
        part = path.with_name(f"{path.name}.part")
        data = save(_arrays(snapshot), metadata={"fingerprint": self._fingerprint})
        try:
            if not self._make_room(len(data)):
                return
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            logger.warning("A conversation cannot be stored on disk: %s", error)
            return
        restorable = tuple(snapshot.restorable)
        self._files[path] = File(path, snapshot.cached, snapshot.prompt_tokens, snapshot.reach, restorable)

    def _make_room(self, size: int) -> bool:
        """False when the file alone is larger than all that may be stored."""
        if size > self.capacity:
            return False
        stored = self._stored()
        total = size + sum(held for _, held, _ in stored)
        for _, held, path in stored:
            if total <= self.capacity:
                break
            total -= held
            self._remove(path)
        return True

    def _stored(self) -> list[tuple[float, int, Path]]:
        """(when it was used, bytes, path) of every file, the least recently used first; those cut by a crash too."""
        stored = []
        for path in self._folder.glob(f"*{SUFFIX}*"):
            with suppress(FileNotFoundError):  # another replica has removed it
                stat = path.stat()
                stored.append((stat.st_mtime, stat.st_size, path))
        return sorted(stored)

    def _remove(self, path: Path) -> None:
        with suppress(OSError):
            path.unlink()
        self._files.pop(path, None)


def _arrays(snapshot: Snapshot) -> dict[str, np.ndarray]:
    return {
        "tokens": np.array(snapshot.cached, np.int32),
        "lengths": np.array([snapshot.prompt_tokens, snapshot.reach], np.int32),
        "restorable": np.array(snapshot.restorable, np.int32).reshape(-1, 2),
        "state": np.frombuffer(snapshot.state, np.uint8),
        **{f"checkpoint-{item.length}": np.frombuffer(item.state, np.uint8) for item in snapshot.checkpoints},
    }


def _read_head(path: Path, fingerprint: str) -> File | None:
    """Without the states. None for another model's file, or a broken one."""
    try:
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {}).get("fingerprint") != fingerprint:
                return None
            prompt_tokens, reach = file.get_tensor("lengths").tolist()
            restorable = tuple((shortest, longest) for shortest, longest in file.get_tensor("restorable").tolist())
            return File(path, file.get_tensor("tokens").tolist(), prompt_tokens, reach, restorable)
    except (OSError, SafetensorError, ValueError) as error:
        logger.warning("%s is no stored conversation: %s", path.name, error)
        return None


def _read(file: File) -> Snapshot:
    with safe_open(file.path, framework="numpy") as stored:
        checkpoints = tuple(
            Checkpoint(length, reach, bytearray(stored.get_tensor(f"checkpoint-{length}")))
            for reach, length in file.restorable
        )
        return Snapshot(file.cached, file.prompt_tokens, file.reach, bytearray(stored.get_tensor("state")), checkpoints)
