"""Summaries by the Gemini API. It alone speaks google-genai, whose failures become ours and never a text."""

from typing import Any

import httpx
from google import genai
from google.genai import errors, types

from deployments.config import GeminiConfig
from deployments.errors import (
    ModelNotFound,
    SafetyBlocked,
    ServingError,
    UpstreamError,
    UpstreamOverloaded,
    UpstreamQuota,
    UpstreamTimeout,
)
from deployments.summary.document import Answer, Document, Instructions, Usage

HARMS = (
    types.HarmCategory.HARM_CATEGORY_HARASSMENT,
    types.HarmCategory.HARM_CATEGORY_HATE_SPEECH,
    types.HarmCategory.HARM_CATEGORY_SEXUALLY_EXPLICIT,
    types.HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
)
STRICT = [types.SafetySetting(category=harm, threshold=types.HarmBlockThreshold.BLOCK_LOW_AND_ABOVE) for harm in HARMS]
OTHER_MODELS_THINKING_TOKENS = 1024


class GeminiClient:
    """All models of the API. Its key is in no message and no log."""

    def __init__(self, config: GeminiConfig, api_key: str) -> None:
        self._config = config
        milliseconds = int(config.timeout_s * 1000)
        options = types.HttpOptions(base_url=config.base_url, timeout=milliseconds)
        self._client = genai.Client(api_key=api_key, http_options=options).aio

    async def summarize(self, model: str, document: Document, instructions: Instructions) -> Answer:
        """Raises SafetyBlocked, ModelNotFound or an UpstreamError."""
        try:
            response = await self._client.models.generate_content(
                model=model, contents=document.text or " ", config=self._generation(model, instructions)
            )
        except errors.APIError as error:
            raise _translated(error, model) from None
        except (TimeoutError, httpx.TimeoutException):
            raise UpstreamTimeout(f"Gemini did not answer within {self._config.timeout_s:g} seconds.") from None
        except (httpx.HTTPError, OSError) as error:
            raise UpstreamOverloaded(f"Gemini cannot be reached: {type(error).__name__}.") from None
        return _answer(response)

    def _generation(self, model: str, instructions: Instructions) -> types.GenerateContentConfig:
        """Thinking is paid from the same limit as the answer, so its budget comes on top."""
        thinking = self._config.thinking_tokens.get(model)
        return types.GenerateContentConfig(
            system_instruction=instructions.system,
            temperature=instructions.temperature,
            max_output_tokens=instructions.max_tokens
            + (OTHER_MODELS_THINKING_TOKENS if thinking is None else thinking),
            thinking_config=None if thinking is None else types.ThinkingConfig(thinking_budget=thinking),
            safety_settings=STRICT if instructions.enable_safety else None,
        )


def _answer(response: types.GenerateContentResponse) -> Answer:
    feedback = response.prompt_feedback
    if feedback and feedback.block_reason:
        raise SafetyBlocked(f"Gemini blocked the document: {feedback.block_reason.value}{_harms(feedback)}.")
    candidate = response.candidates[0] if response.candidates else None
    if candidate and candidate.finish_reason == types.FinishReason.SAFETY:
        raise SafetyBlocked(f"Gemini blocked its answer: SAFETY{_harms(candidate)}.")
    text = response.text if candidate else None
    if not text:
        reason = candidate.finish_reason.value if candidate and candidate.finish_reason else "no candidate"
        raise UpstreamError(f"Gemini gave no answer ({reason}).")
    is_cut = candidate is not None and candidate.finish_reason == types.FinishReason.MAX_TOKENS
    return Answer(text, _usage(response), truncated=is_cut)


def _harms(rated: Any) -> str:
    """The categories that were the reason, as far as the API says."""
    ratings = [rating for rating in rated.safety_ratings or [] if rating.blocked]
    return "".join(f" ({rating.category.value})" for rating in ratings)


def _usage(response: types.GenerateContentResponse) -> Usage:
    counted = response.usage_metadata
    if not counted:
        return Usage()
    return Usage(counted.prompt_token_count or 0, (counted.total_token_count or 0) - (counted.prompt_token_count or 0))


def _translated(error: errors.APIError, model: str) -> ServingError:
    if error.code == 404:
        return ModelNotFound(f"Gemini has no model {model[:100]!r}.", param="model_name")
    if error.code == 429:
        return UpstreamQuota("Gemini's quota is used up.", retry_after_s=_retry_delay_s(error.details))
    if error.code in (408, 504):
        return UpstreamTimeout("Gemini did not answer in time.")
    if error.code >= 500:
        return UpstreamOverloaded(f"Gemini is not able to answer now ({error.status or error.code}).")
    if error.code in (401, 403):
        return UpstreamError("Gemini refused the API key; check GEMINI_API_KEY.")
    return UpstreamError(f"Gemini refused the request ({error.status or error.code}).")


def _retry_delay_s(details: Any) -> int | None:
    """`retryDelay` of a google.rpc.RetryInfo, such as "17s"."""
    items = details.get("error", {}).get("details", []) if isinstance(details, dict) else []
    delays = [str(item.get("retryDelay", "")).rstrip("s") for item in items if isinstance(item, dict)]
    return next((max(1, round(float(delay))) for delay in delays if delay.replace(".", "", 1).isdigit()), None)
