"""The Ray that runs already: where RAY_ADDRESS says, or on this machine. It knows nothing of what is served there."""

import logging
import os
import socket

import ray
from ray._private.services import canonicalize_bootstrap_address

from deployments.errors import ConfigError

ANSWER_S = 5
NOTHING = "Nothing runs on this machine. Start it with `workbench up serve_config.yaml`."
NOBODY = "No Ray answers at {}, which is RAY_ADDRESS. Start it with `ray start --head`, or correct or unset that."


def given() -> str | None:
    """None: a Ray of our own, on this machine."""
    return os.environ.get("RAY_ADDRESS")


def join(*, log_to_driver: bool) -> None:
    """Raises ConfigError when none answers, and soon: Ray itself would try for minutes."""
    address = given() or "auto"
    try:
        _connect(address)
    except (OSError, ValueError):
        raise ConfigError(NOBODY.format(address) if given() else NOTHING) from None
    ray.init(address=address, namespace="serve", logging_level=logging.ERROR, log_to_driver=log_to_driver)


def _connect(address: str) -> None:
    """Raises OSError or ValueError."""
    host, _, port = (canonicalize_bootstrap_address(address.removeprefix("ray://")) or "").rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), ANSWER_S).close()
