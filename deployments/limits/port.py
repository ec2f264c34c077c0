"""A port on which a limiter is asked. It knows who may ask, not how is counted."""

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable

from deployments.limits.limiter import Grant
from deployments.limits.messages import GRANTS, QUESTIONS, Address, Asked, packed, read

logger = logging.getLogger(__name__)

SECRET_BYTES = 32
SECRET_S = 5.0  # within which a connection must have said it


class Port:
    """Answers on one event loop, and to nobody who was not told the address: it holds a secret of this process."""

    def __init__(self, answer: Callable[[list[Asked]], list[Grant]]) -> None:
        self._answer = answer
        self._secret = secrets.token_bytes(SECRET_BYTES)
        self._server: asyncio.Server | None = None
        self._opening = asyncio.Lock()

    async def address(self, host: str) -> Address:
        """Opens at the first call. Raises OSError where this machine has no such address."""
        async with self._opening:
            self._server = self._server or await asyncio.start_server(self._serve, host, port=0)
        _, port, *_ = self._server.sockets[0].getsockname()
        return Address(host, port, self._secret)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._admit(reader)
            while True:
                writer.write(packed(GRANTS, self._answer(await read(QUESTIONS, reader))))
                await writer.drain()
        except (EOFError, OSError):
            pass  # whoever asked has left
        except ValueError as error:
            logger.warning("Closed a connection to the limiter from %s: %s", writer.get_extra_info("peername"), error)
        finally:
            writer.transport.abort()

    async def _admit(self, reader: asyncio.StreamReader) -> None:
        async with asyncio.timeout(SECRET_S):
            said = await reader.readexactly(SECRET_BYTES)
        if not hmac.compare_digest(said, self._secret):
            raise ValueError("it does not know the secret")
