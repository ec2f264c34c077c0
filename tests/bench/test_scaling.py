"""A model that sleeps is a model in all else."""

import asyncio
import time

from bench.scaling.chat import sleeping_chat
from bench.scaling.sleeping import STEP_S
from deployments.api.openai.local_chat import LocalChat
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.config import GeneratorConfig

TOKENS, STREAMS = 33, 8


async def test_many_answers_take_the_steps_of_one(pocket_path):
    """Each as long as it may be, of the same word, at a step's sleep per token."""
    service = sleeping_chat(GeneratorConfig(slots=STREAMS, context_tokens=1024), pocket_path)
    requests = [ChatRequest((Message("user", f"I am {i}."),), max_tokens=TOKENS) for i in range(STREAMS)]
    begun = time.perf_counter()
    answers = await asyncio.gather(*map(LocalChat(service).complete, requests))
    took = time.perf_counter() - begun
    service.close()

    assert [TOKENS] * STREAMS == [completion.usage.completion_tokens for [completion] in answers]
    assert {"word"} == {word for [completion] in answers for word in completion.message.content.split()}
    assert TOKENS * STEP_S <= took < STREAMS * TOKENS * STEP_S
