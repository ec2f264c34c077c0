"""How a whole turn is written, from right after `<|start|>assistant`, as a grammar of text and control tokens.

Headers are spelled as the specification has them and as gpt-oss likes them. What is thought and said is free text; a
call's arguments and an answer in a response format are JSON of their schemas.
"""

import json
from collections.abc import Iterator

from deployments.chat.arguments import arguments_of
from deployments.chat.constraints.grammar import JsonSchema, Lark
from deployments.chat.constraints.source import json_of
from deployments.chat.harmony.preface import names_commentary
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from deployments.errors import InvalidField

_COMMON = r"""
next: <|end|> <|start|> "assistant"
analysis: <|channel|> "analysis" <|message|> TEXT next
preamble: <|channel|> "commentary" <|message|> TEXT next
calling: "analysis" | "commentary"
final: <|channel|> "final" json <|message|> answer <|return|>
json: (" "? <|constrain|> "json" | " json")?
TEXT: /(.|\n)*/
"""
_FEW = "{0,3}"  # who would rather answer than call thinks on and on, where only a call is allowed
_CALL = """\
call_{i}: header_{i} json <|message|> arguments_{i} <|call|>
header_{i}: <|channel|> calling {to} | {to} <|channel|> calling
arguments_{i}: {arguments}"""


def turn(request: ChatRequest) -> Lark:
    """Equal requests have equal grammars. Raises InvalidField."""
    tools = request.callable_tools
    if request.must_call and not tools:
        raise InvalidField("tool_choice demands a call, but there is no such tool.", param="tool_choice")
    lasts = [f"call_{i}" for i in range(len(tools))] + ([] if request.must_call else ["final"])
    calls = [_call(i, tool) for i, tool in enumerate(tools)]
    often = _FEW if request.must_call else "*"
    start = f"start: ({' | '.join(_asides(request))}){often} ({' | '.join(lasts)})"
    return Lark("\n".join([start, _COMMON, f"answer: {_answer(request.response_format)}", *calls]))


def _asides(request: ChatRequest) -> Iterator[str]:
    """A preamble is shown to the user, who wants nothing but JSON where there is a response format."""
    yield "analysis"
    if names_commentary(request.messages, request.tools) and not request.response_format:
        yield "preamble"


def _answer(response_format: JsonSchema | None) -> str:
    return json_of(response_format, param="response_format") if response_format else "TEXT"


def _call(i: int, tool: Tool) -> str:
    to = json.dumps(f" to=functions.{tool.name}", ensure_ascii=False)
    return _CALL.format(i=i, to=to, arguments=json_of(arguments_of(tool), param="tools"))
