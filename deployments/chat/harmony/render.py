"""Messages → a Harmony prompt that ends where the assistant begins to speak."""

import datetime
from collections.abc import Iterator, Sequence

from deployments.chat.messages import Message, ReasoningEffort, ToolCall
from deployments.chat.prompt import Control, Part

START, MESSAGE, END = Control("<|start|>"), Control("<|message|>"), Control("<|end|>")
CHANNEL, CONSTRAIN, CALL = Control("<|channel|>"), Control("<|constrain|>"), Control("<|call|>")

IDENTITY = "You are ChatGPT, a large language model trained by OpenAI."
KNOWLEDGE_CUTOFF = "2024-06"


def render(messages: Sequence[Message], *, effort: ReasoningEffort, today: datetime.date) -> list[Part]:
    """The whole prompt. What API clients call `system` is Harmony's developer message; its system message is ours."""
    leading = _leading_instructions(messages)
    uses_tools = any(message.tool_calls or message.role == "tool" for message in messages)
    parts = [*_message("system", _system_text(effort, today, uses_tools=uses_tools))]
    if leading:
        parts += _message("developer", "# Instructions\n\n" + "\n\n".join(message.content for message in leading))
    parts += _conversation(messages[len(leading) :])
    return [*parts, START, "assistant"]


def _leading_instructions(messages: Sequence[Message]) -> Sequence[Message]:
    count = next((i for i, message in enumerate(messages) if not message.is_instruction), len(messages))
    return messages[:count]


def _system_text(effort: ReasoningEffort, today: datetime.date, *, uses_tools: bool) -> str:
    channels = "analysis, commentary, final" if uses_tools else "analysis, final"
    return (
        f"{IDENTITY}\nKnowledge cutoff: {KNOWLEDGE_CUTOFF}\nCurrent date: {today.isoformat()}\n\n"
        f"Reasoning: {effort}\n\n"
        f"# Valid channels: {channels}. Channel must be included for every message."
    )


def _conversation(messages: Sequence[Message]) -> Iterator[Part]:
    last_answer = max((i for i, message in enumerate(messages) if message.is_final_answer), default=-1)
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    for i, message in enumerate(messages):
        if message.role == "assistant":
            yield from _assistant(message, with_reasoning=i > last_answer)
        elif message.role == "tool":
            name = message.name or names.get(message.tool_call_id or "", "unknown")
            yield from _message(f"functions.{name} to=assistant", message.content, channel="commentary")
        elif message.is_instruction:
            yield from _message("developer", "# Instructions\n\n" + message.content)
        else:
            yield from _message("user", message.content)


def _assistant(message: Message, *, with_reasoning: bool) -> Iterator[Part]:
    """Reasoning is shown only within a running turn: after a final answer the model is not to see it again."""
    if message.reasoning and with_reasoning:
        yield from _message("assistant", message.reasoning, channel="analysis")
    if message.content or not message.tool_calls:
        yield from _message("assistant", message.content, channel="commentary" if message.tool_calls else "final")
    for call in message.tool_calls:
        yield from _call(call)


def _call(call: ToolCall) -> Iterator[Part]:
    yield from (START, "assistant", CHANNEL, f"commentary to=functions.{call.name} ", CONSTRAIN, "json")
    yield from (MESSAGE, call.arguments, CALL)


def _message(author: str, text: str, *, channel: str | None = None) -> Iterator[Part]:
    yield from (START, author)
    if channel:
        yield from (CHANNEL, channel)
    yield from (MESSAGE, text, END)
