"""The product's graph with a Chat that sleeps instead of computing, and nothing but Chat. A Serve YAML names it."""

from pathlib import Path

from ray import serve
from ray.serve import Application

from bench.scaling.chat import sleeping_chat
from deployments.chat.service import ChatService
from deployments.config import AppConfig, GeneratorConfig
from deployments.generator import Generator, Idle
from deployments.ingress import Ingress
from deployments.limiter import limiter_actors
from deployments.resources import models_dir


def build_app(args: AppConfig) -> Application:
    folder = models_dir(args)
    embedder, summarizer = (serve.deployment(name=name)(Idle).bind(args.chat, folder) for name in IDLE)
    chat = serve.deployment(name="Chat")(SleepingGenerator).bind(args.chat, folder)
    ingress = serve.deployment(name="Ingress", deployment_actors=limiter_actors(args.limits))(Ingress)
    return ingress.bind(args, embedder, chat, summarizer)


IDLE = ("Embedder", "Summarizer")


class SleepingGenerator(Generator):
    """Chat in all but its model."""

    def _load(self, config: GeneratorConfig, path: Path) -> ChatService:
        return sleeping_chat(config, path)
