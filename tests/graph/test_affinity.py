"""Conversations find their keys and values again, with three chat models, two doors, and clients of both kinds."""

import asyncio
import signal
import threading
from dataclasses import dataclass, field

import httpx
import pytest

from tests.graph.conftest import ARGS, KEYS
from tests.graph.workbench import Workbench, config, running

CONVERSATIONS, TURNS, AT_ONCE = 40, 5, 4
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    raw = config(**ARGS | {"chat": {"context_tokens": 2048, "slots": 3, "threads": 1}})
    entries = {entry["name"]: entry for entry in raw["applications"][0]["deployments"]}
    entries["Chat"] |= {"num_replicas": 3, "ray_actor_options": {"num_cpus": 0.1}}
    entries["Ingress"]["num_replicas"] = 2
    with running(raw, tmp_path_factory.mktemp("three"), WORKBENCH_API_KEYS=KEYS) as workbench:
        workbench.wait_until_up(200)
        yield workbench


@dataclass
class Talk:
    """One client. With a `session` the server keeps its history, without one it sends all of it each time."""

    number: int
    session: str | None = None
    history: list[dict] = field(default_factory=list)
    prompt_tokens: int = 0

    async def turn(self, client: httpx.AsyncClient) -> bool:
        """Whether what the last prompt computed was found again."""
        said = {"role": "user", "content": f"Client {self.number}, message {len(self.history)}: " + "tell me more " * 6}
        messages = [said] if self.session else [*self.history, said]
        headers = {"X-Session-Id": self.session} if self.session else {}
        asked = {"messages": messages, "max_tokens": 8, "temperature": 0}
        answer = await client.post("/v1/chat/completions", json=asked, headers=headers)
        assert 200 == answer.status_code, answer.text
        self.history += [said, {"role": "assistant", "content": said_of(answer)}]
        usage, before = answer.json()["usage"], self.prompt_tokens
        self.prompt_tokens = usage["prompt_tokens"]
        return before > 0 and usage["prompt_tokens_details"]["cached_tokens"] >= 0.8 * before


def said_of(answer: httpx.Response) -> str:
    return answer.json()["choices"][0]["message"]["content"] or "…"


def turns(workbench: Workbench, talks: list[Talk]) -> list[bool]:
    """One of each, a few at once."""
    return asyncio.run(_turns(workbench, talks))


async def _turns(workbench: Workbench, talks: list[Talk]) -> list[bool]:
    places = asyncio.Semaphore(AT_ONCE)
    headers = {"Authorization": "Bearer alices-key"}

    async with httpx.AsyncClient(base_url=workbench.url, headers=headers, timeout=120) as client:

        async def one(talk: Talk) -> bool:
            async with places:
                return await talk.turn(client)

        return await asyncio.gather(*map(one, talks))


def test_conversations_find_their_cache(three):
    """95 of a hundred turns after the first. When a replica dies, only those that it held begin anew, none is lost."""
    auth = {"Authorization": "Bearer alices-key"}
    talks = [Talk(i) for i in range(CONVERSATIONS)]
    for talk in talks[::2]:
        talk.session = httpx.post(f"{three.url}/v1/sessions", headers=auth).json()["session_id"]
    turns(three, talks)
    found = [hit for _ in range(TURNS - 1) for hit in turns(three, talks)]
    assert sum(found) >= 0.95 * len(found), f"{sum(found)} of {len(found)}"

    chats = [p for p in three.family() if "ServeReplica:workbench:Chat" in " ".join(p.cmdline())]
    assert 3 == len(chats)
    threading.Timer(0.5, chats[0].send_signal, [signal.SIGKILL]).start()  # while it answers some of them
    lost = 2 * CONVERSATIONS - sum(turns(three, talks) + turns(three, talks))
    assert 0 < lost <= CONVERSATIONS * 0.6, f"a third or so, not {lost}"
    assert sum(turns(three, talks)) >= 0.95 * CONVERSATIONS
