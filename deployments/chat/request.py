"""What a chat model is asked."""

from dataclasses import dataclass, field

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.messages import Message, ReasoningEffort
from deployments.chat.tools import Tool, ToolChoice
from deployments.engine.sampling import Sampling


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """`max_tokens` bounds the answer, reasoning included; `stop` strings end it and are not part of it.

    The model sees all `tools`. It may call them (`auto`), must (`required`), must call the `forced_tool`, or may not
    (`none`). What it says to the user is JSON of the `response_format`'s schema, where there is one.
    Several `choices` are answered side by side, each with a seed of its own. Callers share a model evenly. `timeout_s`
    counts from when the model's replica takes the request.

    A conversation that is too long is an error. Where `truncated_messages` is a number, so many of its messages have
    left before, and more may. One that `goes_on` is counted with its answer.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    sampling: Sampling = field(default_factory=Sampling)
    stop: tuple[str, ...] = ()
    reasoning_effort: ReasoningEffort = "medium"
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = "auto"
    forced_tool: str | None = None
    parallel_tool_calls: bool = True
    response_format: JsonSchema | None = None
    choices: int = 1
    caller: str = ""
    timeout_s: float | None = None
    truncated_messages: int | None = None
    goes_on: bool = False

    @property
    def answers(self) -> int:
        """How many there will be."""
        return self.choices

    @property
    def must_call(self) -> bool:
        return self.tool_choice == "required" or self.forced_tool is not None

    @property
    def callable_tools(self) -> tuple[Tool, ...]:
        """Those that this answer may call."""
        if self.tool_choice == "none":
            return ()
        return tuple(tool for tool in self.tools if self.forced_tool in (None, tool.name))
