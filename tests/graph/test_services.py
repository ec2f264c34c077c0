"""What every client does, through proxy, ingress and models."""

import json
import re
import subprocess
import time

import httpx
import numpy as np
import openai
import pytest

from tests.graph.workbench import COMMAND, ROOT

HELLO = [{"role": "user", "content": "Hello!"}]


def test_a_chat_answer_and_its_stream_agree(sdk):
    """Through the official client."""
    whole = sdk.chat.completions.create(model="pocket-chat", messages=HELLO, temperature=0)
    stream = sdk.chat.completions.create(model="pocket-chat", messages=HELLO, temperature=0, stream=True)
    content = whole.choices[0].message.content

    assert content
    assert content == "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def test_a_tool_is_called_piece_by_piece(sdk):
    """With arguments of its schema."""
    unit = {"type": "object", "properties": {"unit": {"enum": ["C", "F"]}}, "required": ["unit"]}
    parameters = {**unit, "additionalProperties": False}
    tool = {"type": "function", "function": {"name": "get_weather", "parameters": parameters}}
    stream = sdk.chat.completions.create(
        model="pocket-chat", messages=HELLO, temperature=0, tools=[tool], tool_choice="required", stream=True
    )
    choices = [chunk.choices[0] for chunk in stream]
    deltas = [call for choice in choices for call in choice.delta.tool_calls or []]

    assert ("get_weather", "tool_calls") == (deltas[0].function.name, choices[-1].finish_reason)
    assert json.loads("".join(delta.function.arguments for delta in deltas))["unit"] in ("C", "F")


def test_several_answers_come_side_by_side_with_their_logprobs(sdk):
    """Streamed or not."""
    asked = {"messages": HELLO, "n": 2, "temperature": 0, "logprobs": True, "top_logprobs": 1}
    whole = sdk.chat.completions.create(model="pocket-chat", **asked)
    usage = {"stream_options": {"include_usage": True}}
    *chunks, last = sdk.chat.completions.create(model="pocket-chat", stream=True, **usage, **asked)

    assert whole.usage.completion_tokens == last.usage.completion_tokens
    for choice in whole.choices:
        streamed = [chunk.choices[0] for chunk in chunks if chunk.choices[0].index == choice.index]
        told = [item.token for part in streamed if part.logprobs for item in part.logprobs.content]
        assert choice.message.content == "".join(part.delta.content or "" for part in streamed) == "".join(told)
        assert told == [item.token for item in choice.logprobs.content]


def test_an_answer_has_its_form_or_is_refused(sdk):
    """By the model's own replica, before any byte."""

    def ask(schema, **more):
        wanted = {"type": "json_schema", "json_schema": {"name": "yes", "schema": schema}}
        return sdk.chat.completions.create(model="pocket-chat", messages=HELLO, response_format=wanted, **more)

    assert json.loads(ask({"type": "boolean"}).choices[0].message.content) in (True, False)
    with pytest.raises(openai.BadRequestError, match='"yes" cannot be enforced') as error:
        ask({"not": {"type": "boolean"}}, stream=True)
    assert "response_format" == error.value.param


def test_texts_go_on(sdk):
    """Streamed or not."""
    asked = {"prompt": ["Hello", "One and one is"], "temperature": 0, "echo": True}
    whole = sdk.completions.create(model="pocket-chat", **asked)
    chunks = list(sdk.completions.create(model="pocket-chat", stream=True, **asked))

    for choice, prompt in zip(whole.choices, asked["prompt"], strict=True):
        said = "".join(chunk.choices[0].text for chunk in chunks if chunk.choices[0].index == choice.index)
        assert said == choice.text
        assert said.startswith(prompt)


def test_an_embedding_is_that_of_the_model(sdk, workbench, auth):
    """Equal by both routes, and nearer to a paraphrase than to something else."""
    texts = ["A cat sits on a mat.", "A kitten is sitting on a rug.", "The stock market fell."]
    vectors = np.array([d.embedding for d in sdk.embeddings.create(model="all-MiniLM-L6-v2", input=texts).data])
    answer = httpx.post(f"{workbench.url}/embed?dimensions=384", headers=auth, files={"file": ("a", texts[0])})

    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    np.testing.assert_allclose(vectors[0], answer.json()["embedding_384d"], atol=1e-5)


def test_a_session_goes_on(sdk, workbench, auth):
    """Its history is kept on the server."""
    session_id = httpx.post(f"{workbench.url}/v1/sessions", headers=auth).json()["session_id"]
    for _ in range(2):
        sdk.chat.completions.create(model="pocket-chat", messages=HELLO, extra_headers={"X-Session-Id": session_id})
    stats = httpx.get(f"{workbench.url}/v1/sessions/current", headers=auth).json()

    assert (session_id, 4) == (stats["session_id"], stats["message_count"])


