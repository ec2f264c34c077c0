"""What the replicas of each deployment last said of their model, where every replica of the cluster can read it.

Serve knows that a replica is starting or has failed, not how far a download has come or why a file was refused. Ray's
own key-value store holds a line per deployment: it is there before any replica is, and needs no process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
from ray import serve
from ray.experimental import internal_kv

from deployments.errors import ConfigError
from deployments.models.progress import Report

_NAMESPACE = b"workbench"


@dataclass(frozen=True, slots=True)
class Notice:
    """`detail` is a download's progress, or the reason of a failure, in one line without paths."""

    has_failed: bool = False
    detail: str = ""


@contextmanager
def announced() -> Iterator[Report]:
    """Around the loading of a replica's model: it tells of progress and failure."""
    deployment = serve.get_replica_context().deployment
    _post(deployment, Notice())
    try:
        yield lambda progress: _post(deployment, Notice(detail=str(progress)))
    except ConfigError as error:
        _post(deployment, Notice(has_failed=True, detail=str(error)))
        raise
    _post(deployment, Notice())


def read_notice(deployment: str) -> Notice:
    text = internal_kv._internal_kv_get(deployment.encode(), namespace=_NAMESPACE)
    return Notice(**orjson.loads(text)) if text else Notice()


def _post(deployment: str, notice: Notice) -> None:
    internal_kv._internal_kv_put(deployment.encode(), orjson.dumps(notice), True, namespace=_NAMESPACE)
