"""A fork is a session of its own that begins as another one did."""

import pytest

from deployments.errors import InvalidRequest
from tests.api.sessions.ask import FIRST, SECOND, TOOL, called, messages_of, say

SYSTEM = {"role": "system", "content": "Be brief."}


@pytest.fixture
async def session_id(client):
    """Of a session in which two turns were taken."""
    settings = {"title": "T", "metadata": {"a": 1}, "overflow": "truncate"}
    session_id = (await client.post("/v1/sessions", json=settings)).json()["session_id"]
    await say(client, session_id, SYSTEM, FIRST)
    await say(client, session_id, SECOND)
    return session_id


async def fork(client, session_id, **body):
    return (await client.post(f"/v1/sessions/{session_id}/fork", json=body)).json()


async def test_a_whole_copy_has_all_that_its_source_has(client, session_id):
    """But its id. What is current stays so."""
    source = (await client.get(f"/v1/sessions/{session_id}")).json()
    copy = (await client.post(f"/v1/sessions/{session_id}/fork")).json()
    same = {"message_count", "token_count", "max_context", "tokens_remaining", "context_usage", "title", "metadata"}

    assert copy["session_id"] != session_id
    assert {name: source[name] for name in same} == {name: copy[name] for name in same}
    assert await messages_of(client, session_id) == await messages_of(client, copy["session_id"])
    assert session_id == (await client.get("/v1/sessions/current")).json()["session_id"]


async def test_a_copy_up_to_a_message_goes_on_from_there(client, session_id):
    """As its source would have, and each keeps to itself what is said from then on."""
    said = await messages_of(client, session_id)
    copy = await fork(client, session_id, up_to=said[2]["id"], title="Another way")
    again = await say(client, copy["session_id"], SECOND)
    both = [[one["content"] for one in await messages_of(client, id_)] for id_ in (session_id, copy["session_id"])]
    await say(client, copy["session_id"], FIRST)

    assert ("Another way", {"a": 1}, 3) == (copy["title"], copy["metadata"], copy["message_count"])
    assert both[0] == both[1]
    assert said[4]["content"] == again.json()["choices"][0]["message"]["content"]
    assert 5 == (await client.get(f"/v1/sessions/{session_id}")).json()["message_count"]


async def test_its_tokens_are_those_of_what_it_has(client, session_id):
    """By the model's own template."""
    said = await messages_of(client, session_id)
    copy = await fork(client, session_id, up_to=said[2]["id"])
    kept = [{"role": one["role"], "content": one["content"]} for one in said[:3]]
    counted = (await client.post("/v1/sessions/count-tokens", json={"messages": kept})).json()

    assert counted["token_count"] == copy["token_count"]


async def test_a_copy_may_end_in_a_call_and_then_waits_for_its_result(client):
    """As its source did."""
    session_id = (await client.post("/v1/sessions")).json()["session_id"]
    call = (await called(client, session_id))["tool_calls"][0]
    result = {"role": "tool", "tool_call_id": call["id"], "content": "12:00"}
    await say(client, session_id, result, tools=[TOOL])
    copy = await fork(client, session_id, up_to=2)

    assert 400 == (await say(client, copy["session_id"], SECOND)).status_code
    assert 200 == (await say(client, copy["session_id"], result, tools=[TOOL])).status_code


class Counting:
    """The chat model, with something that comes to pass before it has counted."""

    def __init__(self, chat, event):
        self._chat = chat
        self._event = event

    def __getattr__(self, name):
        return getattr(self._chat, name)

    async def count_prompt_tokens(self, request):
        await self._event()
        return await self._chat.count_prompt_tokens(request)


async def test_a_copy_may_hold_less_than_a_template_can_write(connect_to, services, client, session_id):
    """Of some models, the template refuses instructions alone; so nothing of it is counted."""

    async def refuse():
        raise InvalidRequest("The model's chat template refuses this: no user query.", param="messages")

    first, *_ = await messages_of(client, session_id)
    copy = await fork(connect_to(services, chat=Counting(services.chat, refuse)), session_id, up_to=first["id"])

    assert (1, 0) == (copy["message_count"], copy["token_count"])
    assert [SYSTEM["content"]] == [one["content"] for one in await messages_of(client, copy["session_id"])]


async def test_a_session_that_changes_meanwhile_is_not_copied_by_halves(connect_to, services, client, session_id):
    """The counts of a copy are of what it has."""

    async def speak():
        await say(client, session_id, {"role": "system", "content": "Be kind."}, FIRST, max_tokens=2)

    busy = connect_to(services, chat=Counting(services.chat, speak))
    refused = await busy.post(f"/v1/sessions/{session_id}/fork", json={"up_to": 2})

    assert (409, "session_busy") == (refused.status_code, refused.json()["error"]["code"])


async def test_an_empty_session_has_an_empty_copy(client):
    """Which can be talked to."""
    session_id = (await client.post("/v1/sessions")).json()["session_id"]
    copy = await fork(client, session_id)

    assert (0, 0) == (copy["message_count"], copy["token_count"])
    assert 200 == (await say(client, copy["session_id"], FIRST, max_tokens=2)).status_code


@pytest.mark.parametrize("up_to", [-1, 99, 2**31, 1.5])
async def test_a_message_that_is_not_there_is_refused(client, session_id, up_to):
    """With the field that named it."""
    answer = await client.post(f"/v1/sessions/{session_id}/fork", json={"up_to": up_to})

    assert (400, "up_to") == (answer.status_code, answer.json()["error"]["param"])


async def test_nobody_else_may_copy_it(connect_to, services, session_id):
    """To others it does not exist."""
    answer = await connect_to(services, key="bobs-key").post(f"/v1/sessions/{session_id}/fork")

    assert (404, "session_not_found") == (answer.status_code, answer.json()["error"]["code"])


async def test_a_copy_outlives_its_source(client, session_id):
    """It shares nothing with it."""
    copy = await fork(client, session_id)
    said = await messages_of(client, session_id)
    await client.delete(f"/v1/sessions/{session_id}")

    assert said == await messages_of(client, copy["session_id"])
