"""llama.cpp's embedding server on the same model and texts. It takes token ids, so that no tokenizer differs."""

from functools import partial

import httpx

from bench import peer
from bench.embedding import gguf_model, model
from bench.embedding.measured import Measured, measured

BATCH_TOKENS, SLOTS = 2048, 8


def measure() -> Measured:
    sizes = {"slots": SLOTS, "context_tokens": BATCH_TOKENS, "batch_tokens": BATCH_TOKENS, "threads": model.THREADS}
    with (
        peer.serving(gguf_model.path(), "--embeddings", **sizes) as url,
        httpx.Client(base_url=url, timeout=300) as http,
    ):
        return measured(partial(_embed, http))


def _embed(http: httpx.Client, texts: list[str]) -> list[list[float]]:
    answer = http.post("/v1/embeddings", json={"input": model.tokens(texts)}).raise_for_status().json()
    return [item["embedding"] for item in answer["data"]]
