"""Local references within one schema. None is followed into itself, and not too many nor too much in all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deployments.chat.constraints.walk import target
from deployments.chat.harmony.comments import compact_json

_MOST = 64
_MOST_BYTES = 64 * 1024  # what is referred to is declared again each time


class References:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._open: list[str] = []
        self._followed = self._bytes = 0

    @contextmanager
    def follow(self, reference: object) -> Iterator[object]:
        """What `#/$defs/name` stands for, while it is looked at; None where it leads nowhere, or on and on."""
        if not isinstance(reference, str) or reference in self._open or self._are_enough:
            yield None
            return
        found = self._target(reference)
        self._followed += 1
        self._bytes += len(compact_json(found))
        self._open.append(reference)
        yield found
        self._open.pop()

    @property
    def _are_enough(self) -> bool:
        return self._followed == _MOST or self._bytes > _MOST_BYTES

    def _target(self, reference: str) -> object:
        try:
            return target(self._root, reference)
        except LookupError:
            return None
