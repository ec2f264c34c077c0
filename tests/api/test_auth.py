"""Nobody passes without a key, and everybody is told why in the same words."""

from dataclasses import replace

import pytest

from deployments.api.keys import load_keys
from deployments.config import LimitsConfig, RateLimit
from tests.api.conftest import CONFIG, LocalLimiter

OPEN = ["/health", "/health/ready", "/rate-limits", "/docs", "/openapi.json", "/", "/static/swagger-ui.css"]


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        (None, "Not authenticated"),
        ("", "Not authenticated"),
        ("Bearer", "Not authenticated"),
        ("Bearer ", "Not authenticated"),
        ("Basic YTpi", "Invalid authentication credentials"),
        ("Bearer wrong", "Invalid API Key"),
        ("Bearer ünïcode", "Invalid API Key"),
    ],
)
@pytest.mark.parametrize("path", ["/personas", "/nowhere"])
async def test_without_a_good_key_there_is_nothing_to_see(connect_to, services, path, header, detail):
    """Not even whether a route exists."""
    client = connect_to(services, key=None)
    answer = await client.get(path, headers={} if header is None else {"Authorization": header.encode()})

    assert (401, "Bearer", {"detail": detail}) == (
        answer.status_code,
        answer.headers["WWW-Authenticate"],
        answer.json(),
    )


async def test_on_v1_the_refusal_has_openai_s_shape(connect_to, services):
    """The official clients read `error.message`."""
    answer = await connect_to(services, key="wrong").get("/v1/models")
    error = {"message": "Invalid API Key", "type": "authentication_error", "param": None, "code": "invalid_api_key"}

    assert (401, {"error": error, "detail": "Invalid API Key"}) == (answer.status_code, answer.json())


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_may_be_written_in_any_case(connect_to, services, scheme):
    """And each of several keys opens."""
    for key in ("alices-key", "bobs-key"):
        answer = await connect_to(services, key=None).get("/personas", headers={"Authorization": f"{scheme} {key}"})
        assert 200 == answer.status_code


async def test_a_key_may_hold_any_letters(connect_to, services, tmp_path):
    """As clients send them, in UTF-8."""
    keys = load_keys({"WORKBENCH_API_KEY": "schlüssel-à"}, tmp_path, may_generate=False)
    client = connect_to(replace(services, keys=keys), key=None)
    answer = await client.get("/personas", headers={"Authorization": "Bearer schlüssel-à".encode()})

    assert 200 == answer.status_code


@pytest.mark.parametrize("path", OPEN)
async def test_what_is_open_needs_no_key(connect_to, services, path):
    """Health, limits and documentation."""
    answer = await connect_to(services, key=None).get(path)

    assert answer.status_code in (200, 307)


async def test_the_key_is_asked_for_before_the_body_is_read(connect_to, services):
    """A body that never ends makes no difference to somebody without a key."""

    async def endless():
        yield b"x"
        raise AssertionError("the body was read")

    answer = await connect_to(services, key=None).post("/embed", content=endless())

    assert 401 == answer.status_code


async def test_guessing_is_slowed_down(connect_to, services):
    """After a few wrong keys of one address, even the right one has to wait."""
    limits = LocalLimiter(LimitsConfig(failed_auth=RateLimit(calls=2, seconds=60)))
    client = connect_to(services, key=None, limiter=limits)

    async def status(key: str) -> int:
        return (await client.get("/personas", headers={"Authorization": f"Bearer {key}"})).status_code

    assert [401, 401, 429, 429] == [await status(key) for key in ("a", "b", "c", "alices-key")]


async def test_keys_are_in_no_answer(client):
    """Nor in the documentation."""
    for path in (*OPEN, "/personas", "/v1/models"):
        assert "alices-key" not in (await client.get(path)).text


def test_config_is_not_asked_for_keys():
    """They come from the environment or from the data directory alone."""
    assert "key" not in {name for name in type(CONFIG.auth).model_fields if name != "generate_key"}
