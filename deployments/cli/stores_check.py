"""Databases that a file names: whether their URLs can be meant, and their clients are here.

None of them is asked: it may be elsewhere, and away.
"""

from collections.abc import Callable, Iterator

from deployments.cli.serve_file import ServeFile
from deployments.embedding.tiers import shared_cache
from deployments.errors import ConfigError
from deployments.limiter import limiter_of
from deployments.sessions.database import connect


def store_problems(file: ServeFile) -> Iterator[str]:
    config, sessions = file.config, file.config.sessions.url
    clients: list[Callable[[], object]] = [lambda: limiter_of(config.limits), lambda: shared_cache(config.embedding)]
    if sessions:
        clients.append(lambda: connect(sessions.get_secret_value()))
    for client in clients:
        try:
            client()
        except ConfigError as error:
            yield f"args.{error}"
