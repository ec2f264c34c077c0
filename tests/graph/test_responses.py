"""Responses through the graph: told as they are written, gone on from, and made in the background."""

import os
import signal
import time
from contextlib import suppress

import httpx
import openai
import pytest

MODEL = "pocket-chat"
GREEDY = {"model": MODEL, "temperature": 0}


@pytest.fixture(scope="module")
def long_form():
    schema = {"type": "array", "items": {"const": "again"}, "minItems": 600}
    return {"format": {"type": "json_schema", "name": "long", "schema": schema}}


def ended(sdk, response_id):
    while (response := sdk.responses.retrieve(response_id)).status in ("queued", "in_progress"):
        time.sleep(0.1)
    return response


def test_a_response_is_told_kept_and_gone_on_from(sdk):
    """By its id, and in a conversation; both say the same."""
    with sdk.responses.stream(input="My name is Ada.", **GREEDY) as stream:
        kinds = [event.type for event in stream]
        first = stream.get_final_response()
    chained = sdk.responses.create(input="What is my name?", previous_response_id=first.id, **GREEDY)
    conversation = sdk.conversations.create()
    sdk.responses.create(input="My name is Ada.", conversation=conversation.id, **GREEDY)
    told = sdk.responses.create(input="What is my name?", conversation=conversation.id, **GREEDY)

    assert ("response.created", "response.completed") == (kinds[0], kinds[-1])
    assert "Your name is Ada." == chained.output_text == told.output_text
    assert chained.usage.input_tokens_details.cached_tokens > first.usage.input_tokens // 2


def test_what_is_made_in_the_background_is_followed_from_any_event(sdk):
    """And found as it ended."""
    told = list(sdk.responses.create(input="Hello!", background=True, stream=True, **GREEDY))
    rest = list(sdk.responses.retrieve(told[0].response.id, stream=True, starting_after=5))

    assert list(range(len(told))) == [event.sequence_number for event in told]
    assert told[6:] == rest
    assert told[-1].response.output_text == ended(sdk, told[0].response.id).output_text


def test_a_cancelled_one_frees_the_model(sdk, long_form):
    """At once, though its answer would have taken the whole context."""
    queued = [sdk.responses.create(input="Hello!", background=True, text=long_form, **GREEDY) for _ in range(2)]
    for response in queued:
        assert "cancelled" == sdk.responses.cancel(response.id).status
    begun = time.monotonic()
    sdk.responses.create(input="Hello!", max_output_tokens=5, **GREEDY)

    assert time.monotonic() - begun < 5


def test_who_leaves_a_stream_finds_it_cancelled(workbench, sdk, auth, long_form):
    """With what was written until then."""
    body = {"input": "Hello!", "stream": True, "text": long_form, **GREEDY}
    with httpx.stream("POST", f"{workbench.url}/v1/responses", json=body, headers=auth, timeout=60) as answer:
        lines = (line for line in answer.iter_lines() if "output_text.delta" in line and "item_id" in line)
        item_id = next(lines).split('"item_id":"')[1].split('"')[0]
    response = found(sdk, f"resp_{item_id.removeprefix('msg_')[:32]}")

    assert "cancelled" == response.status
    assert response.output_text


def found(sdk, response_id):
    for _ in range(100):
        try:
            return sdk.responses.retrieve(response_id)
        except openai.NotFoundError:
            time.sleep(0.1)
    raise AssertionError("it was not kept")


def test_what_is_lost_with_its_process_has_failed(workbench, sdk, long_form):
    """Whoever asks another process is told so, soon."""
    queued = sdk.responses.create(input="Hello!", background=True, text=long_form, **GREEDY)
    os.kill(workbench.replica("Ingress").pid, signal.SIGKILL)
    deadline, status = time.monotonic() + 90, queued.status
    while status in ("queued", "in_progress") and time.monotonic() < deadline:
        time.sleep(1)
        with suppress(openai.APIConnectionError, openai.InternalServerError):
            status = sdk.responses.retrieve(queued.id).status

    assert "failed" == status
