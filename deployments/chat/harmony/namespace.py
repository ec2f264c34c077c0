"""The functions that a model may call, as Harmony declares them."""

from collections.abc import Sequence

from deployments.chat.arguments import takes_nothing
from deployments.chat.harmony.comments import comment
from deployments.chat.harmony.typescript import type_of
from deployments.chat.tools import Tool


def namespace(tools: Sequence[Tool]) -> str:
    declared = "".join(f"{_declaration(tool)}\n\n" for tool in tools)
    return f"namespace functions {{\n\n{declared}}} // namespace functions"


def _declaration(tool: Tool) -> str:
    signature = "()" if takes_nothing(tool) else f"(_: {type_of(tool.parameters)})"
    return f"{comment(tool.description)}type {tool.name} = {signature} => any;"
