"""What stands before a conversation: Harmony's system message, and the developer's, which API clients call `system`."""

import datetime
from collections.abc import Sequence

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.comments import compact_json
from deployments.chat.harmony.namespace import namespace
from deployments.chat.messages import ReasoningEffort
from deployments.chat.tools import Tool

IDENTITY = "You are ChatGPT, a large language model trained by OpenAI."
KNOWLEDGE_CUTOFF = "2024-06"
CALLS_GO_TO = "Calls to these tools must go to the commentary channel: 'functions'."


def system_text(
    *, effort: ReasoningEffort, today: datetime.date, offers_tools: bool = False, shows_calls: bool = False
) -> str:
    """Without tools no commentary is named, for a model that knows the word makes use of it."""
    channels = "analysis, commentary, final" if offers_tools or shows_calls else "analysis, final"
    text = (
        f"{IDENTITY}\nKnowledge cutoff: {KNOWLEDGE_CUTOFF}\nCurrent date: {today.isoformat()}\n\n"
        f"Reasoning: {effort}\n\n"
        f"# Valid channels: {channels}. Channel must be included for every message."
    )
    return f"{text}\n{CALLS_GO_TO}" if offers_tools else text


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
