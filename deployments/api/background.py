"""Work that goes on though nobody waits for it. It knows who may stop it, and nothing of what is done."""

import asyncio
import logging
from collections.abc import Coroutine

from deployments.errors import ServingError
from deployments.sessions.progress import ALIVE_S, NoLongerWanted, ProgressStore

logger = logging.getLogger(__name__)

BEAT_S = ALIVE_S / 15  # how soon work stops that another process cancels


class Background:
    """Each work belongs to a response and to this process; others see in the store how it stands."""

    def __init__(self, progress: ProgressStore) -> None:
        self.progress = progress
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, response_id: str, work: Coroutine[object, object, None]) -> None:
        watch = asyncio.create_task(self._watch(response_id, work))
        self._running[response_id] = watch
        watch.add_done_callback(lambda _: self._running.pop(response_id))

    def stop(self, response_id: str) -> None:
        """At once, if it runs here; elsewhere it is noticed within a second that it was cancelled."""
        if watch := self._running.get(response_id):
            watch.cancel()

    async def _watch(self, response_id: str, work: Coroutine[object, object, None]) -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work)
            while not (await asyncio.wait([task], timeout=BEAT_S))[0]:
                try:
                    await self.progress.tell(response_id)
                except NoLongerWanted:
                    task.cancel()
                except ServingError as error:
                    logger.warning("A response in the background could not say that it goes on: %s", error)
