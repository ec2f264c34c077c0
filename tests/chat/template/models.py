"""Models of every family: a template, and a vocabulary of single bytes and the family's control tokens.

Where a vocabulary has no token for a mark, the mark is text.
"""

import datetime
import re
from functools import cache
from pathlib import Path

from deployments.chat.prompt import Control
from deployments.chat.template.dialect import TemplateDialect
from deployments.chat.template.jinja import ChatTemplate

FOLDER = Path(__file__).parent / "templates"
TURNS = ["<|im_end|>", "<|im_start|>"]
THOUGHTS = ["<think>", "</think>"]
CALLS = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
MISTRAL = ["</s>", "<s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]"]
GEMMA_4 = "<turn|> <bos> <|turn> <|think|> <|channel> <channel|> <|tool> <tool|> <|tool_call> <tool_call|>"

# The first token is the end of a turn.
MODELS = {
    "qwen": ("qwen", [*TURNS, *THOUGHTS, *CALLS]),
    "qwen, all in text": ("qwen", TURNS),
    "qwen, calls in text": ("qwen", [*TURNS, *THOUGHTS]),
    "qwq": ("qwq", [*TURNS, *THOUGHTS, *CALLS]),
    "qwq, all in text": ("qwq", TURNS),
    "llama": ("llama", ["<|eot_id|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>"]),
    "mistral list": ("mistral_list", [*MISTRAL, "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"]),
    "mistral": ("mistral", [*MISTRAL, "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[THINK]", "[/THINK]", "[ARGS]"]),
    "gemma 3": ("gemma3", ["<end_of_turn>", "<bos>", "<start_of_turn>"]),
    "gemma 4": ("gemma4", [*GEMMA_4.split(), "<|tool_response>", "<tool_response|>", '<|"|>']),
}
NOW = datetime.datetime(2026, 1, 31, 12)


class Letters:
    """Every text can be spelled, every cut can be made."""

    def __init__(self, controls: list[str]) -> None:
        self.controls = {control: 256 + i for i, control in enumerate(controls)}
        self.pieces = [bytes([i]) for i in range(256)] + [b""] * len(controls)
        self.size = len(self.pieces)
        self.ends = frozenset({256})
        self._control = re.compile(f"({'|'.join(map(re.escape, sorted(controls, key=len, reverse=True)))})")

    def control(self, text: str) -> int:
        return self.controls[text]

    def plain(self, text: str) -> list[int]:
        return list(text.encode("utf-8", "replace"))

    def spell(self, transcript: str) -> list[int]:
        """With control tokens where they are spelled."""
        parts = self._control.split(transcript)
        return [
            token for part in parts for token in ([self.controls[part]] if part in self.controls else part.encode())
        ]


@cache
def model(name: str) -> tuple[Letters, TemplateDialect]:
    file, controls = MODELS[name]
    vocabulary = Letters(controls)
    begin = next((one for one in controls if one in ("<s>", "<bos>", "<|begin_of_text|>")), "")
    named = {"bos_token": begin, "eos_token": "</s>"}
    template = ChatTemplate((FOLDER / f"{file}.jinja").read_text(), vocabulary, named, lambda: NOW)
    return vocabulary, TemplateDialect(vocabulary, template)


def text(parts) -> str:
    return "".join(part.text if isinstance(part, Control) else part for part in parts)
