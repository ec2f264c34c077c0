"""Whatever goes wrong, the client gets JSON in the shape of its API, and no insides."""

import json

import pytest

from deployments.errors import ModelNotReady, Overloaded, ServingError, UpstreamError, UpstreamQuota, UpstreamTimeout

CHAT = {"messages": [{"role": "user", "content": "Hello"}]}


class Failing:
    """A service that fails with whatever it was made of."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def summarize(self, request):
        raise self.error

    async def complete(self, request, affinity):
        raise self.error

    async def stream(self, request, form, affinity):
        if isinstance(self.error, StopIteration):
            return
        yield "data: {}\n\n"
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (Overloaded("full"), 503, "1"),
        (ModelNotReady("loading"), 503, "5"),
        (UpstreamQuota("no quota", retry_after_s=17), 429, "17"),
        (UpstreamError("refused"), 502, None),
        (UpstreamTimeout("slow"), 504, None),
    ],
)
async def test_an_error_keeps_its_status_its_code_and_when_to_retry(connect_to, services, error, status, retry):
    """Outside /v1 and on it."""
    client = connect_to(services, summarizer=Failing(error), chat=Failing(error))
    plain = await client.post("/summarize", files={"file": ("a.py", b"x = 1")})
    openai = await client.post("/v1/chat/completions", json=CHAT)

    assert (status, {"detail": error.message}, retry) == (
        plain.status_code,
        plain.json(),
        plain.headers.get("Retry-After"),
    )
    assert (status, error.code, retry) == (
        openai.status_code,
        openai.json()["error"]["code"],
        openai.headers.get("Retry-After"),
    )


async def test_what_nobody_foresaw_is_a_plain_500(connect_to, services):
    """Without the traceback, the path or the secret that its message held."""
    client = connect_to(services, summarizer=Failing(RuntimeError("/etc/secret at line 3")))
    answer = await client.post("/summarize", files={"file": ("a.py", b"x = 1")})

    assert 500 == answer.status_code
    assert "secret" not in answer.text


async def test_a_broken_stream_ends_with_an_error_event_and_no_done(connect_to, services):
    """The status is out, so the stream itself must say it."""
    for error, code in ((ModelNotReady("died"), "model_not_ready"), (RuntimeError("oops"), ServingError.code)):
        client = connect_to(services, chat=Failing(error))
        answer = await client.post("/v1/chat/completions", json=CHAT | {"stream": True})

        assert 200 == answer.status_code
        assert f'"code":"{code}"' in answer.text.splitlines()[-2]
        assert "[DONE]" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nowhere", 404, "not_found"),
        ("GET", "/v1/chat/completions", 405, "method_not_allowed"),
        ("GET", "/v1/models/gpt-9", 404, "model_not_found"),
    ],
)
async def test_what_the_framework_refuses_has_the_same_shape(client, method, path, status, code):
    """Unknown routes and wrong methods."""
    answer = await client.request(method, path)

    assert (status, code) == (answer.status_code, answer.json()["error"]["code"])
    assert answer.json()["error"]["message"] == answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"a"', b'{"messages": 1}', b"\xff"])
async def test_a_body_that_cannot_be_read_is_400_on_v1(client, body):
    """Never 422, and never 500."""
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/chat/completions", content=body, headers=headers)

    assert (400, "invalid_request_error") == (answer.status_code, answer.json()["error"]["code"])


async def test_broken_json_is_no_fault_of_a_field(client):
    """The message says what it is, and no parameter is blamed."""
    headers = {"Content-Type": "application/json"}
    error = (await client.post("/v1/chat/completions", content=b"{", headers=headers)).json()["error"]

    assert None is error["param"]
    assert error["message"].startswith("The body is not valid JSON: ")


@pytest.mark.parametrize(
    ("path", "content_type", "beginning"),
    [
        (
            "/embed",
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n',
        ),
        ("/v1/chat/completions", "application/json", b'{"messages": "'),
    ],
)
async def test_a_body_is_read_up_to_its_limit_and_no_further(client, path, content_type, beginning):
    """Whether its length is announced or not."""

    async def endless():
        yield beginning
        for _ in range(1000):
            yield b"x" * 100_000
        raise AssertionError("all of it was read")

    headers = {"Content-Type": content_type}
    announced = await client.post(path, content=beginning + b"x" * 20_000_000, headers=headers)
    streamed = await client.post(path, content=endless(), headers=headers)

    assert [413, 413] == [announced.status_code, streamed.status_code]
    assert "is larger than" in streamed.json()["detail"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/sessions", "GET, POST"),
        ("/v1/sessions/sess_1", "DELETE, GET, PATCH"),
        ("/embed", "POST"),
        ("/health", "GET"),
    ],
)
async def test_a_wrong_method_is_told_all_right_ones(client, path, methods):
    """Whichever routes they are."""
    answer = await client.put(path)

    assert (405, methods) == (answer.status_code, answer.headers["Allow"])


HALF = "\ud800"  # of a pair of surrogates: JSON can spell it, and UTF-8 cannot
CALLED = {"role": "assistant", "tool_calls": [{"id": HALF, "function": {"name": "f", "arguments": "{}"}}]}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/completions", {"prompt": HALF, "echo": True, "max_tokens": 1}, 200),
        ("/v1/completions", {"prompt": HALF, "echo": True, "max_tokens": 1, "stream": True}, 200),
        ("/v1/chat/completions", {"messages": [*CHAT["messages"], CALLED]}, 400),
        ("/v1/chat/completions", {"messages": CHAT["messages"], "model": HALF}, 404),
    ],
)
async def test_text_that_is_no_unicode_comes_back_escaped(client, path, body, status):
    """In answers and in errors: it is a client's, and no failure of ours."""
    answer = await client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})

    assert status == answer.status_code
    assert r"\ud800" in answer.text


async def test_a_form_may_say_it_too(client):
    """By a charset that can spell it."""
    field = b'--b\r\nContent-Disposition: form-data; name="temperature"\r\n\r\n+2AA-\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"}
    answer = await client.post("/summarize", content=field, headers=headers)

    assert 422 == answer.status_code
    assert HALF in [problem["input"] for problem in answer.json()["detail"]]
