"""Server-sent events: the first is awaited before the headers go out, and errors after it are events."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from fastapi.responses import StreamingResponse

from deployments.api.errors import INTERNAL, error_object
from deployments.api.sse import sse
from deployments.errors import ServingError

logger = logging.getLogger(__name__)

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # the latter lets nginx pass on each event at once


async def event_stream(events: AsyncGenerator[str]) -> StreamingResponse:
    """An error before the first event keeps its status; a later one is an event, after which nothing comes."""
    first = await anext(events, "")

    async def body() -> AsyncIterator[str]:
        async with aclosing(events):
            yield first
            try:
                async for event in events:
                    yield event
            except ServingError as error:
                yield sse({"error": error_object(error)})
            except Exception:  # the response has begun, so this is the only way left to say it
                logger.exception("Unexpected error in a stream")
                yield sse({"error": error_object(ServingError(INTERNAL))})

    return StreamingResponse(body(), media_type="text/event-stream", headers=HEADERS)
