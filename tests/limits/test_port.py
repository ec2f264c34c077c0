"""The limiter's port answers who knows the secret, and a message that is none harms only who sent it."""

import asyncio
import socket

import pytest

from deployments.limits.limiter import Window
from deployments.limits.line import Line
from deployments.limits.memory import Limiter
from deployments.limits.messages import GRANTS, MAX_BYTES, QUESTIONS, packed, read
from deployments.limits.port import Port
from tests.limits.limiter_process import LimiterProcess, acquire


async def said(limiter: LimiterProcess, *words: bytes) -> bytes:
    """What it answers until it closes the connection."""
    reader, writer = await asyncio.open_connection(*limiter.address[:2])
    writer.write(b"".join(words))
    try:
        async with asyncio.timeout(3):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_who_does_not_know_the_secret_is_not_answered(limiter):
    """Its connection is closed, the log says so in one line, and nothing was counted."""
    question = packed(QUESTIONS, [acquire("alice")])

    assert b"" == await said(limiter, b"x" * 32, question)
    assert b"" == await said(limiter, question)
    assert ["it does not know the secret"] * 2 == [line.rpartition(": ")[2] for line in limiter.log]
    assert 1 == (await (await Line.to(limiter.address)).ask([acquire("alice")]))[0].remaining


async def test_nobody_is_waited_for_who_never_says_the_secret(monkeypatch):
    """Strangers do not collect connections of the limiter."""
    monkeypatch.setattr("deployments.limits.port.SECRET_S", 0.1)
    host, port, _ = await Port(Limiter(10).answer).address("127.0.0.1")
    reader, writer = await asyncio.open_connection(host, port)

    assert b"" == await asyncio.wait_for(reader.read(), 3)
    writer.close()


@pytest.mark.parametrize(
    "message",
    [
        b"\x00\x00\x00\x04null",
        b"\x00\x00\x00\x05[[1]]",
        b'\x00\x00\x00\x0f[["answer", []]]',
        b"\x00\x00\x00\x03\xff\xfe{",
        (MAX_BYTES + 1).to_bytes(4, "big"),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_a_message_that_is_none_closes_its_own_connection_only(limiter, message):
    """One line of the log says so, whoever else asks is answered, and nobody waits for megabytes."""
    line = await Line.to(limiter.address)

    assert b"" == await said(limiter, limiter.address.secret, message)
    assert 1 == len(limiter.log)
    assert (await line.ask([acquire("alice")]))[0].allowed
    assert line.is_open


async def test_all_who_ask_at_once_for_the_address_are_told_the_same():
    """It is one port, on that address of the machine alone."""
    port = Port(Limiter(10).answer)
    first, *others = await asyncio.gather(*(port.address("127.0.0.1") for _ in range(5)))

    assert [first] * 4 == others
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.2", first.port), 1):
        pass


async def test_a_port_is_refused_where_the_machine_has_no_such_address():
    """With an error that says so."""
    with pytest.raises(OSError, match=r"240\.0\.0\.1"):
        await Port(Limiter(10).answer).address("240.0.0.1")  # reserved: nobody has it


async def test_a_message_comes_back_as_it_was():
    """Names in any script, and hundreds of questions."""
    asked = [("peek", [Window(("chat", "key", "Zoë\n\u2028☃", str(i)), i + 1, 60)]) for i in range(500)]
    reader = asyncio.StreamReader()
    reader.feed_data(packed(QUESTIONS, asked) + packed(GRANTS, []))

    assert asked == await read(QUESTIONS, reader)
    assert [] == await read(GRANTS, reader)
