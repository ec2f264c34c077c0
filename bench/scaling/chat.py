"""A chat service over a model that sleeps. It knows no Ray."""

from pathlib import Path

from bench.scaling.sleeping import SleepingModel
from deployments.chat.harmony.dialect import HarmonyDialect
from deployments.chat.service import ChatService
from deployments.config import GeneratorConfig
from deployments.engine.engine import Engine
from deployments.engine.llama.weights import Weights
from deployments.engine.runner import Runner


def sleeping_chat(config: GeneratorConfig, path: Path) -> ChatService:
    """`path` is a GGUF with Harmony's vocabulary, of which nothing else is used."""
    weights, context = Weights(path), config.context_tokens
    assert context != "auto"
    model = SleepingModel(weights, slots=config.slots, context_tokens=context, batch_tokens=config.batch_tokens)
    interval_s = config.stream_interval_ms / 1000
    runner = Runner(Engine(model, speculation=False), queue_requests=config.queue_requests, interval_s=interval_s)
    return ChatService(runner, HarmonyDialect(weights.vocabulary), weights.vocabulary, context_tokens=context)
