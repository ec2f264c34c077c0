"""What a careless user of the engine could do to it, run apart: where llama.cpp aborts, the whole process goes.

Prints a line of JSON per case: its name, and the answer or the error.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deployments.engine.batch import Batch, Chunk
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.weights import Weights
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence

SLOTS, CONTEXT, BATCH = 2, 256, 64
HOT = {"temperature": 1.0, "seed": 1}


def decode(*chunks: Chunk) -> Callable[[LlamaContext], str]:
    def run(context: LlamaContext) -> str:
        context.decode(Batch(list(chunks), sum(len(chunk.tokens) for chunk in chunks)))
        return "computed"

    return run


def generate(prompt: list[int] | None = None, max_tokens: int = 4, **sampling: Any) -> Callable[[LlamaContext], str]:
    def run(context: LlamaContext) -> str:
        engine = Engine(context)
        sequence = Sequence([300, 301, 302] if prompt is None else prompt, Sampling(**sampling), max_tokens=max_tokens)
        engine.add(sequence)
        while not engine.is_idle:
            engine.step()
        if sequence.error:
            raise sequence.error
        return f"{sequence.finish_reason} {min(sequence.generated, 4)}"

    return run


def sampled_row(row: int, decoded: bool = True) -> Callable[[LlamaContext], str]:
    def run(context: LlamaContext) -> str:
        if decoded:
            context.decode(Batch([Chunk(0, 0, [300, 301, 302], outputs=1)], 3))
        return str(context.sampler(Sampling()).sample(row) >= 0)

    return run


def rewound(slot: int, length: int) -> Callable[[LlamaContext], str]:
    def run(context: LlamaContext) -> str:
        context.decode(Batch([Chunk(0, 0, [300, 301, 302], outputs=1)], 3))
        context.rewind(slot, length)
        return "rewound"

    return run


def gap(context):
    context.decode(Batch([Chunk(0, 0, [300, 301, 302], outputs=1)], 3))
    context.decode(Batch([Chunk(0, 10, [300, 301, 302], outputs=1)], 3))


VOCABULARY = 2**31 - 1
CASES: dict[str, Callable[[LlamaContext], str]] = {
    "batch too large": decode(Chunk(0, 0, [300] * 65, outputs=1)),
    "empty batch": decode(),
    "empty chunk": decode(Chunk(0, 0, [], outputs=0)),
    "gap": gap,
    "too many outputs": decode(Chunk(0, 0, [300] * 60, outputs=60)),
    "slot beyond": decode(Chunk(SLOTS, 0, [300], outputs=1)),
    "slot 256": decode(Chunk(256, 0, [300], outputs=1)),
    "slot negative": decode(Chunk(-1, 0, [300], outputs=1)),
    "token beyond": decode(Chunk(0, 0, [10**6], outputs=1)),
    "token negative": decode(Chunk(0, 0, [-1], outputs=1)),
    "token huge": decode(Chunk(0, 0, [2**40], outputs=1)),
    "row without": sampled_row(0),
    "row beyond": sampled_row(500),
    "row before decode": sampled_row(0, decoded=False),
    "rewind beyond": rewound(SLOTS, 0),
    "rewind 256": rewound(256, 0),
    "rewind neg": rewound(-1, 0),
    "rewind longer": rewound(0, 100),
    "rewind neg length": rewound(0, -5),
    "reach 99": lambda c: str(c.reach(99)),
    "save 99": lambda c: str(c.save(99)),
    "restore 99": lambda c: str(c.restore(99, bytearray(100))),
    "save empty": lambda c: str(len(c.save(0))),
    "restore garbage": lambda c: str(c.restore(0, bytearray(b"\xff" * 100))),
    "restore garbage0": lambda c: str(c.restore(0, bytearray(b"\x00" * 100))),
    "restore empty": lambda c: str(c.restore(0, bytearray(b""))),
    "restore recent garbage": lambda c: str(c.restore_recent(0, bytearray(b"\x01" * 100))),
    "prompt empty": generate([]),
    "prompt at limit": generate([300] * CONTEXT),
    "prompt too long": generate([300] * (CONTEXT + 50)),
    "prompt unknown token": generate([300, 10**6]),
    "prompt negative token": generate([300, -5]),
    "max_tokens 0": generate(max_tokens=0),
    "max_tokens neg": generate(max_tokens=-1),
    "max_tokens huge": generate(max_tokens=10**9),
    "top_k 0": generate(top_k=0, **HOT),
    "top_k -1": generate(top_k=-1, **HOT),
    "top_k huge": generate(top_k=10**9, **HOT),
    "top_p 0": generate(top_p=0.0, **HOT),
    "top_p -1": generate(top_p=-1.0, **HOT),
    "top_p nan": generate(top_p=float("nan"), **HOT),
    "min_p 2": generate(min_p=2.0, **HOT),
    "temp tiny": generate(temperature=1e-30, seed=1),
    "temp huge": generate(temperature=1e30, seed=1),
    "temp inf": generate(temperature=float("inf"), seed=1),
    "temp nan": generate(temperature=float("nan"), seed=1),
    "temp neg": generate(temperature=-1.0, seed=1),
    "seed neg": generate(temperature=1.0, seed=-1),
    "seed huge": generate(temperature=1.0, seed=2**80),
    "bias nan": generate(logit_bias={300: float("nan")}),
    "bias nan hot": generate(logit_bias={300: float("nan")}, **HOT),
    "bias inf": generate(logit_bias={300: float("inf")}),
    "bias inf hot": generate(logit_bias={300: float("inf")}, **HOT),
    "bias two inf hot": generate(logit_bias={300: float("inf"), 301: float("inf")}, **HOT),
    "bias all -inf": generate(logit_bias={i: float("-inf") for i in range(1024)}, **HOT),
    "bias unknown": generate(logit_bias={10**6: 5.0}),
    "bias negative": generate(logit_bias={-1: 5.0}),
    "bias huge token": generate(logit_bias={2**40: 5.0}),
    "penalties nan": generate(presence_penalty=float("nan"), frequency_penalty=float("nan"), **HOT),
    "penalties inf": generate(presence_penalty=float("inf"), frequency_penalty=float("-inf"), **HOT),
    "logprobs 0": generate(logprobs=0),
    "logprobs huge": generate(logprobs=10**6),
    "logprobs neg": generate(logprobs=-1),
}


def main(path: Path, names: list[str]) -> None:
    for name in names or CASES:
        context = LlamaContext(Weights(path), slots=SLOTS, context_tokens=CONTEXT, batch_tokens=BATCH, threads=1)
        try:
            outcome = CASES[name](context)
        except Exception as error:  # whatever it is, it is not an abort
            outcome = f"{type(error).__name__}: {error}"
        print(json.dumps([name, outcome]), flush=True)
        context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
