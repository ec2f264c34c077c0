"""Many at once, and some who leave: slots are shared, queues are bounded, nothing is left behind."""

import asyncio
import time

import httpx
import openai
import pytest

from deployments.engine.llama.weights import Weights

HELLO = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(scope="package")
def endless(pocket_path):
    """A request whose answer never comes to an end by itself: the model may not close the message it is in."""
    weights = Weights(pocket_path)
    closing = {*weights.vocabulary.ends, weights.vocabulary.control("<|end|>")}
    weights.close()
    banned = {str(token): -100 for token in closing}
    return {"messages": HELLO, "max_tokens": 1900, "stream": True, "include_thinking": True, "logit_bias": banned}


@pytest.fixture
async def client(workbench, auth):
    async with httpx.AsyncClient(base_url=workbench.url, headers=auth, timeout=60) as client:
        yield client


class Stream:
    """A streamed answer whose first event has been read. The rest is neither read nor given up before `leave`."""

    def __init__(self, client, body) -> None:
        self._stream = client.stream("POST", "/v1/chat/completions", json=body)

    async def begin(self) -> httpx.Response:
        self.response = await self._stream.__aenter__()
        self._lines = self.response.aiter_lines()  # kept, since httpx closes the connection with its iterator
        await anext(self._lines)
        return self.response

    async def leave(self) -> None:
        await self._stream.__aexit__(None, None, None)


async def test_a_client_that_leaves_frees_its_slot(client, endless):
    """Both slots are taken for a long time; when their clients go, the next one is served at once."""
    streams = [Stream(client, endless) for _ in range(2)]
    for stream in streams:
        assert 200 == (await stream.begin()).status_code
    for stream in streams:
        await stream.leave()
    begun = time.monotonic()
    answer = await client.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 5})

    assert 200 == answer.status_code, answer.text
    assert time.monotonic() - begun < 5


async def test_a_full_queue_is_503_with_a_time_to_come_back(client, endless):
    """Two run, two wait, and whoever comes then is told at once."""
    streams = [Stream(client, endless) for _ in range(8)]
    tasks = [asyncio.create_task(stream.begin()) for stream in streams]
    answers = []
    for answer in asyncio.as_completed(tasks):
        answers.append(await answer)
        if len(answers) == 6:
            break
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for stream in streams:
        await stream.leave()

    assert [200] * 2 + [503] * 4 == sorted(answer.status_code for answer in answers)
    assert {"1", None} == {answer.headers.get("Retry-After") for answer in answers}


async def test_fifty_conversations_at_once_do_not_mix(workbench, sdk):
    """Each gets the answer it would get alone, as the queue allows."""
    client = openai.AsyncOpenAI(base_url=f"{workbench.url}/v1", api_key="alices-key", max_retries=20)
    questions = [f"What is {i} + {i + 1}?" for i in range(12)]

    async def ask(question: str) -> str:
        answer = await client.chat.completions.create(
            model="pocket-chat", messages=[{"role": "user", "content": question}], temperature=0, max_tokens=24
        )
        return answer.choices[0].message.content

    alone = [await ask(question) for question in questions[:3]]
    together = await asyncio.gather(*map(ask, questions))

    assert alone == together[:3]


async def test_health_answers_at_once_whatever_runs(client, endless):
    """While streams, embeddings and a large parse keep every core busy."""
    source = b"def f(x):\n    return [g(x) for g in x if x.y(1)]\n" * 30_000
    stream = Stream(client, endless)
    work = [
        asyncio.create_task(stream.begin()),
        asyncio.create_task(
            client.post("/parse-ast", files={"file": ("a.py", source)}, data={"language": "python"}, timeout=120)
        ),
        asyncio.create_task(client.post("/v1/embeddings", json={"input": [f"text {i} " * 50 for i in range(200)]})),
    ]
    times = []
    async with httpx.AsyncClient(base_url=client.base_url) as somebody:
        for _ in range(60):
            begun = time.monotonic()
            assert 200 == (await somebody.get("/health")).status_code
            times.append(time.monotonic() - begun)
            await asyncio.sleep(0.02)
    answers = await asyncio.gather(*work)
    await stream.leave()

    assert [200, 200, 200] == [answer.status_code for answer in answers]
    assert sorted(times)[len(times) // 2] < 0.5, sorted(times)
