"""Limiters that listen."""

import pytest

from tests.limits.limiter_process import LimiterProcess


@pytest.fixture
def start(tmp_path):
    """Starts one, in a process of its own."""
    started = []

    def one() -> LimiterProcess:
        started.append(LimiterProcess(tmp_path / f"{len(started)}.log"))
        return started[-1]

    yield one
    for process in started:
        process.kill()


@pytest.fixture
def limiter(start):
    return start()
