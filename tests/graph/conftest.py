"""One real graph per test run, on a real Ray cluster, behind real HTTP."""

import signal

import openai
import pytest

from tests.graph.workbench import config, running

GENEROUS = {"calls": 10_000, "seconds": 60}
ARGS = {
    "limits": {
        "embed": GENEROUS,
        "chat": GENEROUS,
        "summarize": GENEROUS,
        "per_key": {"summarize": {"calls": 10, "seconds": 600}},
    },
    "chat": {"context_tokens": 2048, "slots": 2, "queue_requests": 2},
}
KEYS = "alice:alices-key,bob:bobs-key,carol:carols-key"


# What a shell starts in the background ignores Ctrl-C, and so would all that is started here, to be stopped by it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/graph/" in str(item.path):
            item.add_marker(pytest.mark.graph)


@pytest.fixture(scope="package")
def workbench(tmp_path_factory):
    with running(config(**ARGS), tmp_path_factory.mktemp("graph"), WORKBENCH_API_KEYS=KEYS) as workbench:
        workbench.wait_until_up()
        yield workbench


@pytest.fixture(scope="package")
def auth():
    return {"Authorization": "Bearer alices-key"}


@pytest.fixture(scope="package")
def sdk(workbench):
    return openai.OpenAI(base_url=f"{workbench.url}/v1", api_key="alices-key", max_retries=0)
