"""Messages → a Harmony prompt that ends where the assistant begins to speak."""

import datetime
from collections.abc import Iterator, Sequence

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.history import one_call_at_a_time
from deployments.chat.harmony.preface import developer_text, names_commentary, system_text
from deployments.chat.messages import Message, ReasoningEffort, ToolCall
from deployments.chat.prompt import Control, Part
from deployments.chat.tools import Tool

START, MESSAGE, END = Control("<|start|>"), Control("<|message|>"), Control("<|end|>")
CHANNEL, CONSTRAIN, CALL = Control("<|channel|>"), Control("<|constrain|>"), Control("<|call|>")


def render(
    messages: Sequence[Message],
    *,
    effort: ReasoningEffort,
    today: datetime.date,
    tools: Sequence[Tool] = (),
    response_format: JsonSchema | None = None,
) -> list[Part]:
    """The whole prompt. What API clients call `system` is Harmony's developer message; its system message is ours.

    Raises InvalidRequest for the result of a call that nobody made.
    """
    leading = _leading_instructions(messages)
    with_commentary = names_commentary(messages, tools)
    system = system_text(effort=effort, today=today, with_commentary=with_commentary, with_tools=bool(tools))
    parts = [*_message("system", system)]
    if developer := developer_text([message.content for message in leading], tools, response_format):
        parts += _message("developer", developer)
    parts += _conversation(one_call_at_a_time(messages[len(leading) :]))
    return [*parts, START, "assistant"]


def _leading_instructions(messages: Sequence[Message]) -> Sequence[Message]:
    count = next((i for i, message in enumerate(messages) if not message.is_instruction), len(messages))
    return messages[:count]


def _conversation(messages: Sequence[Message]) -> Iterator[Part]:
    last_answer = max((i for i, message in enumerate(messages) if message.is_final_answer), default=-1)
    for i, message in enumerate(messages):
        if message.role == "assistant":
            yield from _assistant(message, with_reasoning=i > last_answer)
        elif message.role == "tool":
            yield from _message(f"functions.{message.name} to=assistant", message.content, channel="commentary")
        elif message.is_instruction:
            yield from _message("developer", developer_text([message.content]))
        else:
            yield from _message(f"user:{message.name}" if message.name else "user", message.content)


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
