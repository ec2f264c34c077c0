"""Conversations that begin alike are to be read once: how much of their prompts is computed."""

import asyncio

from bench import random_model
from bench.engine.ask import Message, ask, user
from bench.engine.sides import ours
from bench.figure import Figure

CONVERSATIONS, SYSTEM_TOKENS, CONTEXT_TOKENS = 16, 1000, 1536


async def measure() -> list[Figure]:
    async with ours(slots=CONVERSATIONS, context_tokens=CONTEXT_TOKENS) as graph:
        answers = await asyncio.gather(*(ask(graph, _messages(i), 8) for i in range(CONVERSATIONS)))
    computed, once = sum(answer.computed for answer in answers), answers[0].usage["prompt_tokens"]
    detail = f"{computed} tokens for {CONVERSATIONS} at once; one alone has {once}"
    return [Figure("prompts computed for a shared system prompt", computed / once, 1.2, "×", detail)]


def _messages(number: int) -> list[Message]:
    """Short questions, each with a first word of its own."""
    system = {"role": "system", "content": "Know:" + random_model.text(SYSTEM_TOKENS, 0)}
    return [system, user(random_model.words()[number])]
