"""What two runs of tokens have in common at their beginning."""

from collections.abc import Sequence


def common_prefix(left: Sequence[int], right: Sequence[int]) -> int:
    """Its length. Slices are compared, halving what is in doubt, for that runs in C."""
    same, limit = 0, min(len(left), len(right))
    if left[:limit] == right[:limit]:
        return limit
    while limit - same > 1:
        middle = (same + limit) // 2
        if left[same:middle] == right[same:middle]:
            same = middle
        else:
            limit = middle
    return same
