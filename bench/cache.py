"""Where a bench keeps what is slow to make: outside the tree, in the user's cache folder."""

import os
from pathlib import Path


def folder(name: str) -> Path:
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = root / "egemma-serve" / name
    path.mkdir(parents=True, exist_ok=True)
    return path
