"""Tools as OpenAI's clients offer them, and which of them they want to be called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from deployments.api.openai.messages import WireModel
from deployments.chat.tools import NOTHING, Tool, ToolChoice
from deployments.errors import InvalidField, UnsupportedParameter

MOST_TOOLS = 128
Name = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]{1,64}$")]


class WireFunction(WireModel):
    """Arguments always follow the schema, so `strict` changes nothing."""

    name: Name
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class WireTool(BaseModel):
    model_config = ConfigDict(extra="allow")

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
    tools: Annotated[list[Reference], Field(min_length=1)]


class Wish(BaseModel):
    """A `tool_choice` that is more than a word."""

    model_config = ConfigDict(extra="allow")

    type: str
    function: Named | None = None
    allowed_tools: AllowedTools | None = None


WireTools = Annotated[list[WireTool], Field(max_length=MOST_TOOLS)]
WireChoice = Literal["none", "auto", "required"] | Wish


@dataclass(frozen=True, slots=True)
class Offer:
    """As a ChatRequest has it."""

    tools: tuple[Tool, ...] = ()
    choice: ToolChoice = "auto"
    forced: str | None = None


def offer_of(wire: Sequence[WireTool], wish: WireChoice | None) -> Offer:
    """Raises InvalidField and UnsupportedParameter."""
    tools = tuple(_tool(tool, i) for i, tool in enumerate(wire))
    names = [tool.name for tool in tools]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InvalidField(f"There are two tools by the name of {twice!r}.", param="tools")
    if not tools and wish not in (None, "none", "auto"):
        raise InvalidField("tool_choice is only allowed when tools are specified.", param="tool_choice")
    return _wished(tools, wish) if isinstance(wish, Wish) else Offer(tools, wish or "auto")


def _tool(wire: WireTool, number: int) -> Tool:
    if wire.type != "function":
        raise UnsupportedParameter(f"Tools of type {wire.type!r} are not supported.", param=f"tools.{number}.type")
    if wire.function is None:
        raise InvalidField("A tool of type 'function' needs a function.", param=f"tools.{number}.function")
    if extra := next(iter(wire.model_extra or {}), None):
        raise InvalidField(f"Unknown parameter: {extra!r}.", param=f"tools.{number}.{extra}")
    parameters = wire.function.parameters or NOTHING
    if (kind := parameters.get("type", "object")) != "object":
        raise InvalidField(
            f"The parameters of {wire.function.name!r} are of type {kind!r}; arguments are always an object.",
            param=f"tools.{number}.function.parameters",
        )
    return Tool(wire.function.name, wire.function.description or "", {"type": "object", **parameters})


def _wished(tools: tuple[Tool, ...], wish: Wish) -> Offer:
    if wish.type == "function" and wish.function:
        return Offer(tools, "required", _known(wish.function.name, tools))
    if wish.type == "allowed_tools" and wish.allowed_tools:
        allowed = {_known(item.function.name, tools) for item in wish.allowed_tools.tools}
        return Offer(tuple(tool for tool in tools if tool.name in allowed), wish.allowed_tools.mode)
    if wish.type in ("function", "allowed_tools"):
        raise InvalidField(f"A tool_choice of type {wish.type!r} needs {wish.type}.", param="tool_choice")
    raise UnsupportedParameter(f"A tool_choice of type {wish.type!r} is not supported.", param="tool_choice")


def _known(name: str, tools: tuple[Tool, ...]) -> str:
    if all(tool.name != name for tool in tools):
        raise InvalidField(f"The tool {name!r} of tool_choice is not among the tools.", param="tool_choice")
    return name
