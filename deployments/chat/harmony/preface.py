"""What stands before a conversation: Harmony's system message, and the developer's, which API clients call `system`."""

import datetime
from collections.abc import Sequence

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.comments import compact_json
from deployments.chat.harmony.namespace import namespace
from deployments.chat.messages import Message, ReasoningEffort
from deployments.chat.tools import Tool

IDENTITY = "You are ChatGPT, a large language model trained by OpenAI."
KNOWLEDGE_CUTOFF = "2024-06"
CALLS_GO_TO = "Calls to these tools must go to the commentary channel: 'functions'."


def names_commentary(messages: Sequence[Message], tools: Sequence[Tool]) -> bool:
    """Not where nothing was or can be called, for a model that hears of the channel makes use of it."""
    return bool(tools) or any(message.tool_calls or message.role == "tool" for message in messages)


def system_text(
    *, effort: ReasoningEffort, today: datetime.date, with_commentary: bool = False, with_tools: bool = False
) -> str:
    channels = "analysis, commentary, final" if with_commentary else "analysis, final"
    text = (
        f"{IDENTITY}\nKnowledge cutoff: {KNOWLEDGE_CUTOFF}\nCurrent date: {today.isoformat()}\n\n"
        f"Reasoning: {effort}\n\n"
        f"# Valid channels: {channels}. Channel must be included for every message."
    )
    return f"{text}\n{CALLS_GO_TO}" if with_tools else text


def developer_text(
    instructions: Sequence[str], tools: Sequence[Tool] = (), response_format: JsonSchema | None = None
) -> str:
    """Nothing, if there is nothing to say."""
    sections = []
    if instructions:
        sections.append("# Instructions\n\n" + "\n\n".join(instructions))
    if tools:
        sections.append(f"# Tools\n\n## functions\n\n{namespace(tools)}")
    if response_format:
        name = response_format.name or "json"
        sections.append(f"# Response Formats\n\n## {name}\n\n{compact_json(response_format.schema)}")
    return "\n\n".join(sections)
