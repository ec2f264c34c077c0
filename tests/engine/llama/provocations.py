"""What a careless user could do to the engine, run apart: where llama.cpp aborts, the whole process goes.

Prints a line of JSON per case: its name, and the answer or the error. With `--for-real` it lets llama.cpp abort.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llama_cpp

from deployments.engine.batch import Batch, Chunk
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence

SLOTS, CONTEXT, BATCH = 2, 256, 64
PROMPT = [300, 301, 302]
NAN, INF = float("nan"), float("inf")

Case = Callable[[LlamaContext], str]


def decoding(tokens: list[int], slot: int = 0, start: int = 0, outputs: int = 1) -> Case:
    def case(context: LlamaContext) -> str:
        context.decode(Batch([Chunk(slot, start, tokens, outputs=min(outputs, len(tokens)))], len(tokens)))
        return "computed"

    return case


def answering(prompt: list[int] = PROMPT, max_tokens: int = 4, **sampling: Any) -> Case:
    def case(context: LlamaContext) -> str:
        engine = Engine(context)
        sequence = Sequence(prompt, Sampling(**sampling), max_tokens=max_tokens)
        engine.add(sequence)
        while not engine.is_idle:
            engine.step()
        if sequence.error:
            raise sequence.error
        return f"{sequence.finish_reason} {sequence.generated}" if max_tokens < CONTEXT else "ended"

    return case


def drawing(**sampling: Any) -> Case:
    return answering(**{"temperature": 1.0, "seed": 1} | sampling)


def restoring(state: bytes) -> Case:
    return lambda context: "restored" if context.restore(0, bytearray(state)) else "refused"


def rewinding(context: LlamaContext) -> str:
    decoding(PROMPT)(context)
    context.rewind(0, 100)
    return decoding([303], start=len(PROMPT))(context)


def leaving_a_gap(context: LlamaContext) -> str:
    decoding(PROMPT)(context)
    return decoding(PROMPT, start=10)(context)


CASES: dict[str, Case] = {
    "a batch beyond its size": decoding([300] * (BATCH + 1)),
    "more outputs than there is memory for": decoding([300] * 60, outputs=60),
    "an empty batch": decoding([]),
    "a gap between positions": leaving_a_gap,
    "a slot beyond the last": decoding(PROMPT, slot=SLOTS),
    "a slot beyond any": decoding(PROMPT, slot=256),
    "a slot below 0": decoding(PROMPT, slot=-1),
    "a token beyond the vocabulary": decoding([10**6]),
    "a token below 0": decoding([-1]),
    "a token of 41 bits": decoding([2**40]),
    "rewound to more than there is": rewinding,
    "a state of ones": restoring(b"\xff" * 100),
    "a state of zeros": restoring(b"\0" * 100),
    "an empty state": restoring(b""),
    "a recent state that is none": lambda c: "restored" if c.restore_recent(0, bytearray(99)) else "refused",
    "a prompt as long as the context": answering([300] * CONTEXT),
    "a prompt longer than the context": answering([300] * (CONTEXT + 50)),
    "a prompt with an unknown token": answering([300, 10**6]),
    "no tokens wanted": answering(max_tokens=0),
    "more tokens wanted than there is room for": answering(max_tokens=10**9),
    "top_k 0": drawing(top_k=0),
    "top_k -1": drawing(top_k=-1),
    "top_k beyond the vocabulary": drawing(top_k=10**9),
    "top_p 0": drawing(top_p=0.0),
    "top_p -1": drawing(top_p=-1.0),
    "top_p nan": drawing(top_p=NAN),
    "min_p 2": drawing(min_p=2.0),
    "temperature 1e-30": drawing(temperature=1e-30),
    "temperature 1e30": drawing(temperature=1e30),
    "temperature inf": drawing(temperature=INF),
    "temperature nan": drawing(temperature=NAN),
    "temperature -1": drawing(temperature=-1.0),
    "seed -1": drawing(seed=-1),
    "seed of 81 bits": drawing(seed=2**80),
    "bias nan": drawing(logit_bias={300: NAN}),
    "bias inf": drawing(logit_bias={300: INF}),
    "two biases inf": drawing(logit_bias={300: INF, 301: INF}),
    "all biases -inf": drawing(logit_bias=dict.fromkeys(range(1536), -INF)),
    "bias of an unknown token": drawing(logit_bias={10**6: 5.0}),
    "bias of a token below 0": drawing(logit_bias={-1: 5.0}),
    "bias of a token of 41 bits": drawing(logit_bias={2**40: 5.0}),
    "penalties nan": drawing(presence_penalty=NAN, frequency_penalty=NAN),
    "penalties inf": drawing(presence_penalty=INF, frequency_penalty=-INF),
}


def context_of(path: Path) -> LlamaContext:
    return LlamaContext(Weights(path), Shape(SLOTS, BATCH, 1), context_tokens=CONTEXT)


def outcome(case: Case, context: LlamaContext) -> str:
    try:
        return case(context)
    except Exception as error:  # whatever it is, it is not an abort
        return f"{type(error).__name__}: {error}"
    finally:
        context.close()


def abort(context: LlamaContext) -> None:
    """A batch beyond its size, with nobody between."""
    tokens = (llama_cpp.llama_token * (BATCH + 1))(*[300] * (BATCH + 1))
    llama_cpp.llama_decode(context._pointer, llama_cpp.llama_batch_get_one(tokens, BATCH + 1))


if __name__ == "__main__":
    path = Path(sys.argv[1])
    if "--for-real" in sys.argv:
        abort(context_of(path))
    for name, case in CASES.items():
        print(json.dumps([name, outcome(case, context_of(path))]), flush=True)
