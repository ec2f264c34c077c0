"""A real server, for what only shows where a client can leave."""

import asyncio

import openai
import pytest
import uvicorn

from deployments.api.app import create_api


@pytest.fixture
async def served(services):
    """OpenAI's own client of the API behind real HTTP, as alice."""
    server = uvicorn.Server(uvicorn.Config(create_api(services), port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="alices-key") as client:
        yield client
    server.should_exit = True
    await serving
