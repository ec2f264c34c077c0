"""Tools as clients of the Responses API offer them: flat, and with their wishes beside them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from deployments.api.openai.messages import WireModel, type_of
from deployments.api.openai.offer import MOST_TOOLS, Offer, WireFunction, tool_of
from deployments.errors import UnsupportedParameter


class FunctionTool(WireFunction):
    type: Literal["function"]
    defer_loading: Literal[False] | None = None
    output_schema: None = None
    allowed_callers: None = None


class HostedTool(BaseModel):
    """One that would run here."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: str


class Named(WireModel):
    type: Literal["function"]
    name: str


class Allowed(WireModel):
    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: Annotated[list[Named], Field(min_length=1, fail_fast=True)]


def _kind(value: Any) -> str:
    kind = type_of(value)
    return kind if kind in ("function", "allowed_tools") else "hosted"


Hosted = Annotated[HostedTool, Tag("hosted")]
WireTool = Annotated[Annotated[FunctionTool, Tag("function")] | Hosted, Discriminator(_kind)]
WireTools = Annotated[list[WireTool], Field(max_length=MOST_TOOLS)]
Wish = Annotated[
    Annotated[Named, Tag("function")] | Annotated[Allowed, Tag("allowed_tools")] | Hosted, Discriminator(_kind)
]
WireChoice = Literal["none", "auto", "required"] | Wish


def offer_of(wire: Sequence[FunctionTool | HostedTool], wish: Any) -> Offer:
    """`wish` is a WireChoice. Raises InvalidField and UnsupportedParameter."""
    tools = []
    for number, tool in enumerate(wire):
        place = f"tools.{number}"
        if isinstance(tool, HostedTool):
            raise UnsupportedParameter(f"Tools of type {tool.type!r} are not supported.", param=f"{place}.type")
        tools.append(tool_of(tool, place))
    offer = Offer.of(tools)
    match wish:
        case Named():
            return offer.forcing(wish.name)
        case Allowed():
            return offer.allowing([tool.name for tool in wish.tools], wish.mode)
        case HostedTool():
            raise UnsupportedParameter(f"A tool_choice of type {wish.type!r} is not supported.", param="tool_choice")
        case _:
            return offer.wanted(wish or "auto")
