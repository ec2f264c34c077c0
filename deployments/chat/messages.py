"""What a conversation consists of, in values that every layer shares."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "developer", "user", "assistant", "tool"]
ReasoningEffort = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that an assistant made; `arguments` is the JSON text it wrote."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. An assistant's may hold its reasoning, a text and tool calls, in this order.

    A tool's answer carries the `tool_call_id` it belongs to and, in `name`, the function that gave it.
    """

    role: Role
    content: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None

    @property
    def is_instruction(self) -> bool:
        return self.role in ("system", "developer")

    @property
    def is_final_answer(self) -> bool:
        return self.role == "assistant" and not self.tool_calls
