"""What each replica with a model takes of a machine's memory, against what it may take. Nothing is loaded for it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from deployments.chat.load import plan_chat
from deployments.cli.capacity import Demand
from deployments.cli.machine import Machine
from deployments.cli.serve_file import ServeFile
from deployments.config import EmbedderConfig, GeneratorConfig
from deployments.embedding.footprint import footprint
from deployments.engine.llama.dry_run import Bytes
from deployments.engine.llama.room import Gpu
from deployments.memory import share_of, size
from deployments.models.fetch import hollow, on_disk
from deployments.models.source import HubFile, HubRepository, parse, served_name
from deployments.resources import models_dir

HIDES_GPUS = "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"  # from replicas that reserve none
NOTHING = Bytes()
UNKNOWN = 1 << 60  # bytes of a GPU that nobody has described


@dataclass(frozen=True, slots=True)
class Plan:
    """One replica. `room` is what it may take of its GPU; None where it needs none, or nobody knows how large it is.

    `lack` says what is missing and what to change; also that nothing is known, with `is_known` False.
    """

    demand: Demand
    model: str
    gpu: Bytes = NOTHING
    ram: Bytes = NOTHING
    room: int | None = None
    conversations: str = ""
    lack: str | None = None
    is_known: bool = True


def memory_plans(file: ServeFile, machine: Machine, *, heads: Path | None = None) -> list[Plan]:
    """One for each deployment with a model. Into `heads`, the heads of files on the hub are fetched; None: none are.

    Raises ConfigError for a file that is no model, and when the hub cannot be asked.
    """
    sections = {"Embedder": file.config.embedding, "Chat": file.config.chat, "SummaryModel": file.config.summary.model}
    plans = []
    for name, deployment in file.deployments.items():
        section, demand = sections.get(name), Demand.of(deployment)
        if section is None or (isinstance(section, GeneratorConfig) and not section.enabled):
            continue
        path = _found(section, models_dir(file.config), heads)
        gpus = _visible(file, demand, machine)
        plans.append(_plan(section, path, demand, gpus, machine) if path else _unfetched(demand, section.model))
    return plans


def _found(section: EmbedderConfig | GeneratorConfig, folder: Path, heads: Path | None) -> Path | None:
    source = parse(section.model)
    path = on_disk(source, folder)
    if path is None and heads and isinstance(source, HubFile | HubRepository):
        return hollow(source, heads)
    return path


def memory_shortages(plans: list[Plan], machine: Machine) -> Iterator[str]:
    """What does not fit, a line each; last, whether all replicas together do."""
    yield from (f"{plan.demand.name}: {plan.lack}" for plan in plans if plan.is_known and plan.lack)
    taken = ram_of(plans)
    if machine.memory_bytes and taken > machine.memory_bytes:
        yield (
            f"All replicas together need {size(taken)} of memory, but there are {size(machine.memory_bytes)}: lower "
            "replicas, slots or context_tokens (--memory 64GiB checks for another one)"
        )


def unknown(plans: list[Plan]) -> Iterator[str]:
    """Models that nothing could be said of, a line each."""
    yield from (f"{plan.demand.name}: {plan.lack}" for plan in plans if not plan.is_known)


def ram_of(plans: list[Plan]) -> int:
    """Of all replicas at the start. Weights are mapped, so replicas of a deployment share them."""
    each = [(plan.ram.conversations + plan.ram.buffers) * plan.demand.replicas + plan.ram.weights for plan in plans]
    return sum(each)


def _visible(file: ServeFile, demand: Demand, machine: Machine) -> list[Gpu]:
    """Those that a replica sees: as many as it reserves, or all if it reserves none and nothing hides them."""
    is_hidden = file.controller_environment.get(HIDES_GPUS) == "1"
    count = math.ceil(demand.gpus) or (0 if is_hidden else machine.gpus)
    return [Gpu.unused(machine.gpu_bytes or UNKNOWN)] * min(count, machine.gpus)


def _plan(
    section: EmbedderConfig | GeneratorConfig, path: Path, demand: Demand, gpus: list[Gpu], machine: Machine
) -> Plan:
    if isinstance(section, EmbedderConfig):
        plan = _embedder(section, path, demand, gpus)
    else:
        plan = _generator(section, path, demand, gpus, machine)
    return plan if machine.gpu_bytes else replace(plan, room=None)


def _generator(section: GeneratorConfig, path: Path, demand: Demand, gpus: list[Gpu], machine: Machine) -> Plan:
    ram = machine.memory_bytes or UNKNOWN
    fit, room = plan_chat(section, path, gpus, gpu_fraction=demand.gpus or None, ram_bytes=ram)
    said = f"{section.slots} x {fit.context_tokens:,} tokens"
    return Plan(demand, _named(section), fit.need.gpu, fit.need.ram, room.gpu_free, said, fit.lack)


def _embedder(section: EmbedderConfig, folder: Path, demand: Demand, gpus: list[Gpu]) -> Plan:
    place: Literal["gpu", "ram"] = "gpu" if gpus and section.device in ("auto", "cuda") else "ram"
    number_bytes = 4 if section.dtype == "float32" or (section.dtype == "auto" and place == "ram") else 2
    need = footprint(folder, batch_tokens=section.batch_tokens, number_bytes=number_bytes)
    taken = Bytes(weights=need.weights, buffers=need.activations)
    if place == "ram":
        lack = "embedding.device is cuda, but no GPU is there for it: reserve num_gpus, or use auto"
        return Plan(demand, _named(section), ram=taken, lack=lack if section.device == "cuda" else None)
    room = share_of(gpus[0].total, demand.gpus or 1)
    lack_there = need.lack(room)
    return Plan(demand, _named(section), gpu=taken, room=room, lack=lack_there and f"{_named(section)} {lack_there}")


def _named(section: EmbedderConfig | GeneratorConfig) -> str:
    return served_name(section.name, section.model)


def _unfetched(demand: Demand, model: str) -> Plan:
    return Plan(
        demand, model, lack=f"{model} is not on this machine yet; --ask-hub judges it all the same", is_known=False
    )
