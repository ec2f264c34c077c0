"""The router of conversations, with a clock around its choice."""

import os
import time
from pathlib import Path

from ray.serve.request_router import PendingRequest, RunningReplica

from deployments.routing import SessionRouter


class TimedRouter(SessionRouter):
    """Writes the microseconds of each choice to the file that BENCH_LOOKUPS names, a line each."""

    async def choose_replicas(
        self, candidate_replicas: list[RunningReplica], pending_request: PendingRequest | None = None
    ) -> list[list[RunningReplica]]:
        begun = time.perf_counter()
        ranked = await super().choose_replicas(candidate_replicas, pending_request)
        _note((time.perf_counter() - begun) * 1e6)
        return ranked


def _note(took_us: float) -> None:
    with Path(os.environ["BENCH_LOOKUPS"]).open("a") as file:
        file.write(f"{took_us}\n")
