"""A connection to a limiter's port. It knows how long an answer may take, not what is asked."""

import asyncio
import socket
import sys

from deployments.limits.limiter import Grant
from deployments.limits.messages import GRANTS, QUESTIONS, Address, Asked, packed, read

OPEN_S = 3.0  # after which a firewall is at work, for a system that is merely busy takes connections at once
ANSWER_S = 1.0
IDLE_S = 60  # after which the system asks whether the other end is still there: firewalls forget who is silent


class Line:
    """Carries one call at a time. Whatever ends a call early closes it, so that no answer meets another question."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, address: Address) -> "Line":
        """Raises OSError where nobody answers there, or not to us."""
        try:
            async with asyncio.timeout(OPEN_S):
                reader, writer = await asyncio.open_connection(address.host, address.port)
                _keep_alive(writer.get_extra_info("socket"))
                writer.write(address.secret)
                line = cls(reader, writer)
                await line.ask([], OPEN_S)
        except OSError as error:
            raise ConnectionError(f"no way to {address.host}:{address.port}: {error!r}") from error
        return line

    @property
    def is_open(self) -> bool:
        """As far as is known: the other end may have died without a word."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    async def ask(self, questions: list[Asked], within_s: float = ANSWER_S) -> list[Grant]:
        """Raises OSError."""
        try:
            async with asyncio.timeout(within_s):
                self._writer.write(packed(QUESTIONS, questions))
                return await read(GRANTS, self._reader)
        except (EOFError, ValueError) as error:
            self.close()
            raise ConnectionError(repr(error)) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._writer.transport.abort()


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE_S)
