"""Exact counts in Redis, for several clusters or for counts that outlive a restart. Redis may be away; it says so.

A script counts in one round trip, by Redis's own clock: machines whose clocks differ count alike.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from typing import Any

from redis.exceptions import RedisError

from deployments.config import LimitsConfig
from deployments.limits.elsewhere import LimiterElsewhere
from deployments.limits.limiter import Grant, Question, Standing, Window, granted, uncounted
from deployments.limits.redis_client import PREFIX, redis_client

logger = logging.getLogger(__name__)

AWAY_S = 2.0  # that it is left alone for then, so that not every request waits for it
STEPS = 1_000_000  # of Redis's clock, per second

# A sorted set per window holds its calls by their time. ARGV: what to do, a name for the call, then how many calls and
# how long a span each window has. It answers whether all had room, and of each the calls and when the oldest leaves.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local has_room, stands = 1, {}
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - ARGV[2 * i + 2])
  if ARGV[1] == 'refund' then redis.call('ZPOPMAX', key) end
  if redis.call('ZCARD', key) >= tonumber(ARGV[2 * i + 1]) then has_room = 0 end
end
for i, key in ipairs(KEYS) do
  if ARGV[1] == 'acquire' and has_room == 1 then
    redis.call('ZADD', key, now, ARGV[2])
    redis.call('PEXPIRE', key, math.ceil(ARGV[2 * i + 2] / 1000))
  end
  local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  stands[2 * i - 1] = redis.call('ZCARD', key)
  stands[2 * i] = (oldest[2] or now) + ARGV[2 * i + 2] - now
end
return {has_room, stands}
"""


class RedisLimiter(LimiterElsewhere):
    """While Redis is away everybody is let in, uncounted, and the log says so."""

    def __init__(self, config: LimitsConfig, url: str) -> None:
        """Connects at the first question. Raises ConfigError for a URL that cannot be meant."""
        super().__init__(config)
        self._client = redis_client(url)
        self._script = self._client.register_script(SCRIPT)
        self._away_until = 0.0

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, question: Question, windows: Sequence[Window]) -> Grant:
        if time.monotonic() < self._away_until:
            return uncounted(windows)
        try:
            has_room, stands = await self._run(question, windows)
        except (RedisError, OSError) as error:
            logger.error("The Redis of the limits is away, and requests are let in uncounted: %s", error)
            self._away_until = time.monotonic() + AWAY_S
            return uncounted(windows)
        return _answer(windows, bool(has_room), stands)

    async def _run(self, question: Question, windows: Sequence[Window]) -> Any:
        keys = [":".join((PREFIX, *window.name)) for window in windows]
        sizes = [size for window in windows for size in (window.calls, window.seconds * STEPS)]
        return await self._script(keys, [question, uuid.uuid4().hex, *sizes])


def _answer(windows: Sequence[Window], has_room: bool, stands: list[int]) -> Grant:
    pairs = zip(windows, stands[::2], stands[1::2], strict=True)
    standings = [Standing(window, max(0, window.calls - calls), left / STEPS) for window, calls, left in pairs]
    full = [standing for standing in standings if not standing.remaining]
    return granted(standings if has_room else full, allowed=has_room)
