"""Tools that are offered, and which of them are to be called. It knows no API's way to write them down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from pydantic import Field

from deployments.api.openai.messages import WireModel
from deployments.api.openai.schema import SchemaObject
from deployments.chat.tools import NOTHING, Tool, ToolChoice
from deployments.errors import InvalidField

MOST_TOOLS = 128
Name = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]{1,64}$")]


class WireFunction(WireModel):
    """Arguments always follow the schema, so `strict` changes nothing."""

    name: Name
    description: str | None = None
    parameters: SchemaObject | None = None
    strict: bool | None = None


def tool_of(function: WireFunction, place: str) -> Tool:
    """`place` is the function's within the request. Raises InvalidField."""
    parameters = function.parameters or NOTHING
    if (kind := parameters.get("type", "object")) != "object":
        raise InvalidField(
            f"The parameters of {function.name!r} are of type {kind!r}; arguments are always an object.",
            param=f"{place}.parameters",
        )
    return Tool(function.name, function.description or "", {"type": "object", **parameters})


@dataclass(frozen=True, slots=True)
class Offer:
    """As a ChatRequest has it. Its methods raise InvalidField."""

    tools: tuple[Tool, ...] = ()
    choice: ToolChoice = "auto"
    forced: str | None = None

    @classmethod
    def of(cls, tools: Sequence[Tool]) -> Self:
        names = [tool.name for tool in tools]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise InvalidField(f"There are two tools by the name of {twice!r}.", param="tools")
        return cls(tuple(tools))

    def wanted(self, choice: ToolChoice) -> "Offer":
        if choice == "required":
            self.require_tools()
        return replace(self, choice=choice)

    def forcing(self, name: str) -> "Offer":
        return Offer(self.tools, "required", self._known(name))

    def allowing(self, names: Sequence[str], mode: Literal["auto", "required"]) -> "Offer":
        """The model hears of no others."""
        allowed = set(map(self._known, names))
        return Offer(tuple(tool for tool in self.tools if tool.name in allowed), mode)

    def require_tools(self) -> None:
        if not self.tools:
            raise InvalidField("tool_choice is only allowed when tools are specified.", param="tool_choice")

    def _known(self, name: str) -> str:
        if all(tool.name != name for tool in self.tools):
            raise InvalidField(f"The tool {name!r} of tool_choice is not among the tools.", param="tool_choice")
        return name
