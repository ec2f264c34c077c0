"""Who waits for a deployment is sent away when waiting is in vain, and nobody else."""

import asyncio
import threading

import pytest

from deployments.callers import Callers
from deployments.errors import ModelNotReady


async def call(callers: Callers, deployment: str, answer: asyncio.Future[str]) -> str:
    async with callers.waiting(deployment):
        return await answer


async def started(callers: Callers, deployment: str) -> tuple[asyncio.Task[str], asyncio.Future[str]]:
    answer = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(call(callers, deployment, answer))
    await asyncio.sleep(0)
    return task, answer


async def test_all_callers_of_a_deployment_hear_why_they_are_sent_away():
    """Their calls are cancelled. It may be said from any thread, and more than once."""
    callers = Callers()
    calls = [await started(callers, "Chat") for _ in range(3)]
    for _ in range(2):
        threading.Thread(target=callers.send_away, args=("Chat", "no room")).start()
    errors = await asyncio.gather(*(task for task, _ in calls), return_exceptions=True)

    assert ["no room"] * 3 == [error.message for error in errors if isinstance(error, ModelNotReady)]
    assert all(answer.cancelled() for _, answer in calls)


async def test_callers_of_another_deployment_wait_on():
    """So do those who come later."""
    callers = Callers()
    (away, _), embedder = await started(callers, "Chat"), await started(callers, "Embedder")
    callers.send_away("Chat", "no room")
    await asyncio.sleep(0.01)
    later = await started(callers, "Chat")
    for _, answer in (embedder, later):
        answer.set_result("answer")

    assert isinstance(away.exception(), ModelNotReady)
    assert ["answer", "answer"] == [await task for task, _ in (embedder, later)]


async def test_a_timeout_of_the_call_itself_stays_one():
    """And a cancelled caller is cancelled."""
    callers = Callers()
    (late, answer), (leaving, _) = await started(callers, "Chat"), await started(callers, "Chat")
    answer.set_exception(TimeoutError())
    leaving.cancel()

    with pytest.raises(TimeoutError):
        await late
    with pytest.raises(asyncio.CancelledError):
        await leaving
