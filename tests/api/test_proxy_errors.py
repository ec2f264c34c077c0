"""An answer whose process dies ends in words; the proxy's own words become ours. Applications here play its part."""

import httpx
import openai
import pytest

from deployments.api.proxy_errors import ProxyErrors

JSON = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
EVENTS = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
DELTA = b'data: {"choices": [{"index": 0, "delta": {"content": "Hel"}}]}\n\n'


def saying(*messages):
    """A client of a server that says so much and no more."""

    async def app(scope, receive, send):
        for message in messages:
            await send(message)

    return httpx.AsyncClient(transport=httpx.ASGITransport(ProxyErrors(app)), base_url="http://test")


def body(data: bytes, *, more: bool) -> dict:
    return {"type": "http.response.body", "body": data, "more_body": more}


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/embed"])
async def test_an_answer_that_had_not_begun_may_be_asked_for_again(path):
    """503 with a time, in the shape of its API."""
    answer = await saying().post(path)

    assert (503, "5") == (answer.status_code, answer.headers["Retry-After"])
    assert "Try again." in answer.json()["detail"]
    assert ("error" in answer.json()) == path.startswith("/v1")


async def test_a_stream_that_breaks_says_so():
    """As an event that OpenAI's SDK raises."""
    http = saying(EVENTS, body(DELTA, more=True))
    sdk = openai.AsyncOpenAI(base_url="http://test/v1", api_key="any", http_client=http)
    stream = await sdk.chat.completions.create(
        model="any", messages=[{"role": "user", "content": "Hello!"}], stream=True
    )
    said = [(await anext(stream)).choices[0].delta.content]
    with pytest.raises(openai.APIError, match="process that was answering") as error:
        await anext(stream)

    assert (["Hel"], "model_not_ready") == (said, error.value.code)


@pytest.mark.parametrize(
    ("status", "becomes", "code"),
    [(404, 503, "model_not_ready"), (503, 503, "overloaded"), (408, 504, "deadline_exceeded")],
)
async def test_what_the_proxy_refuses_by_itself_is_refused_in_our_words(status, becomes, code):
    """Its own are plain text, which no client of an API can read."""
    start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]}
    answer = await saying(start, body(b"Request dropped", more=False)).post("/v1/chat/completions")

    assert (becomes, code) == (answer.status_code, answer.json()["error"]["code"])
    assert ("Retry-After" in answer.headers) == (becomes == 503)


@pytest.mark.parametrize("start", [JSON, EVENTS], ids=["json", "events"])
async def test_a_whole_answer_is_left_alone(start):
    """Also an empty one."""
    whole = await saying(start, body(b"data: ", more=True), body(b"1", more=False)).post("/v1/chat/completions")
    empty = await saying(start, body(b"", more=False)).post("/v1/chat/completions")

    assert (b"data: 1", b"") == (whole.content, empty.content)
