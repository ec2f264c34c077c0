"""What the replicas of each deployment last said of their model, where every replica of the cluster can read it.

Serve knows that a replica is starting or has failed, not how far a download has come or why a file was refused. Ray's
own key-value store holds a line per deployment: it is there before any replica is, and needs no process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
from ray import serve
from ray.experimental import internal_kv

from deployments.errors import ConfigError
from deployments.models.progress import Report

_NAMESPACE = b"workbench"


@dataclass(frozen=True, slots=True)
class Notice:
    """`detail` is a download's progress, or the reason of a failure, in one line without paths.

    `context_tokens` is how long the conversations or texts of a loaded model may be; of a chat model, `supports_tools`
    is whether it can be offered any, `fingerprint` that of its file.
    `remark` is what its users should know of any loaded model.
    """

    has_failed: bool = False
    detail: str = ""
    context_tokens: int | None = None
    supports_tools: bool = False
    fingerprint: str = ""
    remark: str = ""


@contextmanager
def announced() -> Iterator[Report]:
    """Around the loading of a replica's model: it tells of progress and failure."""
    deployment = serve.get_replica_context().deployment
    _post(deployment, has_failed=False, detail="")
    try:
        yield lambda progress: _post(deployment, detail=str(progress))
    except ConfigError as error:
        _post(deployment, has_failed=True, detail=str(error))
        raise
    _post(deployment, has_failed=False, detail="")


def announce_chat(*, context_tokens: int, supports_tools: bool, fingerprint: str) -> None:
    """A chat model is loaded, and this is what it can do."""
    deployment = serve.get_replica_context().deployment
    _post(deployment, context_tokens=context_tokens, supports_tools=supports_tools, fingerprint=fingerprint)


def announce_embedding(*, context_tokens: int, remark: str) -> None:
    """An embedding model is loaded: how long a text it reads, and what its users should know, if anything."""
    _post(serve.get_replica_context().deployment, context_tokens=context_tokens, remark=remark)


def read_notice(deployment: str) -> Notice:
    text = internal_kv._internal_kv_get(deployment.encode(), namespace=_NAMESPACE)
    return Notice(**orjson.loads(text)) if text else Notice()


def _post(deployment: str, **changes: Any) -> None:
    """What is not said anew stays: while one more replica loads, another goes on with its conversations."""
    notice = replace(read_notice(deployment), **changes)
    internal_kv._internal_kv_put(deployment.encode(), orjson.dumps(notice), True, namespace=_NAMESPACE)
