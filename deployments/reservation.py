"""What Ray has reserved for the replica that asks."""

import ray


def gpu_fraction() -> float | None:
    """Of a GPU, or how many of them; None: nothing, so that a model takes what it finds."""
    reserved: dict[str, float] = ray.get_runtime_context().get_assigned_resources()  # type: ignore[no-untyped-call]
    return reserved.get("GPU")
