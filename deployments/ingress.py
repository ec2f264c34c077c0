"""The door: holds the handles, and returns the API that is made of them. No route is here."""

import asyncio
import os
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from ray import serve

from deployments.api.app import create_api
from deployments.api.background import Background
from deployments.api.keys import load_keys
from deployments.api.services import Services
from deployments.config import AppConfig
from deployments.embedding.recall import RecallingEmbedder
from deployments.environment import gemini_api_key, load_env_file, override
from deployments.health import GraphHealth
from deployments.limiter import limiter_of
from deployments.live import LiveConfig
from deployments.metrics import ClusterMetrics
from deployments.notices import announced
from deployments.parsing.process import Parser
from deployments.remote import Handle, RemoteChat, RemoteEmbedder, RemoteSummarizer, routed_here
from deployments.resources import data_dir
from deployments.sessions.conversations import ConversationStore
from deployments.sessions.database import connect, sqlite_url
from deployments.sessions.migrate import migrate
from deployments.sessions.progress import ProgressStore
from deployments.sessions.responses import ResponseStore
from deployments.sessions.store import SessionStore
from deployments.sessions.sweep import Sweep
from deployments.sessions.turns import Turns


@serve.ingress()
class Ingress:
    """Stateless: sessions are in the database, counts in the limiter."""

    async def __init__(  # type: ignore[misc]  # Serve awaits it
        self, config: AppConfig, embedder: Handle, chat: Handle, summarizer: Handle
    ) -> None:
        folder = data_dir(config)
        with announced():
            load_env_file()
            keys = load_keys(os.environ, folder, may_generate=config.auth.generate_key)
            keys.require(config.limits.budgets, "limits.budgets")
            url = config.sessions.url
            database = connect(url.get_secret_value() if url else sqlite_url(folder))
            await migrate(database)
        health = GraphHealth(serve.get_replica_context().app_name)
        kept = config.sessions
        sweep = Sweep(database, every_s=kept.sweep_s, ttl_s=kept.ttl_s, max_bytes=kept.max_bytes)
        self._sweeping = asyncio.create_task(sweep.run())
        self._config, self._limiter = config, limiter_of(config.limits)
        services = Services(
            config=config,
            keys=keys,
            limiter=self._limiter,
            embedder=RecallingEmbedder(
                RemoteEmbedder("Embedder", routed_here(embedder), health),
                max_bytes=config.embedding.ingress_cache_bytes,
            ),
            chat=RemoteChat("Chat", routed_here(chat), health),
            summarizer=RemoteSummarizer("Summarizer", routed_here(summarizer), health),
            parser=Parser(spare=True),
            sessions=SessionStore(database, ttl_s=config.sessions.ttl_s),
            turns=Turns(database, wait_s=config.sessions.turn_wait_s),
            responses=ResponseStore(database, ttl_s=config.sessions.ttl_s),
            conversations=ConversationStore(database, ttl_s=config.sessions.ttl_s),
            background=Background(ProgressStore(database, ttl_s=config.sessions.ttl_s)),
            health=health,
            metrics=ClusterMetrics(),
            gemini_key_set=gemini_api_key() is not None,
        )
        self._api = create_api(services)

    def reconfigure(self, user_config: dict[str, Any]) -> None:
        """Serve calls it at the start, and again when the YAML's `user_config` changes, without a restart."""
        config = override(LiveConfig.model_validate(user_config).applied_to(self._config))
        self._limiter.use(config.limits)
        self._api.state.services = replace(self._api.state.services, config=config)

    def __serve_build_asgi_app__(self) -> FastAPI:
        return self._api
