"""Runs in infinity-emb's own environment: seconds for each set of texts, and a vector. It imports nothing of ours."""

import asyncio
import json
import sys
import time

import torch
from infinity_emb import AsyncEmbeddingEngine, EngineArgs


async def main() -> None:
    asked = json.load(sys.stdin)
    torch.set_num_threads(asked["threads"])
    settings = EngineArgs(
        model_name_or_path=asked["model"],
        engine="torch",
        device="cpu",
        dtype=asked["dtype"],
        batch_size=asked["batch_size"],
        compile=False,
        bettertransformer=False,
        model_warmup=False,
    )
    engine = AsyncEmbeddingEngine.from_args(settings)
    async with engine:
        [vector], _ = await engine.embed(sentences=asked["texts"]["single"])
        seconds = {name: await best_s(engine, texts, asked) for name, texts in asked["texts"].items()}
        print(json.dumps({"seconds": seconds, "vector": [float(number) for number in vector]}))


async def best_s(engine: AsyncEmbeddingEngine, texts: list[str], asked: dict) -> float:
    begun, taken = time.perf_counter(), []
    while not taken or (len(taken) < asked["most_times"] and time.perf_counter() - begun < asked["enough_s"]):
        started = time.perf_counter()
        await engine.embed(sentences=texts)
        taken.append(time.perf_counter() - started)
    return min(taken)


asyncio.run(main())
