"""The folder in which a Ray of our own keeps its sockets and logs. It goes when that Ray has been stopped."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock
from rich.console import Console

from deployments.cli.lines import note

LOCK = "workbench.lock"  # held as long as its owner lives, however it dies
LATEST = "session_latest"  # Ray's link to the folder made last


@contextmanager
def removed_after_use(folder: Path, console: Console) -> Iterator[None]:
    """After an error, or a kill, it stays for its logs: until the next start, which removes what others have left."""
    _remove_abandoned(folder.parent)
    is_wanted = False
    try:
        with FileLock(folder / LOCK):
            yield
    except Exception:
        is_wanted = True
        note(console, f"Until the next start, logs are in {folder / 'logs'}")
        raise
    finally:
        if not is_wanted:
            _remove(folder)


def _remove_abandoned(parent: Path) -> None:
    """Folders of ours alone: Ray that others have started keeps its own."""
    for lock in parent.glob(f"session_*/{LOCK}"):
        if not lock.parent.is_symlink():
            with suppress(OSError), FileLock(lock, timeout=0):  # it is held, or another user's
                _remove(lock.parent)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    latest = folder.parent / LATEST
    if latest.is_symlink() and not latest.exists():
        latest.unlink(missing_ok=True)
