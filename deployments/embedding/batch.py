"""Which waiting texts should share a pass of the model. It knows lengths and nothing else."""

from collections.abc import Callable, Sequence

Choose = Callable[[Sequence[int], int], list[int]]

PASSES_PER_BATCH = 20  # an empty padded pass costs as much as this share of a full batch


def fill(lengths: Sequence[int], budget: int) -> list[int]:
    """For passes without padding: positions, ascending. The first text always goes, then all that have room."""
    chosen, room = [0], budget - lengths[0]
    for i in range(1, len(lengths)):
        if lengths[i] <= room:
            chosen.append(i)
            room -= lengths[i]
    return chosen


def fill_padded(lengths: Sequence[int], budget: int) -> list[int]:
    """The first text always goes; of the others, those nearest to its length come first. Positions, ascending.

    Measured on CPUs with two models of different size: a padded batch costs its area, texts × longest, plus about what
    32 tokens cost. So a text joins a batch when the area it adds is less than a pass of its own would be.
    """
    chosen, longest = [0], lengths[0]
    for i in sorted(range(1, len(lengths)), key=lambda i: abs(lengths[i] - lengths[0])):
        width = max(longest, lengths[i])
        area = width * (len(chosen) + 1)
        added = area - longest * len(chosen)
        if area <= budget and added <= lengths[i] + budget // PASSES_PER_BATCH:
            chosen.append(i)
            longest = width
    return sorted(chosen)
