"""Tools for models whose template has no place for them, or another than we can read: described and called in text.

The way of Hermes, which many models have seen.
"""

from collections.abc import Sequence
from itertools import groupby

from deployments.chat.messages import Message, ToolCall
from deployments.chat.template.families import HERMES
from deployments.chat.template.jinja import to_json
from deployments.chat.template.texts import Needed, Texts, in_json
from deployments.chat.template.values import Values, arguments_of, instructed, offered, said
from deployments.chat.tools import Tool

_DESCRIPTION = """\
You can call these functions:

{tools}

To call one, write its name and its arguments as JSON between these marks, and nothing after them:

{example}

What it returns comes back between <tool_response> and </tool_response>. Call a function only where it helps; answer \
in words where none does."""
_EXAMPLE = HERMES.spell("the function's name", '{"an argument": "its value"}')


def conversation(messages: Sequence[Message], tools: Sequence[Tool], texts: Texts) -> list[Values]:
    """Messages of a system, a user and an assistant, which every template knows."""
    leading, count = instructed(messages, texts, [_description(tools, texts)] if tools else [])
    return leading + [
        value
        for is_result, group in groupby(messages[count:], lambda message: message.role == "tool")
        for value in ([_results(list(group), texts)] if is_result else [_message(one, texts) for one in group])
    ]


def _description(tools: Sequence[Tool], texts: Texts) -> str:
    return _DESCRIPTION.format(tools="\n".join(map(to_json, offered(tools, texts))), example=_EXAMPLE)


def _message(message: Message, texts: Texts) -> Values:
    value = said(message, texts)
    calls = [_call(call, texts) for call in message.tool_calls]
    return {**value, "content": "\n".join(filter(None, [value["content"], *calls]))}


def _call(call: ToolCall, texts: Texts) -> str:
    arguments_of(call)
    name = texts.hold(call.name, Needed(f'a call to "{call.name}"', "messages"))
    return HERMES.spell(in_json(name), texts.hold(call.arguments or "{}"))


def _results(messages: Sequence[Message], texts: Texts) -> Values:
    """Neighbours in one message, for many templates insist on turns."""
    needed = Needed("a message from the tool", "messages")
    results = (f"<tool_response>\n{texts.hold(message.content, needed)}\n</tool_response>" for message in messages)
    return {"role": "user", "content": "\n".join(results)}
