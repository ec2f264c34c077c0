"""How many heads attention has, and how wide they are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heads:
    """`queries` heads ask and `keys` heads answer, of `width` numbers each; several may ask the same one."""

    queries: int
    keys: int
    width: int

    @property
    def total(self) -> int:
        return self.queries + 2 * self.keys

    @property
    def shared(self) -> int:
        return self.queries // self.keys
