"""How models write their thoughts and their calls, one value for each way. It knows neither templates nor tokens.

Control tokens stand here by their spelling. A vocabulary that has no such token has the same characters as text.
"""

import json
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Thinking:
    """A thought stands between `begin` and `end`."""

    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Calls:
    """`begin` and `head`, a name, `middle`, arguments, `tail`; `again` and a name for one more; `close` after the last.

    An empty `begin` means that a call is the whole answer, an empty `again` that there is never a second one. To
    templates of those that stand `alone`, content beside a call is what was said behind its result.
    """

    begin: str
    head: str
    middle: str
    tail: str
    again: str = ""
    close: str = ""
    alone: bool = False
    notation: Literal["json", "gemma"] = "json"

    @property
    def lead(self) -> str:
        return self.begin + self.head

    @property
    def key(self) -> str:
        """What a call that is JSON calls its arguments."""
        return self.middle.split('"')[-2]

    def written(self, name: str) -> str:
        """As it stands in a call."""
        return json.dumps(name, ensure_ascii=False)[1:-1] if self.head.endswith('"') else name

    def spell(self, name: str, arguments: str) -> str:
        """One call. Both are already written as they are to stand there."""
        return f"{self.lead}{name}{self.middle}{arguments}{self.tail}{self.close}"


HERMES = Calls(
    begin="<tool_call>",
    head='\n{"name": "',
    middle='", "arguments": ',
    tail="}\n</tool_call>",
    again='\n<tool_call>\n{"name": "',
)
MISTRAL_LIST = Calls(
    begin="[TOOL_CALLS]",
    head='[{"name": "',
    middle='", "arguments": ',
    tail="}",
    again=', {"name": "',
    close="]",
)
MISTRAL_SPACED = replace(MISTRAL_LIST, head=' [{"name": "')
MISTRAL = Calls(begin="[TOOL_CALLS]", head="", middle="[ARGS]", tail="", again="[TOOL_CALLS]")
QUOTE = '<|"|>'  # around strings in Gemma's arguments
GEMMA = Calls(
    begin="<|tool_call>",
    head="call:",
    middle="",
    tail="<tool_call|>",
    again="<|tool_call>call:",
    alone=True,
    notation="gemma",
)
LLAMA = Calls(begin="", head='{"name": "', middle='", "parameters": ', tail="}")

CALLS = (HERMES, GEMMA, MISTRAL, MISTRAL_LIST, MISTRAL_SPACED, LLAMA)

THINKING = (
    Thinking("<|channel>thought", "<channel|>"),
    Thinking("[THINK]", "[/THINK]"),
    Thinking("<think>", "</think>"),
)
