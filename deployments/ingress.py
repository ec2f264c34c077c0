"""The door: holds the handles, and returns the API that is made of them. No route is here."""

import os

from fastapi import FastAPI
from ray import serve

from deployments.api.app import create_api
from deployments.api.keys import load_keys
from deployments.api.services import Services
from deployments.config import AppConfig
from deployments.environment import gemini_api_key, load_env_file
from deployments.health import GraphHealth
from deployments.limiter import RemoteLimiter
from deployments.metrics import ClusterMetrics
from deployments.notices import announced
from deployments.parsing.process import Parser
from deployments.remote import Handle, RemoteChat, RemoteEmbedder, RemoteSummarizer, routed_here
from deployments.resources import data_dir
from deployments.sessions.database import connect, create_tables, sqlite_url
from deployments.sessions.store import SessionStore
from deployments.sessions.turns import Turns
from deployments.summary.personas import Personas


@serve.ingress()
class Ingress:
    """Stateless: sessions are in the database, counts in the limiter."""

    async def __init__(  # type: ignore[misc]  # Serve awaits it
        self, config: AppConfig, personas: Personas, embedder: Handle, chat: Handle, summarizer: Handle
    ) -> None:
        folder = data_dir(config)
        with announced():
            load_env_file()
            keys = load_keys(os.environ, folder, may_generate=config.auth.generate_key)
            url = config.sessions.url
            database = connect(url.get_secret_value() if url else sqlite_url(folder))
            await create_tables(database)
        health = GraphHealth(serve.get_replica_context().app_name)
        self._services = Services(
            config=config,
            keys=keys,
            limiter=RemoteLimiter(config.limits),
            embedder=RemoteEmbedder("Embedder", routed_here(embedder), health),
            chat=RemoteChat("Chat", routed_here(chat), health),
            summarizer=RemoteSummarizer("Summarizer", routed_here(summarizer), health),
            parser=Parser(),
            sessions=SessionStore(database),
            turns=Turns(database, wait_s=config.sessions.turn_wait_s),
            personas=personas,
            health=health,
            metrics=ClusterMetrics(),
            gemini_key_set=gemini_api_key() is not None,
        )

    def __serve_build_asgi_app__(self) -> FastAPI:
        return create_api(self._services)
