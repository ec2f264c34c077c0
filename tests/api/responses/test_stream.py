"""A streamed response: OpenAI's events, in their order, which make up what a whole response says."""

import asyncio
import threading

import openai
import pytest

from deployments.errors import ModelNotReady
from tests.api.responses.ask import ASK, EVENT, GREEDY, HELLO, WEATHER, events, respond, said_by

ANSWERS = [
    {},
    {"reasoning": {"summary": "detailed"}},
    {"max_output_tokens": 4},
    {"tools": [WEATHER], "tool_choice": "required"},
    {"include": ["message.output_text.logprobs", "reasoning.encrypted_content"], "top_logprobs": 1},
]

LONG = {"text": {"format": {"type": "json_schema", "name": "long", "schema": {"type": "string", "minLength": 700}}}}


@pytest.mark.parametrize("asked", ANSWERS)
async def test_events_are_numbered_typed_and_end_with_the_whole(sdk, asked):
    """Each is one that OpenAI's client knows, with all of its fields."""
    told = await events(sdk, ASK, **asked)
    whole = await respond(sdk, ASK, **asked)
    last = told[-1]

    assert list(range(len(told))) == [event.sequence_number for event in told]
    for event in told:
        EVENT.validate_python(event.to_dict(), strict=True)
    assert ["response.created", "response.in_progress"] == [event.type for event in told[:2]]
    assert f"response.{whole.status}" == last.type
    assert said_by(whole) == said_by(last.response)
    assert whole.usage.output_tokens == last.response.usage.output_tokens


@pytest.mark.parametrize("asked", ANSWERS)
async def test_deltas_make_up_the_items(sdk, asked):
    """Each item is added, told piece by piece, and done, before the next is added."""
    told = await events(sdk, ASK, **asked)
    output = told[-1].response.output
    for index, item in enumerate(output):
        of_item = [event for event in told if getattr(event, "output_index", None) == index]
        ids = {event.item_id for event in of_item if hasattr(event, "item_id")}

        assert "response.output_item.added" == of_item[0].type
        assert "response.output_item.done" == of_item[-1].type
        assert item.to_dict() == of_item[-1].item.to_dict()
        assert ids <= {item.id}
        assert text_of(item) == "".join(
            event.delta for event in of_item if event.type.endswith(".delta") and "summary" not in event.type
        )


def text_of(item):
    return item.arguments if item.type == "function_call" else "".join(part.text for part in item.content)


async def test_the_client_s_own_helper_reads_it(sdk):
    """`responses.stream` raises for whatever it does not expect."""
    async with sdk.responses.stream(input=ASK, tools=[WEATHER], tool_choice="required", **GREEDY) as stream:
        kinds = [event.type async for event in stream]
        response = await stream.get_final_response()

    assert "response.function_call_arguments.delta" in kinds
    assert "get_weather" == response.output[-1].name


async def test_a_stream_is_stored_before_it_ends(sdk):
    """So that a client may go on at once; what it finds is what it was told."""
    last = (await events(sdk))[-1].response
    found = await sdk.responses.retrieve(last.id)

    assert last.to_dict() == found.to_dict()


async def test_what_a_client_left_is_kept_as_cancelled(served):
    """With what was written until then; the last item is not to its end, and nothing can go on from it."""
    stream = await served.responses.create(input=HELLO, stream=True, **GREEDY | LONG)
    async for event in stream:
        if event.type == "response.reasoning_text.delta":
            break
    await stream.close()
    left = await kept(served, f"resp_{event.item_id[3:35]}")

    assert "cancelled" == left.status
    assert ("incomplete", None) == (left.output[-1].status, left.usage)
    assert left.output[0].content[0].text.startswith(event.delta)
    assert [HELLO] == [text_of(item) for item in (await served.responses.input_items.list(left.id)).data]
    with pytest.raises(openai.BadRequestError, match="is cancelled, so nothing can go on from it"):
        await respond(served, "Go on.", previous_response_id=left.id)


async def kept(sdk, response_id):
    """The response, once it is there."""
    for _ in range(600):
        try:
            return await sdk.responses.retrieve(response_id)
        except openai.NotFoundError:
            await asyncio.sleep(0.05)
    raise AssertionError("it was not kept")


async def test_who_leaves_while_it_is_kept_changes_nothing_of_it(served, services, caplog):
    """It is kept once, as it ended."""
    whole, said = "".join(text_of(item) for item in (await respond(served)).output), ""
    free, database = threading.Event(), services.responses.database
    before = asyncio.create_task(database.write(lambda db: db.run_sync(lambda _: free.wait(60))))
    stream = await served.responses.create(input=HELLO, stream=True, **GREEDY)
    response = (await anext(stream)).response
    while said != whole:
        said += getattr(await anext(stream), "delta", "")
    await asyncio.sleep(1)  # it stands in line to be kept
    await stream.close()
    await asyncio.sleep(0.5)
    free.set()
    await before

    assert "completed" == (await kept(served, response.id)).status
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


class Breaking:
    """Answers as the model does, until it breaks."""

    def __init__(self, chat, pieces):
        self._chat = chat
        self._pieces = pieces

    def __getattr__(self, name):
        return getattr(self._chat, name)

    async def stream(self, request, form, affinity):
        number = 0
        async for item in self._chat.stream(request, form, affinity):
            yield item
            number += 1
            if number == self._pieces:
                raise ModelNotReady("Chat lost the replica that was answering. Try again.")


async def test_what_breaks_off_has_failed(connect_to, services):
    """The stream says so in both ways that clients know, and what was written until then is kept."""
    client = connect_to(services, chat=Breaking(services.chat, 3))
    body = {"input": HELLO, "stream": True, **GREEDY}
    told = [
        EVENT.validate_json(line[6:])
        for line in (await client.post("/v1/responses", json=body)).text.splitlines()
        if line.startswith("data: ")
    ]
    failed = told[-2].response
    kept = (await client.get(f"/v1/responses/{failed.id}")).json()

    assert ["response.failed", "error"] == [event.type for event in told[-2:]]
    assert list(range(len(told))) == [event.sequence_number for event in told]
    assert ("failed", "server_error") == (failed.status, failed.error.code)
    assert kept == failed.to_dict()
    assert "model_not_ready" == told[-1].code


async def test_what_fails_before_the_first_event_keeps_its_status(connect_to, services):
    """As in chat; nothing is kept."""
    client = connect_to(services, chat=Breaking(services.chat, 0))
    refused = await client.post("/v1/responses", json={"input": "word " * 5000, "stream": True})

    assert (400, "context_length_exceeded") == (refused.status_code, refused.json()["error"]["code"])
