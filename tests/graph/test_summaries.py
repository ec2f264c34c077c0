"""Summaries through the whole graph: by the chat model, by Gemini on a budget, and by personas that change."""

import json
import os
import subprocess
import time

import httpx
import pytest
import yaml

from tests.graph.workbench import COMMAND, NO_LIMITS, config, running
from tests.summary.gemini_server import USAGE, GeminiServer, Reply, chunk

COST = USAGE["totalTokenCount"]
PYTHON = {"file": ("a.py", b"x = 1\n")}
POET = "---\ndescription: Retells a text in verse\n---\nRetell it in rhymes."


@pytest.fixture(scope="module")
def gemini():
    with GeminiServer().serving() as server:
        yield server


@pytest.fixture(scope="module")
def workbench(tmp_path_factory, gemini):
    """The chat model writes summaries too; each key may spend three of Gemini's answers."""
    args = {
        "limits": NO_LIMITS | {"budget": {"tokens": 3 * COST, "seconds": 3600}},
        "summary": {"share_chat": True},
        "chat": {"context_tokens": 2048, "slots": 2},
        "gemini": {"base_url": gemini.url, "timeout_s": 10},
    }
    keys = {"WORKBENCH_API_KEYS": "alice:alices-key,bob:bobs-key", "GEMINI_API_KEY": "geminis-key"}
    with running(config(**args), tmp_path_factory.mktemp("graph"), **keys) as workbench:
        workbench.wait_until_up()
        yield workbench


@pytest.fixture
def client(workbench):
    """Alice's."""
    with httpx.Client(base_url=workbench.url, headers={"Authorization": "Bearer alices-key"}, timeout=90) as client:
        yield client


def test_the_chat_model_writes_summaries(client):
    """Where it is shared; streamed or not."""
    asked = {"temperature": "0", "persona": "default"}
    whole = client.post("/summarize", files=PYTHON, data=asked).json()
    streamed = client.post(
        "/summarize", files=PYTHON, data=asked | {"stream": "true"}, headers={"Cache-Control": "no-cache"}
    )
    events = [json.loads(line.removeprefix("data: ")) for line in streamed.text.split("\n\n") if line]

    assert ("pocket-chat", "Python") == (whole["model"], whole["language"])
    assert whole["summary"] == events[-1]["summary"] == "".join(event.get("delta", "") for event in events)
    assert whole["usage"]["completion_tokens"]
    assert "loaded" == client.get("/health").json()["local_summarization_model"]["status"]


def test_gemini_is_asked_until_the_budget_of_the_key_is_spent(workbench, client, gemini):
    """Its process starts with the first who asks. The words are those of every limit; what is known stays free."""
    asked = {"model_name": "gemini"}
    answers = [client.post("/summarize", files=PYTHON, data=asked | {"max_tokens": str(i)}) for i in range(100, 104)]
    known = client.post("/summarize", files=PYTHON, data=asked | {"max_tokens": "100"})
    refused = answers.pop()

    assert ["A summary."] * 3 == [answer.json()["summary"] for answer in answers]
    assert ("geminis-key", 3) == (gemini.asked[0].key, len(gemini.asked))
    assert (429, str(3 * COST)) == (refused.status_code, refused.headers["X-RateLimit-Limit"])
    assert f"Rate limit exceeded. Try again in {refused.headers['Retry-After']} seconds." == refused.json()["detail"]
    assert known.json()["cached"]
    assert "geminis-key" not in workbench.output


def test_who_leaves_is_charged_what_was_used(workbench, gemini):
    """Bob leaves after the first word: that was one answer's cost, and two are left."""
    headers, asked = {"Authorization": "Bearer bobs-key"}, {"model_name": "gemini", "persona": "sdet"}
    gemini.replies = [Reply((chunk("Half"), *(chunk("more") for _ in range(50))), pause_s=0.2), Reply()]
    with httpx.Client(base_url=workbench.url, headers=headers, timeout=90) as client:
        with client.stream("POST", "/summarize", files=PYTHON, data=asked | {"stream": "true"}) as stream:
            assert "Half" in next(stream.iter_lines())
        assert gemini.deserted.wait(10)
        time.sleep(1)  # what was held is given back
        answers = [
            client.post("/summarize", files=PYTHON, data=asked | {"max_tokens": str(i)}) for i in range(100, 103)
        ]

    assert [200, 200, 429] == [answer.status_code for answer in answers]


def test_while_the_budgets_are_not_counted_gemini_is_closed(workbench, client):
    """Until their counter is back, which has forgotten; what costs nothing is open."""
    (counter,) = [process for process in workbench.family() if "ray::Ledger" in "".join(process.cmdline()[:1])]
    counter.kill()
    paid = {"model_name": "gemini", "persona": "assistant"}
    closed = client.post("/summarize", files=PYTHON, data=paid)
    free = client.post("/summarize", files=PYTHON, data={"model_name": "extractive"})
    again = wait_for(lambda: client.post("/summarize", files=PYTHON, data=paid), lambda answer: answer.is_success)

    assert (503, 200) == (closed.status_code, free.status_code)
    assert "this model costs money" in closed.json()["detail"]
    assert "A summary." == again.json()["summary"]


def wait_for(ask, condition):
    """The first answer that is as wanted."""
    for _ in range(60):
        if condition(answer := ask()):
            return answer
        time.sleep(0.5)
    raise TimeoutError(answer.text)


def test_a_persona_comes_with_the_yaml_and_without_a_restart(workbench, client):
    """`workbench deploy` hands a changed `user_config` to the replicas that run."""
    before = workbench.replica("Summarizer").pid, workbench.replica("Chat").pid
    raw = yaml.safe_load(workbench.path.read_text())
    summarizer = next(d for d in raw["applications"][0]["deployments"] if d["name"] == "Summarizer")
    summarizer["user_config"] = {"texts": {"docs/poet": POET}}
    workbench.path.write_text(yaml.safe_dump(raw))
    environment = os.environ | {"RAY_ADDRESS": workbench.ray_address, "XDG_DATA_HOME": str(workbench.path.parent)}
    subprocess.run([COMMAND, "deploy", str(workbench.path)], env=environment, check=True, timeout=90)
    summary = client.post("/summarize", files=PYTHON, data={"persona": "poet", "model_name": "extractive"})

    assert "poet" == summary.json()["persona"]
    assert "poet" in {persona["name"] for persona in client.get("/personas").json()["personas"]}
    assert before == (workbench.replica("Summarizer").pid, workbench.replica("Chat").pid)
