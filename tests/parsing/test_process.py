"""Files are parsed in other processes, which end well whatever the file or the caller does."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress

import psutil
import pytest

from deployments.errors import InvalidRequest, Overloaded
from deployments.parsing.__main__ import TOO_LONG
from deployments.parsing.process import Parser
from deployments.parsing.python import parse_python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children and memory limits are seen through Linux")

FILE = b'def f(x: int = 1):\n    """\xc3\xa9"""\n    return User(x).name()'
ENDLESS = b"def f():\n" + (b" a" + b".b()" * 140 + b"\n") * 9000
TOO_COMPLEX = "The file is nested too deeply or is too large to be parsed. Send it in smaller parts."


def children() -> list[int]:
    """Those that parse; other tests may have left helpers of their libraries."""
    return [child.pid for child in psutil.Process().children() if parses(child)]


def parses(process: psutil.Process) -> bool:
    with suppress(psutil.Error):  # it has just ended
        return "deployments.parsing" in process.cmdline()
    return False


async def one_child() -> int:
    while not children():  # the birth of a process sets no event
        await asyncio.sleep(0.01)
    return children()[0]


async def test_the_answer_is_the_outline_as_json():
    """The bytes are ready to send, in UTF-8, the same each time."""
    answers = await asyncio.gather(*[Parser().parse(FILE, "Python") for _ in range(2)])

    assert parse_python(FILE) == json.loads(answers[0])
    assert "é".encode() in answers[0]
    assert answers[0] == answers[1]


async def test_half_a_surrogate_pair_is_still_an_answer():
    """A docstring may hold what UTF-8 cannot say; it is replaced, so that every client can read the JSON."""
    assert "?!" == json.loads(await Parser().parse(rb"'\ud800!'", "python"))["docstring"]


async def test_working_directory_and_environment_do_not_matter(tmp_path, monkeypatch):
    """The child finds its package, and no file of a stranger in its place."""
    (tmp_path / "deployments.py").write_text("raise SystemExit('a stranger')")
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSAFEPATH", "1")

    assert b'"functions"' in await Parser().parse(FILE, "python")


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        (b"def f(:", "python", "Python syntax error: invalid syntax (line 1)"),
        (b"-" * 9000, "python", TOO_COMPLEX),
        (b"function f(){ a" + b".b()" * 8000 + b" }", "javascript", TOO_LONG),
        (b"\0", "go", "The file contains NUL characters, which no source may."),
    ],
)
async def test_a_refusal_comes_back_as_it_was_raised(source, language, expected):
    """The caller cannot tell that a process stood between."""
    with pytest.raises(InvalidRequest) as caught:
        await Parser().parse(source, language)

    assert expected == caught.value.message


async def test_callers_wait_for_one_another_and_no_longer():
    """More callers than processes are all served; more than may wait are told to come back."""
    parser = Parser(processes=1, queue=2)
    answers = await asyncio.gather(*[parser.parse(FILE, "python") for _ in range(4)], return_exceptions=True)

    assert [bytes, bytes, bytes, Overloaded] == [type(answer) for answer in answers]
    assert b'"functions"' in await parser.parse(FILE, "python")


async def test_a_file_that_takes_too_long_is_stopped():
    """The answer says how long was too long; the process is gone."""
    with pytest.raises(InvalidRequest) as caught:
        await Parser(timeout_s=0.3).parse(ENDLESS, "python")

    assert "The file could not be parsed in 0.3 seconds. Send it in smaller parts." == caught.value.message
    assert [] == children()


async def test_the_process_of_a_cancelled_caller_is_gone_at_once():
    """Nobody waits for the answer, so nobody works on it; its slot goes to the next."""
    parser = Parser(processes=1, queue=1)
    leaving = asyncio.create_task(parser.parse(ENDLESS, "python"))
    waiting = asyncio.create_task(parser.parse(FILE, "python"))
    child = await one_child()
    leaving.cancel()

    await asyncio.wait([leaving])
    assert leaving.cancelled()
    assert child not in children()
    assert b'"functions"' in await waiting


async def test_a_caller_may_leave_the_queue():
    """Its place is free, and no process was started for it."""
    parser = Parser(processes=1, queue=1)
    working = asyncio.create_task(parser.parse(ENDLESS, "python"))
    await one_child()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(parser.parse(FILE, "python"), 0.05)
    working.cancel()

    assert b'"functions"' in await parser.parse(FILE, "python")


@pytest.mark.parametrize("death", [signal.SIGSEGV, signal.SIGKILL])
async def test_a_file_that_kills_its_process_is_refused(death):
    """A crash or a kill for memory is an answer about the file, never an error of the server."""
    parsing = asyncio.create_task(Parser().parse(ENDLESS, "python"))
    os.kill(await one_child(), death)
    with pytest.raises(InvalidRequest) as caught:
        await parsing

    assert TOO_COMPLEX == caught.value.message


@pytest.fixture
async def sparing():
    """Closed however its test ends: asyncio waits for ever for a process that the loop's end finds half started."""
    parser = Parser(spare=True)
    yield parser
    await parser.close()


async def test_a_spare_process_waits_for_the_next_file(sparing):
    """It takes the next one; one that has died meanwhile is replaced, and nobody hears of it."""
    await sparing.parse(FILE, "python")
    spare = await one_child()
    os.kill(spare, signal.SIGSTOP)
    waiting = asyncio.create_task(sparing.parse(b"package a", "go"))
    await asyncio.sleep(0.05)
    os.kill(spare, signal.SIGCONT)
    assert b'"language": "go"' in await waiting

    spare = await one_child()
    os.kill(spare, signal.SIGKILL)
    while psutil.pid_exists(spare):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)  # asyncio hears of it from a thread
    assert b'"functions"' in await sparing.parse(FILE, "python")

    await sparing.close()
    assert [] == children()


async def test_memory_is_limited():
    """A file whose tree would not fit is refused before the machine suffers."""
    with pytest.raises(InvalidRequest) as caught:
        await Parser(memory_bytes=100_000_000).parse(b"0;" * 500_000, "python")

    assert TOO_COMPLEX == caught.value.message


async def test_a_failure_of_ours_is_not_blamed_on_the_file():
    """A process that cannot even start its work raises an error that tells what it said."""
    with pytest.raises(RuntimeError, match="OverflowError"):
        await Parser(memory_bytes=2**64).parse(FILE, "python")
