"""Ray's own switches, which it reads while it is imported."""

import os

SWITCHES = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent anywhere
    "RAY_DEDUP_LOGS": "0",  # equal log lines are different requests
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # under `uv run`, Ray would build an environment per worker
    "RAY_worker_maximum_startup_concurrency": "8",  # workers mostly wait while they start, so not one per core
    "RAY_SERVE_LOG_TO_STDERR": "0",  # Serve's own log stays in Ray's session folder; what matters is said by `up`
    "TOKENIZERS_PARALLELISM": "false",
}


def set_switches() -> None:
    """Those that the user has not set. To be called before Ray is imported."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
