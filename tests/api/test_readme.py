"""The README's chat examples, word for word, get sensible answers from the model that comes with the workbench."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BODIES = [json.loads(body) for body in re.findall(r"-d '(\{\"messages\".*?\})'", README, re.DOTALL)]
SEEDS = range(5)  # of those that leave the temperature to the workbench


def asking(words: str) -> dict[str, Any]:
    (body,) = [body for body in BODIES if words in body["messages"][0]["content"] and "tools" not in body]
    return dict(body)


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_greeting(client, seed):
    """Is answered with one."""
    answer = await client.post("/v1/chat/completions", json=asking("Hello") | {"seed": seed})

    assert answer.json()["choices"][0]["message"]["content"].startswith("Hello")


async def test_a_sum_with_its_thoughts(client):
    """As the README prints them."""
    message = (await client.post("/v1/chat/completions", json=asking("2 + 2"))).json()["choices"][0]["message"]

    assert "2 + 2 = 4." == message["content"]
    assert message["thinking"].startswith("I calculate 2 + 2. Ones: 2 + 2 = 4.")


async def test_a_streamed_sum(sdk):
    """The SDK's lines, which leave out the temperature; the last ones of the section."""
    assert "What is 2 + 2?" in README.rpartition("from openai import OpenAI")[2].partition("```")[0]
    for seed in SEEDS:
        stream = await sdk.chat.completions.create(
            model="pocket-chat", messages=[{"role": "user", "content": "What is 2 + 2?"}], stream=True, seed=seed
        )
        assert "2 + 2 = 4." == "".join([chunk.choices[0].delta.content or "" async for chunk in stream])


async def test_a_tool(client):
    """Is called for the city that was asked for."""
    (body,) = [body for body in BODIES if "tools" in body]
    message = (await client.post("/v1/chat/completions", json=body)).json()["choices"][0]["message"]

    (call,) = message["tool_calls"]
    assert ("get_weather", {"city": "Oslo"}) == (call["function"]["name"], json.loads(call["function"]["arguments"]))


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_name_in_a_session(client, seed):
    """Is remembered, by the session alone."""
    session = (await client.post("/v1/sessions")).json()["session_id"]
    for words, answer in (("My name is Ada", "Nice to meet you, Ada!"), ("What is my name", "Your name is Ada.")):
        body, headers = asking(words) | {"seed": seed}, {"X-Session-Id": session}
        said = (await client.post("/v1/chat/completions", json=body, headers=headers)).json()
        assert answer == said["choices"][0]["message"]["content"]
