"""The whole graph on one screen. Every other setting of it is in the YAML that names `build_app`."""

from pathlib import Path

from ray import serve
from ray.serve import Application

from deployments.budgets import budget_actors
from deployments.config import AppConfig, GeneratorConfig
from deployments.embedder import Embedder
from deployments.environment import load_env_file, override
from deployments.gemini import Gemini
from deployments.generator import Generator, Idle
from deployments.ingress import Ingress
from deployments.limiter import limiter_actors
from deployments.resources import models_dir
from deployments.summarizer import Summarizer
from deployments.summary.persona_files import read_personas


def build_app(args: AppConfig) -> Application:
    """Serve calls this with the YAML's `args`. The environment has the last word on them."""
    load_env_file()
    config = override(args)
    folder, personas = models_dir(config), read_personas(config.summary)

    embedder = serve.deployment(name="Embedder")(Embedder).bind(config.embedding, folder)
    chat = _generator("Chat", config.chat, folder)
    own_reader = _generator("SummaryModel", config.summary.model, folder) if config.summary.model else None
    gemini = serve.deployment(name="Gemini", deployment_actors=budget_actors(config.limits))(Gemini)
    paid = gemini.bind(config.gemini, config.limits)
    reader = chat if config.summary.share_chat else own_reader
    summarizer = serve.deployment(name="Summarizer")(Summarizer).bind(config, personas, embedder, paid, reader)
    ingress = serve.deployment(name="Ingress", deployment_actors=limiter_actors(config.limits))(Ingress)
    return ingress.bind(config, embedder, chat, summarizer)


def _generator(name: str, config: GeneratorConfig, folder: Path) -> Application:
    return serve.deployment(name=name)(Generator if config.enabled else Idle).bind(config, folder)
