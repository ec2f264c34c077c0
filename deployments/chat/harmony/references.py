"""Local references within one schema. None is followed into itself, and not too many in all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deployments.chat.constraints.walk import target

_MOST = 64


class References:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._open: list[str] = []
        self._followed = 0

    @contextmanager
    def follow(self, reference: object) -> Iterator[object]:
        """What `#/$defs/name` stands for, while it is looked at; None where it leads nowhere, or on and on."""
        if not isinstance(reference, str) or reference in self._open or self._followed == _MOST:
            yield None
            return
        self._followed += 1
        self._open.append(reference)
        yield self._target(reference)
        self._open.pop()

    def _target(self, reference: str) -> object:
        try:
            return target(self._root, reference)
        except LookupError:
            return None
