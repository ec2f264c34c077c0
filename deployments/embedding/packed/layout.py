"""Where each text lies among the rows of a pass, and which share a product of attention. It knows lengths only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

# oneDNN prepares itself for every new number of rows, a millisecond per matrix: so there are not many.
FEW, ROWS_OF_FEW, ROWS = 64, 8, 16
WIDTH = 8
PADDED_WIDTH = 128  # longer texts are worth a product of their own
PADDED_SHARE = 1.3  # of a text's own length, so much may be computed for it
GROUP = 32
CPU = torch.device("cpu")
BLOCK = 256  # of a long text, so many queries at a time see the part of it that their window covers


@dataclass(frozen=True, slots=True)
class Block:
    """Queries `start` to `end` of a text see its keys `low` to `high`. `hidden` is added to their scores, 0 or -inf."""

    start: int
    end: int
    low: int
    high: int
    hidden: Tensor


@dataclass(frozen=True, slots=True)
class Group:
    """`count` texts that lie in the rows `start` to `end`, `width` each.

    Of different lengths, `gather` has the rows of each one padded to `width`, `real` those of them that are no padding,
    and `hidden [count, 1, width]` is added to scores. `blocks` divide a single text that is longer than the window.
    """

    start: int
    end: int
    count: int
    width: int
    gather: Tensor | None = None
    real: Tensor | None = None
    hidden: Tensor | None = None
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Texts one after another, the longest first; `rows` are a few more than their tokens.

    A token sees those of its text that are nearer than `window` to it; None: all of them. `groups` are for a CPU: a
    GPU's kernels take the `offsets`.
    """

    offsets: Tensor  # [texts + 1]
    texts: Tensor  # [tokens], to which text each belongs
    positions: Tensor  # [tokens], where in it
    longest: int
    tokens: int
    rows: int
    window: int | None
    groups: tuple[Group, ...] = ()

    @classmethod
    def of(
        cls, lengths: Sequence[int], *, window: int | None, dtype: torch.dtype, device: torch.device = CPU
    ) -> "Layout":
        """`lengths` descend."""
        starts = [0, *accumulate(lengths)]
        tokens = starts[-1]
        return cls(
            offsets=to_device(torch.tensor(starts, dtype=torch.int32), device),
            texts=to_device(torch.repeat_interleave(torch.tensor(lengths)), device),
            positions=to_device(torch.cat([torch.arange(length) for length in lengths]), device),
            longest=lengths[0],
            tokens=tokens,
            rows=_rounded(tokens, ROWS_OF_FEW if tokens <= FEW else ROWS),
            window=window,
            groups=_groups(starts, lengths, window, dtype) if device == CPU else (),
        )


def to_device(values: Tensor, device: torch.device) -> Tensor:
    """A GPU copies by itself, while it computes, from memory that stays in its place."""
    return values if device == CPU else values.pin_memory().to(device, non_blocking=True)


def _rounded(number: int, to: int) -> int:
    """Up."""
    return -(-number // to) * to


def _groups(starts: Sequence[int], lengths: Sequence[int], window: int | None, dtype: torch.dtype) -> tuple[Group, ...]:
    runs = _runs(lengths, window)
    return tuple(_group(starts[first], lengths[first:last], window, dtype) for first, last in runs)


def _runs(lengths: Sequence[int], window: int | None) -> list[tuple[int, int]]:
    """Neighbours whose lengths are equal, or so near and short that padding costs less than one more product."""
    runs, first = [], 0
    for i in range(1, len(lengths) + 1):
        if i == len(lengths) or not _belongs(lengths[i], lengths[first], i - first, window):
            runs.append((first, i))
            first = i
    return runs


def _belongs(length: int, longest: int, count: int, window: int | None) -> bool:
    if count == GROUP or (window is not None and longest > window):
        return False
    return length == longest or (longest <= PADDED_WIDTH and longest <= PADDED_SHARE * length + 2)


def _group(start: int, lengths: Sequence[int], window: int | None, dtype: torch.dtype) -> Group:
    end, count, width = start + sum(lengths), len(lengths), lengths[0]
    if lengths[-1] != width:
        return _padded(start, end, lengths, dtype)
    is_long = window is not None and width > window
    return Group(start, end, count, width, blocks=tuple(_blocks(width, window, dtype)) if is_long and window else ())


def _padded(start: int, end: int, lengths: Sequence[int], dtype: torch.dtype) -> Group:
    width = _rounded(lengths[0], WIDTH)
    ends = torch.tensor(lengths)[:, None]
    places = torch.arange(width).expand(len(lengths), width)
    starts = torch.tensor([start, *accumulate(lengths[:-1], initial=start)][1:])[:, None]
    is_real = places < ends
    return Group(
        start,
        end,
        len(lengths),
        width,
        gather=(starts + torch.minimum(places, ends - 1)).flatten(),
        real=is_real.flatten().nonzero()[:, 0],
        hidden=torch.zeros(len(lengths), 1, width, dtype=dtype).masked_fill_(~is_real[:, None], -torch.inf),
    )


def _blocks(length: int, window: int, dtype: torch.dtype) -> list[Block]:
    blocks = []
    for start in range(0, length, BLOCK):
        end = min(start + BLOCK, length)
        low, high = max(0, start - window + 1), min(length, end + window - 1)
        distance = (torch.arange(start, end)[:, None] - torch.arange(low, high)).abs()
        hidden = torch.zeros(distance.shape, dtype=dtype).masked_fill_(distance >= window, -torch.inf)
        blocks.append(Block(start, end, low, high, hidden))
    return blocks
