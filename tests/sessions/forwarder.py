"""Stands between a client and its server, and may fall silent: connections stay open, and nothing passes any more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

BYTES = 65536


class Forwarder:
    def __init__(self, host: str, port: int) -> None:
        self._server_address = host, port
        self._passes = asyncio.Event()
        self._passes.set()
        self._forwarding: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        port: int = self._listening.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1")

    async def stop(self) -> None:
        self._listening.close()
        for task in self._forwarding:
            task.cancel()
        await asyncio.gather(*self._forwarding, return_exceptions=True)

    def fall_silent(self) -> None:
        self._passes.clear()

    def speak_again(self) -> None:
        self._passes.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._server_address)
        for one_way in (self._forward(reader, back), self._forward(there, writer)):
            task = asyncio.create_task(one_way)
            self._forwarding.add(task)
            task.add_done_callback(self._forwarding.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while sent := await reader.read(BYTES):
                await self._passes.wait()
                writer.write(sent)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def forwarding_to(host: str, port: int) -> AsyncIterator[Forwarder]:
    forwarder = Forwarder(host, port)
    await forwarder.start()
    try:
        yield forwarder
    finally:
        await forwarder.stop()
