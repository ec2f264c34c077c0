"""One family's calls of the tools that are offered, as rules. It does not know what else an answer holds."""

from collections.abc import Iterator

from deployments.chat.arguments import arguments_of
from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.constraints.source import json_of
from deployments.chat.request import ChatRequest
from deployments.chat.template.families import QUOTE, Calls
from deployments.chat.template.gemma_schema import gemma_rules
from deployments.chat.template.lark import literal, marked_up
from deployments.chat.template.markup import Markup
from deployments.chat.tools import Tool


def call_rules(calls: Calls, markup: Markup, request: ChatRequest) -> Iterator[str]:
    """`calls` are all of an answer, `begun` is the same behind what announces them. Raises InvalidField."""
    begin, head, again, close = (
        marked_up(part, markup) for part in (calls.begin, calls.head, calls.again, calls.close)
    )
    more = f"({again} call)*" if again and request.parallel_tool_calls else ""
    yield f"calls: {begin} begun"
    yield f"begun: {head if begin else ''} call {more} {close}"
    yield f"call: {' | '.join(f'call_{i}' for i in range(len(request.callable_tools)))}"
    for i, tool in enumerate(request.callable_tools):
        yield from (_announced if begin else _whole)(i, tool, calls, markup)


def _announced(i: int, tool: Tool, calls: Calls, markup: Markup) -> Iterator[str]:
    middle, tail = marked_up(calls.middle, markup), marked_up(calls.tail, markup)
    yield f"call_{i}: {literal(calls.written(tool.name))} {middle} arguments_{i} {tail}"
    if calls.notation == "gemma":
        yield from gemma_rules(f"arguments_{i}", arguments_of(tool), marked_up(QUOTE, markup))
    else:
        yield f"arguments_{i}: {json_of(arguments_of(tool), param='tools')}"


def _whole(i: int, tool: Tool, calls: Calls, markup: Markup) -> Iterator[str]:
    """As JSON from its first brace on, for an answer that is JSON too may begin in the same way."""
    schema = {
        "type": "object",
        "properties": {
            "name": {"const": tool.name},
            calls.key: {"$id": f"arguments:{i}", **arguments_of(tool).schema},
        },
        "required": ["name", calls.key],
        "additionalProperties": False,
    }
    yield f"call_{i}: {json_of(JsonSchema(schema, tool.name), param='tools')}"
