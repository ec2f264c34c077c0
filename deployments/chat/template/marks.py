"""A family's markup as a reader reads it, for the tools of one request. It knows no state of an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from deployments.chat.template.alphabet import Alphabet
from deployments.chat.template.arguments import Arguments, JsonArguments
from deployments.chat.template.families import QUOTE, Calls, Thinking
from deployments.chat.template.gemma_arguments import GemmaArguments
from deployments.chat.tools import Tool


@dataclass(frozen=True, slots=True)
class Marks:
    """What is empty does not exist.

    `heads` are what first calls begin with behind `call_begin`, up to the brace of their arguments, each with the name
    that it calls. `nexts` are the same for further calls, behind the arguments of one; `end` is what follows the last.
    `lost` ends what began like a call and is none.
    """

    thought_begin: str = ""
    thought_end: str = ""
    call_begin: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)
    nexts: Mapping[str, str] = field(default_factory=dict)
    end: str = ""
    lost: str = ""
    new_arguments: Callable[[], Arguments] = JsonArguments


def marks_of(thinking: Thinking | None, calls: Calls, alphabet: Alphabet, tools: Sequence[Tool]) -> Marks:
    """Where no tool may be called, what looks like a call is text."""
    encode = alphabet.encode
    marks = Marks(encode(thinking.begin), encode(thinking.end)) if thinking else Marks()
    if not tools:
        return marks
    tail, middle = encode(calls.tail), encode(calls.middle)
    return replace(
        marks,
        call_begin=encode(calls.begin),
        heads=_heads(encode(calls.head), middle, calls, tools),
        nexts=_heads(tail + encode(calls.again), middle, calls, tools) if calls.again else {},
        end=tail + encode(calls.close),
        lost=tail.lstrip("}\n"),
        new_arguments=partial(GemmaArguments, encode(QUOTE)) if calls.notation == "gemma" else JsonArguments,
    )


def _heads(before: str, middle: str, calls: Calls, tools: Sequence[Tool]) -> dict[str, str]:
    return {f"{before}{calls.written(tool.name)}{middle}{{": tool.name for tool in tools}
