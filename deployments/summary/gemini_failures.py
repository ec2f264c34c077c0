"""How the Gemini API fails → our errors, and which failures may pass if one asks again."""

import math
import random
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import tenacity
from google.genai import errors

from deployments.config import GeminiConfig
from deployments.errors import (
    ModelNotFound,
    ServingError,
    UpstreamError,
    UpstreamOverloaded,
    UpstreamQuota,
    UpstreamTimeout,
)

T = TypeVar("T")

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
_PASSING = {500, 502, 503}
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


class Failures:
    """`api_key` is here to be kept out of what is said."""

    def __init__(self, config: GeminiConfig, api_key: str) -> None:
        self._config = config
        self._api_key = api_key

    @contextmanager
    def of(self, model: str) -> Iterator[None]:
        """Translates what is raised inside."""
        try:
            yield
        except errors.APIError as error:
            raise self._translated(error, model) from None
        except httpx.TimeoutException:
            raise UpstreamTimeout(f"Gemini was silent for {self._config.timeout_s:g} seconds.") from None
        except httpx.ConnectError as error:
            raise UpstreamOverloaded(f"Gemini cannot be reached: {type(error).__name__}.") from None
        except httpx.HTTPError as error:
            raise UpstreamError(f"Gemini's answer broke off: {type(error).__name__}.") from None
        except ValueError as error:  # no JSON, or not of the API's shape
            raise UpstreamError(f"Gemini's answer cannot be read: {type(error).__name__}.") from None

    async def retried(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Asks again what may pass, a few times: after a pause that grows, and as long as the API asks for."""

        async def attempt() -> T:
            return await ask()

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(self._may_pass),
            stop=tenacity.stop_after_attempt(1 + self._config.retries),
            wait=_pause_s,
            reraise=True,
        )
        answer: T = await retrying(attempt)
        return answer

    def _may_pass(self, error: BaseException) -> bool:
        """A timeout may not: the answer that nobody waited for was made, and will be paid."""
        if isinstance(error, errors.APIError) and error.code == 429:
            delay = _retry_delay_s(error)
            return delay is not None and delay <= self._config.longest_retry_s
        if isinstance(error, errors.APIError):
            return error.code in _PASSING
        return isinstance(error, httpx.ConnectError | httpx.RemoteProtocolError)

    def _translated(self, error: errors.APIError, model: str) -> ServingError:
        if error.code == 404:
            return ModelNotFound(f"Gemini has no model {model[:100]!r}.", param="model_name")
        if error.code == 429:
            return UpstreamQuota("Gemini's quota is used up.", retry_after_s=_whole(_retry_delay_s(error)))
        if error.code in (408, 504):
            return UpstreamTimeout("Gemini did not answer in time.")
        if error.code >= 500:
            said = error.status or error.code
            return UpstreamOverloaded(
                f"Gemini is not able to answer now ({said}).", retry_after_s=_whole(_retry_delay_s(error))
            )
        if error.code in (401, 403) or "API_KEY_INVALID" in _reasons(error):
            return UpstreamError("Gemini refused the API key; check GEMINI_API_KEY.")
        message = (error.message or str(error.status or error.code)).replace(self._api_key, "…").strip()
        return UpstreamError(f"Gemini refused the request: {message[:500]}")


def _pause_s(state: tenacity.RetryCallState) -> float:
    """Many who failed together do not come back together."""
    error = state.outcome.exception() if state.outcome else None
    asked = _retry_delay_s(error) if isinstance(error, errors.APIError) else None
    grown = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (state.attempt_number - 1))
    return (asked or 0) + random.uniform(grown / 2, grown)


def _details(error: errors.APIError) -> list[dict[str, Any]]:
    body = error.details.get("error", {}) if isinstance(error.details, dict) else {}
    details = body.get("details", []) if isinstance(body, dict) else []
    return [detail for detail in details if isinstance(detail, dict)]


def _reasons(error: errors.APIError) -> list[str]:
    """Of the google.rpc.ErrorInfo."""
    return [str(detail.get("reason")) for detail in _details(error)]


def _retry_delay_s(error: errors.APIError) -> float | None:
    """`retryDelay` of a google.rpc.RetryInfo, such as "17s"."""
    delays = (_SECONDS.fullmatch(str(detail.get("retryDelay"))) for detail in _details(error))
    return next((float(delay[1]) for delay in delays if delay), None)


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else max(1, math.ceil(seconds))
