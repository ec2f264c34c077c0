"""The memory plan as people read it."""

from rich.table import Table

from deployments.cli.memory_plan import Plan
from deployments.engine.llama.dry_run import Bytes
from deployments.memory import size

COLUMNS = ("deployment", "model", "replicas", "weights", "conversations", "buffers", "GPU memory", "RAM")


def memory_table(plans: list[Plan]) -> Table | None:
    """A row per deployment, of one replica each; None where nothing is known of any.

    What a GPU holds is said against what the replica may take of it.
    """
    known = [plan for plan in plans if plan.is_known]
    if not known:
        return None
    columns = [column for column in zip(COLUMNS, *map(_row, known), strict=True) if any(column[1:])]
    table = Table(title="Memory per replica", title_justify="left", box=None, pad_edge=False)
    for header, *_ in columns:
        is_long = header in ("model", "conversations")
        table.add_column(header, no_wrap=not is_long, min_width=len(header) if is_long else None, overflow="fold")
    for row in list(zip(*columns, strict=True))[1:]:
        table.add_row(*row)
    return table


def _row(plan: Plan) -> tuple[str, ...]:
    whole = Bytes(
        *(getattr(plan.gpu, name) + getattr(plan.ram, name) for name in ("weights", "conversations", "buffers"))
    )
    conversations = f"{size(whole.conversations)} ({plan.conversations})" if plan.conversations else ""
    replicas = {plan.demand.replicas, plan.demand.max_replicas}
    return (
        plan.demand.name,
        plan.model,
        " to ".join(map(str, sorted(replicas))),
        size(whole.weights),
        conversations,
        size(whole.buffers),
        _of_gpu(plan),
        size(plan.ram.total) if plan.ram.total else "",
    )


def _of_gpu(plan: Plan) -> str:
    if not plan.gpu.total:
        return ""
    share = f"{plan.demand.gpus:g} GPU, " if plan.demand.gpus else ""
    room = f" of {size(plan.room)}" if plan.room is not None else ""
    return f"{share}{size(plan.gpu.total)}{room}"
