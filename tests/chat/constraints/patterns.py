"""Regular expressions as grammars: the shortest there are."""

from deployments.chat.constraints.grammar import Lark
from deployments.chat.constraints.source import in_slashes


def matching(pattern: str) -> Lark:
    return Lark(f"start: /{in_slashes(pattern)}/")
