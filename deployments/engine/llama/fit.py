"""Whether a model fits into memory, before it takes any; and how long conversations may be so that it does."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from deployments.engine.llama import library
from deployments.engine.llama.dry_run import Bytes, DryRun, Need, dry_run
from deployments.engine.llama.parameters import Placement, Shape
from deployments.engine.llama.room import Room
from deployments.memory import size

LEAST, MOST, STEP = 2048, 131_072, 256  # tokens per conversation that `auto` chooses from
CELL = 48  # bytes that llama.cpp takes in RAM for each token a context may hold, in a dry run too: place, shift, owners
GPU_USED = 0.95  # of what is free, by `auto`; llama.cpp's own scratch memory comes on top of what is known


@dataclass(frozen=True, slots=True)
class Fit:
    """What a model takes with conversations of so many tokens. `lack` is what keeps it from it, in one line."""

    context_tokens: int
    need: Need
    lack: str | None


def fit(path: Path, placement: Placement, shape: Shape, context_tokens: int | Literal["auto"], room: Room) -> Fit:
    """Tokens per conversation: those asked for, or as many as there is room for.

    Raises ConfigError, in one line, when the file is no model.
    """
    library.start()
    with dry_run(path, placement, is_offloaded=room.gpu_free is not None) as model:
        tokens = _largest(model, shape, room) if context_tokens == "auto" else context_tokens
        cells = Bytes(conversations=shape.slots * tokens * CELL)
        if cells.total > room.ram_free:
            said = _said(cells, f"{size(room.ram_free)} of memory are free")
            return Fit(tokens, Need(cells, Bytes()), f"{path.name} at least {said}")
        need = model.need(shape, tokens)
    lack = shortage(need, placement, room)
    if context_tokens == "auto" and not _is_roomy(need, room):
        lack = f"{path.name} {lack or 'would leave too little memory for others.'}"
        lack = f"context_tokens auto finds no room for {tokens} tokens per conversation: {lack}"
    elif lack:
        lack = f"{path.name} {lack}"
    return Fit(tokens, need, lack)


def shortage(need: Need, placement: Placement, room: Room) -> str | None:
    """What is missing and what would help; None when all is there.

    Mapped weights are page cache, which the kernel drops and reads again: they must fit beside the rest into all the
    memory there is, not into what happens to be free.
    """
    if need.gpu.total > (room.gpu_free or 0):
        there = f"{size(room.gpu_free or 0)} of GPU memory may be used"
        return _said(need.gpu, there, "lower gpu_layers, reserve more with num_gpus")
    if not placement.use_mmap or placement.use_mlock:
        return _said(need.ram, f"{size(room.ram_free)} of memory are free") if need.ram.total > room.ram_free else None
    if need.ram.total > room.ram_total:
        return _said(need.ram, f"there are {size(room.ram_total)} of memory")
    if need.ram.total - need.ram.weights > room.ram_free:
        return _said(replace(need.ram, weights=0), f"{size(room.ram_free)} of memory are free")
    return None


def _largest(model: DryRun, shape: Shape, room: Room) -> int:
    """Doubled while it fits, then narrowed down: trying far more than fits would itself take memory."""
    trained = model.trained_context_tokens
    most = min(trained // STEP * STEP or trained, MOST)
    fits = min(LEAST, most)
    while fits < most and _is_roomy(model.need(shape, min(2 * fits, most)), room):
        fits = min(2 * fits, most)
    candidates = range(fits, min(2 * fits, most) + 1, STEP)
    return candidates[bisect_left(candidates, True, lo=1, key=lambda n: not _is_roomy(model.need(shape, n), room)) - 1]


def _is_roomy(need: Need, room: Room) -> bool:
    """Of what RAM is left beside the weights, half stays with others: they too keep files and do work."""
    ram = need.ram.weights + 2 * (need.ram.conversations + need.ram.buffers)
    return ram <= room.ram_free and need.gpu.total <= GPU_USED * (room.gpu_free or 0)


def _said(need: Bytes, there: str, *advice: str) -> str:
    parts = {"weights": need.weights, "conversations": need.conversations, "buffers": need.buffers}
    named = ", ".join(f"{name} {size(count)}" for name, count in parts.items() if count)
    ways = ["lower context_tokens or slots", "choose cache_type_k and cache_type_v q8_0", *advice]
    return f"needs {size(need.total)} ({named}), but {there}: {', '.join(ways)}, or take a smaller model."
