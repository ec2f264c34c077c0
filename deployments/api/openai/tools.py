"""Tools as OpenAI's clients of chat offer them, and which of them they want to be called."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from deployments.api.openai.messages import WireModel
from deployments.api.openai.offer import MOST_TOOLS, Offer, WireFunction, tool_of
from deployments.chat.tools import Tool
from deployments.errors import InvalidField, UnsupportedParameter


class WireTool(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    type: str
    function: WireFunction | None = None


class Named(WireModel):
    name: str


class Reference(WireModel):
    """A function by its name alone."""

    type: Literal["function"]
    function: Named


class AllowedTools(WireModel):
    mode: Literal["auto", "required"]
    tools: Annotated[list[Reference], Field(min_length=1, fail_fast=True)]


class Wish(BaseModel):
    """A `tool_choice` that is more than a word."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: str
    function: Named | None = None
    allowed_tools: AllowedTools | None = None


WireTools = Annotated[list[WireTool], Field(max_length=MOST_TOOLS)]
WireChoice = Literal["none", "auto", "required"] | Wish


def offer_of(wire: Sequence[WireTool], wish: WireChoice | None) -> Offer:
    """Raises InvalidField and UnsupportedParameter."""
    offer = Offer.of([_tool(tool, i) for i, tool in enumerate(wire)])
    return _wished(offer, wish) if isinstance(wish, Wish) else offer.wanted(wish or "auto")


def _tool(wire: WireTool, number: int) -> Tool:
    if wire.type != "function":
        raise UnsupportedParameter(f"Tools of type {wire.type!r} are not supported.", param=f"tools.{number}.type")
    if wire.function is None:
        raise InvalidField("A tool of type 'function' needs a function.", param=f"tools.{number}.function")
    if extra := next(iter(wire.model_extra or {}), None):
        raise InvalidField(f"Unknown parameter: {extra!r}.", param=f"tools.{number}.{extra}")
    return tool_of(wire.function, f"tools.{number}.function")


def _wished(offer: Offer, wish: Wish) -> Offer:
    offer.require_tools()
    if wish.type not in ("function", "allowed_tools"):
        raise UnsupportedParameter(f"A tool_choice of type {wish.type!r} is not supported.", param="tool_choice")
    if extra := next(iter(wish.model_dump(exclude={"type", wish.type}, exclude_none=True)), None):
        raise InvalidField(f"Unknown parameter: {extra!r}.", param=f"tool_choice.{extra}")
    if wish.type == "function" and wish.function:
        return offer.forcing(wish.function.name)
    if wish.type == "allowed_tools" and wish.allowed_tools:
        return offer.allowing([item.function.name for item in wish.allowed_tools.tools], wish.allowed_tools.mode)
    raise InvalidField(f"A tool_choice of type {wish.type!r} needs {wish.type}.", param="tool_choice")
