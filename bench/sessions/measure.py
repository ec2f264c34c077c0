"""A chat request with and without a session, a list of sessions, and turns that are stored at once."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bench.figure import Figure
from bench.graph import client, starting
from bench.sessions.filled import SAID, SESSIONS, TURNS, fill
from deployments.chat.messages import Message
from deployments.sessions.database import Database, connect, sqlite_url
from deployments.sessions.migrate import migrate
from deployments.sessions.turns import Turns

OWNER = "bench"  # the name of the graph's key
WARM_UP, CALLS = 20, 200
AT_ONCE, ROUNDS = 200, 10
QUESTION = {"role": "user", "content": "And what is 20 + 20?"}
THERE = f"with {SESSIONS:,} sessions of {TURNS} turns there"


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        database = connect(sqlite_url(Path(name) / "egemma-serve"))
        await migrate(database)
        ids = await fill(database, OWNER)
        with starting(folder=Path(name)) as workbench:
            workbench.wait_until_up()
            async with client(workbench) as http:
                figures = [await _added(http, ids), await _listing(http)]
        figures.append(await _at_once(database, ids))
        await database.close()
    return figures


async def _added(http: httpx.AsyncClient, ids: list[str]) -> Figure:
    """The same conversation, sent whole or known by its id, in turn; the engine finds all but its end in its cache."""
    history = [{"role": message.role, "content": message.content} for message in SAID]
    alone, stored = [], []
    for session_id in ids[: WARM_UP + CALLS]:
        alone.append(await _chat(http, [*history, QUESTION], {}))
        stored.append(await _chat(http, [QUESTION], {"X-Session-Id": session_id}))
    without, with_session = median(alone[WARM_UP:]), median(stored[WARM_UP:])
    detail = f"{with_session:.3g} and {without:.3g} ms, {CALLS} of each in turn, {THERE}"
    return Figure("a session adds to the median chat request", with_session - without, 5, "ms", detail)


async def _chat(http: httpx.AsyncClient, messages: list[Any], headers: dict[str, str]) -> float:
    body = {"messages": messages, "temperature": 0, "max_tokens": 1}
    return await _timed(http.post("/v1/chat/completions", json=body, headers=headers))


async def _listing(http: httpx.AsyncClient) -> Figure:
    times = [await _timed(http.get("/v1/sessions?limit=100")) for _ in range(WARM_UP + CALLS)][WARM_UP:]
    return Figure("listing 100 sessions", median(times), 20, "ms", f"median of {CALLS}, {THERE}")


async def _at_once(database: Database, ids: list[str]) -> Figure:
    """Any error ends the bench."""
    turns = Turns(database, wait_s=10)
    said = [Message("user", QUESTION["content"]), Message("assistant", "It is 40.")]

    async def talk(session_id: str) -> None:
        for _ in range(ROUNDS):
            async with turns.turn(OWNER, session_id) as turn:
                await turns.store(turn, said, token_count=0)

    begun = time.perf_counter()
    await asyncio.gather(*map(talk, ids[-AT_ONCE:]))
    rate = AT_ONCE * ROUNDS / (time.perf_counter() - begun)
    detail = f"{AT_ONCE} sessions side by side, {ROUNDS} turns each, loaded and stored, no error, {THERE}"
    return Figure("turns on SQLite", rate, 200, "turns/s", detail, is_floor=True)


async def _timed(asked: Any) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    (await asked).raise_for_status()
    return (time.perf_counter() - begun) * 1000
