"""Ray's own switches, which it reads while it is imported."""

import os

SWITCHES = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is sent anywhere
    "RAY_DEDUP_LOGS": "0",  # equal log lines are different requests
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # under `uv run`, Ray would build an environment per worker
    "TOKENIZERS_PARALLELISM": "false",
}


def set_switches() -> None:
    """Those that the user has not set. To be called before Ray is imported."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
