"""What has been spent, in Redis: for several clusters, and for counts that outlive a restart."""

import logging
import uuid

from redis.exceptions import RedisError

from deployments.config import LimitsConfig, TokenBudget
from deployments.errors import Uncounted
from deployments.limits.budgets import UNCOUNTED, Budgets, Hold
from deployments.limits.redis_client import PREFIX, redis_client

logger = logging.getLogger(__name__)

# A hash per key holds the name of the span and what is spent in it, and goes when the span ends.
# ARGV: how much may be spent, how much is held, the milliseconds of a span, and a name if one begins.
HOLD = """
if redis.call('HSETNX', KEYS[1], 'span', ARGV[4]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
local spent = tonumber(redis.call('HGET', KEYS[1], 'spent') or 0)
local is_given = spent < tonumber(ARGV[1])
if is_given then redis.call('HINCRBY', KEYS[1], 'spent', ARGV[2]) end
return {redis.call('HGET', KEYS[1], 'span'), redis.call('PTTL', KEYS[1]), is_given and 1 or 0}
"""
# ARGV: the span, and by how much the call's cost differs from what was held.
SETTLE = """
if redis.call('HGET', KEYS[1], 'span') == ARGV[1] then redis.call('HINCRBY', KEYS[1], 'spent', ARGV[2]) end
"""


class RedisBudgets(Budgets):
    """While Redis is away nothing is spent."""

    def __init__(self, config: LimitsConfig, url: str) -> None:
        """Connects at the first question. Raises ConfigError for a URL that cannot be meant."""
        super().__init__(config)
        self._client = redis_client(url)
        self._hold_script = self._client.register_script(HOLD)
        self._settle_script = self._client.register_script(SETTLE)

    async def close(self) -> None:
        await self._client.aclose()

    async def _hold(self, key: str, budget: TokenBudget, tokens: int) -> Hold:
        sizes: list[int | str] = [budget.tokens, tokens, budget.seconds * 1000, uuid.uuid4().hex]
        try:
            span, left_ms, is_given = await self._hold_script([_name(key)], sizes)
        except (RedisError, OSError) as error:
            logger.error("The Redis of the budgets is away, and nothing is spent: %s", error)
            raise Uncounted(UNCOUNTED) from None
        return Hold(span.decode(), left_ms / 1000, bool(is_given))

    async def _settle(self, key: str, span: str, difference: int) -> None:
        try:
            await self._settle_script([_name(key)], [span, difference])
        except (RedisError, OSError) as error:
            logger.error(
                "The Redis of the budgets is away; %+d tokens of %s are not booked: %s", difference, key, error
            )


def _name(key: str) -> str:
    return f"{PREFIX}:budget:{key}"
