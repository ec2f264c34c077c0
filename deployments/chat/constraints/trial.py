"""`python -m deployments.chat.constraints.trial CPU_S`: compiles a form to see whether that can be done at all.

It is a process of its own because llguidance cannot be interrupted: patterns that must hold at once take it hours, and
references in a long row end its process. Reads and writes JSON; knows a vocabulary's control tokens, not the model.
"""

import json
import resource
import sys
from typing import Any

from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper

from deployments.chat.constraints.limits import LIMITS
from deployments.chat.constraints.uncut import Uncut

MEMORY_BYTES = 4 * 1024**3


class Bytes(Uncut):
    """The least vocabulary that can say everything: bytes, and control tokens at their own numbers."""

    def __init__(self, size: int, controls: dict[str, int]) -> None:
        self.tokens = [b""] * (size + 1)
        self.eos_token_id = size
        self.special_token_ids = [*controls.values(), size]
        for name, token in controls.items():
            self.tokens[token] = name.encode()
        self.tokens[size] = b"<|end of grammar|>"
        free = (token for token, piece in enumerate(self.tokens) if not piece)
        for byte, token in zip(range(255), free, strict=False):  # 0xff marks control tokens, and is in no text
            self.tokens[token] = bytes([byte])


def complaint(source: str, size: int, controls: dict[str, int]) -> str:
    """llguidance's, or nothing."""
    spellings = Bytes(size, controls)
    tokenizer = LLTokenizer(TokenizerWrapper(spellings), n_vocab=size + 1, eos_token=size, slices=[])
    matcher = LLMatcher(tokenizer, source, log_level=0, limits=LIMITS)
    matcher.compute_bitmask()
    return matcher.get_error() if matcher.is_error() else ""


def main(cpu_s: str) -> None:
    _limit(resource.RLIMIT_CPU, int(cpu_s))
    _limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # elsewhere the system does not limit memory
        _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    question: dict[str, Any] = json.load(sys.stdin.buffer)
    json.dump(complaint(**question), sys.stdout)


def _limit(kind: int, limit: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(kind, (limit, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
