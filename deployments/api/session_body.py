"""What clients say of a session: title, metadata, how long it lasts, what happens when its context is full."""

import json
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveFloat

from deployments.sessions.session import Overflow
from deployments.sessions.store import Settings

MOST_METADATA_BYTES, MOST_METADATA_DEPTH = 16_384, 100
COUNTABLE = 2**31  # databases count no further

Position = Annotated[int, Field(ge=-COUNTABLE, lt=COUNTABLE)]


def _storable(metadata: dict[str, Any]) -> dict[str, Any]:
    """It comes back with every list of sessions, so it is small; JSON has no NaN, and UTF-8 no half of a pair."""
    if _depth(metadata) > MOST_METADATA_DEPTH:
        raise ValueError(f"nested more than {MOST_METADATA_DEPTH} deep")
    if len(json.dumps(metadata, allow_nan=False, ensure_ascii=False).encode()) > MOST_METADATA_BYTES:
        raise ValueError(f"more than {MOST_METADATA_BYTES} bytes as JSON")
    return metadata


def _depth(metadata: dict[str, Any]) -> int:
    depth = 0
    level: list[dict[str, Any] | list[Any]] = [metadata]
    while level and depth <= MOST_METADATA_DEPTH:
        inner = (value.values() if isinstance(value, dict) else value for value in level)
        depth, level = depth + 1, [value for values in inner for value in values if isinstance(value, dict | list)]
    return depth


class SessionBody(BaseModel):
    """What is not sent stays as it is; null takes away what there may be none of."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(None, max_length=500)
    metadata: Annotated[dict[str, Any], AfterValidator(_storable)] | None = None
    ttl_s: PositiveFloat | None = Field(None, allow_inf_nan=False, description="without use for so long, it is gone")
    overflow: Overflow = Field("error", description="of the context: an error, or the oldest turns leave it")

    @property
    def settings(self) -> Settings:
        settings = cast("Settings", self.model_dump(exclude_unset=True, include=set(SessionBody.model_fields)))
        return {**settings, "metadata": settings["metadata"] or {}} if "metadata" in settings else settings


class ForkBody(SessionBody):
    """What is not sent is as in the session that is copied."""

    up_to: Position | None = Field(None, description="the id of the last message to copy; without it, all are")
