"""A client of the Redis that counts. It knows how long an answer may take, not what is asked."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from deployments.errors import ConfigError

PREFIX = "workbench:limits"
ANSWER_S = 0.5  # that Redis may take; then it counts as away
CONNECTIONS, QUEUE_S = 32, 2.0  # at once, and how long the next question waits for one of them


def redis_client(url: str) -> Redis:
    """Connects at the first question. Raises ConfigError for a URL that cannot be meant."""
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=QUEUE_S,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), retries=1),  # a connection that has gone stale is made anew
            retry_on_error=[ConnectionResetError],
        )
    except ValueError as error:
        raise ConfigError(f"limits.url is no URL of a Redis, such as redis://HOST:6379/0: {error}.") from None
    return Redis.from_pool(pool)
