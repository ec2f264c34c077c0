"""Where one text may go on as another."""

from collections.abc import Sequence


def overlap(text: str, needles: Sequence[str]) -> int:
    """Length of the longest end of `text` that begins one of `needles`, and is not all of it."""
    longest = max(map(len, needles), default=1) - 1
    lengths = range(min(longest, len(text)), 0, -1)
    return next((n for n in lengths if any(needle.startswith(text[-n:]) for needle in needles)), 0)
