"""The Gemini API, asked for one answer at a time. It alone speaks google-genai."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from contextvars import ContextVar

import httpx
from google import genai
from google.genai import errors, types

from deployments.config import GeminiConfig, GeminiModelConfig
from deployments.summary.document import Answer, Instructions
from deployments.summary.gemini_failures import Failures
from deployments.summary.gemini_reply import Reply

HARMS = (
    types.HarmCategory.HARM_CATEGORY_HARASSMENT,
    types.HarmCategory.HARM_CATEGORY_HATE_SPEECH,
    types.HarmCategory.HARM_CATEGORY_SEXUALLY_EXPLICIT,
    types.HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
)
STRICT = [types.SafetySetting(category=harm, threshold=types.HarmBlockThreshold.BLOCK_LOW_AND_ABOVE) for harm in HARMS]

Chunk = types.GenerateContentResponse
Stream = tuple[Chunk | None, AsyncIterator[Chunk], httpx.Response]
Cost = Callable[[int], None]

BYTES_PER_TOKEN = 4  # of English text, about; where it matters, the API counts

_response: ContextVar[httpx.Response] = ContextVar("response")


class GeminiClient:
    """All models of the API. Its key is in no message and no log.

    Everything raises SafetyBlocked, ModelNotFound or an UpstreamError. `cost` is told what a call has cost so far, in
    tokens read, thought and written, as soon as that is known and whenever it changes.
    """

    def __init__(self, config: GeminiConfig, api_key: str) -> None:
        self._config = config
        self._failures = Failures(config, api_key)
        http = httpx.AsyncClient(timeout=config.timeout_s, event_hooks={"response": [_remember]})
        options = types.HttpOptions(
            base_url=config.base_url, timeout=int(config.timeout_s * 1000), httpx_async_client=http
        )
        self._models = genai.Client(api_key=api_key, http_options=options).aio.models

    def estimate(self, model: str, text: str, instructions: Instructions) -> int:
        """What a call costs at most, about, while nobody knows better."""
        read_bytes = len((text + instructions.system).encode("utf-8", "surrogatepass"))
        return read_bytes // BYTES_PER_TOKEN + self._most_tokens(model, instructions)

    async def answer(self, model: str, text: str, instructions: Instructions, cost: Cost = lambda _: None) -> Answer:
        async with aclosing(self.stream(model, text, instructions, cost)) as events:
            answers = [event async for event in events if isinstance(event, Answer)]
        return answers[0]

    async def stream(
        self, model: str, text: str, instructions: Instructions, cost: Cost = lambda _: None
    ) -> AsyncGenerator[str | Answer]:
        """Pieces of the answer as they come, then all of it."""
        reply = Reply(cost)
        with self._failures.of(model):
            first, others, response = await self._begun(model, text, instructions, cost)
            async with aclosing(response):  # the library hangs up only when its stream is collected as garbage
                if first and (piece := reply.add(first)):
                    yield piece
                async for chunk in others:
                    if piece := reply.add(chunk):
                        yield piece
        yield reply.answer()

    async def count_tokens(self, model: str, text: str) -> int:
        with self._failures.of(model):
            counted = await self._failures.retried(lambda: self._models.count_tokens(model=model, contents=text))
        return counted.total_tokens or 0

    async def _begun(self, model: str, text: str, instructions: Instructions, cost: Cost) -> Stream:
        """What the API refuses or fails at costs nothing: https://ai.google.dev/gemini-api/docs/billing."""
        try:
            return await self._failures.retried(lambda: self._begin(model, text, instructions))
        except (errors.APIError, httpx.ConnectError):
            cost(0)
            raise

    async def _begin(self, model: str, text: str, instructions: Instructions) -> Stream:
        """The first chunk is part of it, since a failure before it may be tried again."""
        generation = self._generation(model, instructions)
        chunks = await self._models.generate_content_stream(model=model, contents=text, config=generation)
        return await anext(chunks, None), chunks, _response.get()

    def _generation(self, model: str, instructions: Instructions) -> types.GenerateContentConfig:
        thinking = self._config.model(model)
        return types.GenerateContentConfig(
            system_instruction=instructions.system,
            temperature=instructions.temperature,
            max_output_tokens=self._most_tokens(model, instructions),
            thinking_config=_thinking(thinking),
            safety_settings=STRICT if instructions.enable_safety else None,
        )

    def _most_tokens(self, model: str, instructions: Instructions) -> int:
        """Thought and written."""
        return instructions.max_tokens + (self._config.model(model).thinking_tokens or 0)


async def _remember(response: httpx.Response) -> None:
    _response.set(response)


def _thinking(model: GeminiModelConfig) -> types.ThinkingConfig | None:
    """The API takes a level or a budget, never both."""
    if model.thinking_level:
        return types.ThinkingConfig(thinking_level=types.ThinkingLevel(model.thinking_level.upper()))
    if model.thinking_tokens is not None:
        return types.ThinkingConfig(thinking_budget=model.thinking_tokens)
    return None