def test_prose_is_summarised_by_its_central_sentences(workbench, auth):
    """The Summarizer asks the Embedder for them."""
    text = (ROOT / "personas" / "README.md").read_bytes()
    answer = httpx.post(
        f"{workbench.url}/summarize", headers=auth, files={"file": ("README.md", text)}, timeout=60
    ).json()

    assert ("Markdown", "assistant", "extractive") == (answer["language"], answer["persona"], answer["model"])
    assert "entral sentences" in answer["summary"]


def test_a_file_is_outlined(workbench, auth):
    """By a process of its own."""
    source = (ROOT / "deployments" / "app.py").read_bytes()
    answer = httpx.post(
        f"{workbench.url}/parse-ast", headers=auth, files={"file": ("app.py", source)}, data={"language": "python"}
    )

    assert "build_app" == answer.json()["functions"][0]["name"]


def test_the_graph_is_healthy(workbench):
    """Every model is loaded."""
    health = httpx.get(f"{workbench.url}/health").json()

    assert ("ok", True) == (health["status"], health["chat_model"]["supports_tools"])
    assert 200 == httpx.get(f"{workbench.url}/health/ready").status_code


def test_the_status_of_a_running_graph_is_shown(workbench):
    """From another terminal."""
    shown = subprocess.run([COMMAND, "status"], capture_output=True, text=True, timeout=60, check=True).stdout

    assert "workbench: RUNNING" in shown
    assert re.search(r"Embedder\s+│ loaded\s+│ 1 running", shown)


def test_the_graph_is_counted(workbench, auth):
    """Prometheus reads each count once. Ray passes them on every ten seconds."""
    hello = {"messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 3}
    httpx.post(f"{workbench.url}/v1/chat/completions", headers=auth, json=hello, timeout=60)
    wanted = (
        "ray_serve_num_http_requests_total",
        "ray_workbench_engine_generated_tokens_total{",
        "ray_workbench_engine_first_token_seconds_bucket{",
        "ray_workbench_engine_capacity_tokens{",
        "ray_workbench_embedding_queued_tokens{",
    )
    deadline, metrics = time.monotonic() + 40, ""
    while not all(name in metrics for name in wanted) and time.monotonic() < deadline:
        metrics = httpx.get(f"{workbench.url}/metrics", headers=auth).text
        time.sleep(1)

    assert [] == [name for name in wanted if name not in metrics]
    assert len(metrics.splitlines()) == len(set(metrics.splitlines()))


@pytest.mark.parametrize("name", ["gemini-2.5-flash", "gemini-9"])
def test_gemini_without_a_key_says_what_to_do(workbench, auth, name):
    """Without starting a process to find out."""
    answer = httpx.post(
        f"{workbench.url}/summarize", headers=auth, files={"file": ("a.py", "x = 1")}, data={"model_name": name}
    )

    assert (503, "5") == (answer.status_code, answer.headers["Retry-After"])
    assert "set GEMINI_API_KEY" in answer.json()["detail"]


def test_errors_keep_their_kind_on_the_way_through_the_graph(sdk):
    """A context that overflows, a model nobody serves, a wrong key."""
    with pytest.raises(openai.BadRequestError, match="maximum context length is 2048") as error:
        sdk.chat.completions.create(model="pocket-chat", messages=[{"role": "user", "content": "word " * 9000}])
    assert "context_length_exceeded" == error.value.code
    with pytest.raises(openai.BadRequestError, match="Valid: 128, 256, 384"):
        sdk.embeddings.create(model="all-MiniLM-L6-v2", input="a", dimensions=100)
    with pytest.raises(openai.NotFoundError):
        sdk.chat.completions.create(model="gpt-9", messages=HELLO)
    with pytest.raises(openai.AuthenticationError, match="Invalid API Key"):
        sdk.with_options(api_key="wrong").models.list()


def test_the_largest_file_and_the_largest_batch_pass_between_deployments(sdk, workbench, auth):
    """Both are more than the 4 MiB that gRPC allows by itself, or near it."""
    log = b"2026-01-02 03:04:05 ERROR disk full\n" * 145_000
    summary = httpx.post(
        f"{workbench.url}/summarize", headers=auth, files={"file": ("disk.log", log)}, timeout=120
    ).json()
    vectors = sdk.embeddings.create(model="all-MiniLM-L6-v2", input=["same"] * 2048).data

    assert "145000" in summary["summary"].replace(",", "")
    assert 2048 == len(vectors)
