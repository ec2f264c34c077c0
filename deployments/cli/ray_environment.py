"""Ray's own switches, which it reads while it is imported."""

import os
import sys
from pathlib import Path

SWITCHES = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent anywhere
    "RAY_DEDUP_LOGS": "0",  # equal log lines are different requests
    "RAY_FLUSH_DRIVER_LOGS": "1",  # each line is seen at once, also where a pipe or a file is written to
    "RAY_ROTATION_MAX_BYTES": str(256 * 1024 * 1024),  # else what a replica prints grows without bound in its file,
    "RAY_ROTATION_BACKUP_COUNT": "1",  # and five older files of each are kept
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # under `uv run`, Ray would build an environment per worker
    "RAY_worker_maximum_startup_concurrency": "8",  # workers mostly wait while they start, so not one per core
    "RAY_SERVE_LOG_TO_STDERR": "0",  # Serve's own log stays in Ray's session folder; what matters is said by `up`
    "RAY_COLOR_PREFIX": "1" if sys.stdout.isatty() else "0",
    "TOKENIZERS_PARALLELISM": "false",
}


def set_switches() -> None:
    """Those that the user has not set. To be called before Ray is imported."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)


def present_token() -> None:
    """To a Ray that `up` or `serve run` has started: those guard it by a token. To be called before Ray is imported."""
    if (Path.home() / ".ray" / "auth_token").exists():
        os.environ.setdefault("RAY_AUTH_MODE", "token")
