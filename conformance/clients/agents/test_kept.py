"""The Agents SDK on what only the Responses API has: conversations that are kept by the server."""

import pytest
from agents import Agent, ModelSettings, OpenAIConversationsSession, OpenAIResponsesModel, Runner, function_tool

pytestmark = pytest.mark.anyio

GREEDY = ModelSettings(temperature=0)
TALK = ["My name is Ada.", "Thank you!", "What is my name?"]


@function_tool
def get_time() -> str:
    """The time of day."""
    return "noon"


@pytest.fixture
def agent(model, client):
    llm = OpenAIResponsesModel(model=model, openai_client=client)
    return Agent("Clerk", instructions="You are a clerk.", model=llm, model_settings=GREEDY)


@pytest.fixture
async def expected(agent):
    """What is said where the whole history is sent each time."""
    history, answers = [], []
    for question in TALK:
        result = await Runner.run(agent, [*history, {"role": "user", "content": question}])
        history = result.to_input_list()
        answers.append(result.final_output)
    return answers


async def test_responses_go_on_from_each_other(agent, expected):
    """By the id of the last one."""
    last, answers = None, []
    for question in TALK:
        result = await Runner.run(agent, question, previous_response_id=last)
        last = result.last_response_id
        answers.append(result.final_output)

    assert expected == answers


async def test_a_conversation_goes_on_by_its_id(agent, client, expected):
    """The server adds what is said."""
    conversation = await client.conversations.create()
    answers = [(await Runner.run(agent, question, conversation_id=conversation.id)).final_output for question in TALK]

    assert expected == answers


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_a_session_is_kept_by_the_server(agent, client, expected, streamed):
    """The SDK adds what is said; its items come back as it wrote them, and leave when it says so."""
    session = OpenAIConversationsSession(openai_client=client)
    answers = [await answered(agent, question, session, streamed) for question in TALK]
    items = await session.get_items()

    assert expected == answers
    assert ["user", "assistant"] * 3 == [item["role"] for item in items if item.get("type") == "message"]
    assert items[-1]["id"] == (await session.pop_item())["id"]
    assert items[:-1] == await session.get_items()
    await session.clear_session()


async def answered(agent, question, session, streamed):
    if not streamed:
        return (await Runner.run(agent, question, session=session)).final_output
    result = Runner.run_streamed(agent, question, session=session)
    async for _ in result.stream_events():
        pass
    return result.final_output


@pytest.mark.parametrize("kept", ["chain", "conversation", "session"])
async def test_a_loop_of_tools_is_kept_too(agent, client, kept):
    """Calls and their results; the next question goes on from them."""
    settings = ModelSettings(temperature=0, tool_choice="required", parallel_tool_calls=False)
    agent = agent.clone(tools=[get_time], model_settings=settings)
    conversation = await client.conversations.create()
    where = {
        "chain": {"auto_previous_response_id": True},
        "conversation": {"conversation_id": conversation.id},
        "session": {"session": OpenAIConversationsSession(conversation_id=conversation.id, openai_client=client)},
    }[kept]
    first = await Runner.run(agent, "What time is it?", **where)
    if kept == "chain":
        where = {"previous_response_id": first.last_response_id}
    second = await Runner.run(agent.clone(model_settings=GREEDY), "Thank you!", **where)

    assert ["tool_call_item", "tool_call_output_item"] == [
        item.type for item in first.new_items if item.type.startswith("tool")
    ]
    assert first.final_output
    assert second.final_output


async def test_what_answers_in_the_background_is_followed(client, model):
    """By the SDK's own client; from anywhere in its stream."""
    stream = await client.responses.create(model=model, input="Hello!", background=True, stream=True)
    told = [event async for event in stream]
    rest = await client.responses.retrieve(told[0].response.id, stream=True, starting_after=2)

    assert told[3:] == [event async for event in rest]
