"""No turn is malformed, calls what was not offered, or calls it with arguments that its schema forbids."""

import pytest

from deployments.chat.constraints.compiler import Compiler
from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.grammar import turn
from deployments.chat.messages import Message, ToolCall
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from deployments.engine.llama.weights import Weights
from deployments.errors import InvalidField
from tests.chat.harmony_text import GET_CURRENT_WEATHER, GET_LOCATION, arguments, marked_up

NEXT = "<|end|><|start|>assistant"
THOUGHT = f"<|channel|>analysis<|message|>Hm {{1}} <b>\n\nü 🚀{NEXT}"
PREAMBLE = f"<|channel|>commentary<|message|>I will look.{NEXT}"
ANSWER = "<|channel|>final<|message|>It is **12**.\n<|return|>"
WHERE = " to=functions.get_location<|channel|>commentary<|message|>{}<|call|>"
WEATHER = '{"location": "Oslo", "format": "celsius"}'
TOOLS = (Tool("get", parameters=arguments("x", x={"type": "integer"})), GET_LOCATION, GET_CURRENT_WEATHER)
MOOD = JsonSchema({**arguments("mood", mood={"enum": ["good", "bad"]}), "additionalProperties": False}, "mood")


def request(**more) -> ChatRequest:
    return ChatRequest((Message("user", "Hi"),), 100, **more)


@pytest.fixture(scope="module")
def vocabulary(pocket_path):
    weights = Weights(pocket_path)
    yield weights.vocabulary
    weights.close()


@pytest.fixture(scope="module")
def compiler(vocabulary):
    return Compiler(vocabulary)


@pytest.fixture
def accepts(vocabulary, compiler):
    """Whether a turn may be so, to its end."""

    async def accepts(turn_of: ChatRequest, transcript: str | list[int]) -> bool:
        matcher = await compiler.matcher(turn(turn_of))
        tokens = marked_up(vocabulary, transcript) if isinstance(transcript, str) else transcript
        return taken(matcher, tokens) == len(tokens) and matcher.is_complete

    return accepts


@pytest.fixture
def refuses(vocabulary, compiler):
    """Whether a turn that is `right` so far is stopped by the very token that makes it `wrong`."""

    async def refuses(turn_of: ChatRequest, right: str, wrong: str) -> bool:
        tokens = marked_up(vocabulary, right + wrong)
        place = taken(await compiler.matcher(turn(turn_of)), tokens)
        said, then_said = marked_down(vocabulary, tokens[:place]), marked_down(vocabulary, tokens[: place + 1])
        return len(said) <= len(right.encode()) < len(then_said)

    return refuses


def taken(matcher, tokens: list[int]) -> int:
    for place, token in enumerate(tokens):
        if not matcher.allows(token):
            return place
        matcher.accept(token)
    return len(tokens)


def marked_down(vocabulary, tokens: list[int]) -> bytes:
    names = {token: name.encode() for name, token in vocabulary.controls.items()}
    return b"".join(vocabulary.pieces[token] or names[token] for token in tokens)


@pytest.mark.parametrize("before", ["", THOUGHT, THOUGHT + THOUGHT])
@pytest.mark.parametrize("last", [ANSWER, "<|channel|>final <|constrain|>json<|message|>{}<|return|>"])
async def test_a_plain_turn_is_as_the_specification_has_it(accepts, before, last):
    """Reasoning, then an answer, in any words."""
    assert await accepts(request(), before + last)


MALFORMED = {
    "an unknown channel": ("<|channel|>", "thoughts<|message|>"),
    "a channel that was not named": (THOUGHT + "<|channel|>", "commentary<|message|>"),
    "a word after the channel": ("<|channel|>analysis", "?"),
    "no header": ("", "Hello"),
    "no channel": ("", "<|message|>Hello"),
    "a header that stops": (THOUGHT + "<|channel|>final", "<|end|>"),
    "a message within a message": ("<|channel|>final<|message|>a", "<|channel|>"),
    "another author": ("<|channel|>analysis<|message|>a<|end|><|start|>", "user"),
    "no author": ("<|channel|>analysis<|message|>a<|end|><|start|>", "<|channel|>"),
    "no start": ("<|channel|>analysis<|message|>a<|end|>", "Hello"),
    "an end without an answer": ("<|channel|>analysis<|message|>a", "<|return|>"),
    "an answer that does not end": ("<|channel|>final<|message|>a", "<|end|>"),
    "a call without a recipient": ("<|channel|>final<|message|>a", "<|call|>"),
    "a recipient where no tool is": ("<|channel|>analysis", " to=functions.get"),
    "a recipient before the channel": ("", " to=functions.get"),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_turn_is_stopped_at_its_first_wrong_token(refuses, name):
    """Before there is anything to repair."""
    assert await refuses(request(), *MALFORMED[name])


CALLS = {
    "as specified": "<|channel|>commentary to=functions.get_current_weather <|constrain|>json",
    "no space before the type": "<|channel|>commentary to=functions.get_current_weather<|constrain|>json",
    "no type": "<|channel|>commentary to=functions.get_current_weather",
    "recipient beside the role": " to=functions.get_current_weather<|channel|>commentary <|constrain|>json",
    "as in the model's own template": " to=functions.get_current_weather<|channel|>commentary json",
    "within its thoughts": "<|channel|>analysis to=functions.get_current_weather <|constrain|>json",
}


@pytest.mark.parametrize("before", ["", THOUGHT, THOUGHT + PREAMBLE, PREAMBLE + THOUGHT])
@pytest.mark.parametrize("name", CALLS)
async def test_a_tool_may_be_called(accepts, name, before):
    """In every way that models write it, after any thoughts and announcements."""
    assert await accepts(request(tools=TOOLS), f"{before}{CALLS[name]}<|message|>{WEATHER}<|call|>")


TO_WEATHER = " to=functions.get_current_weather<|channel|>commentary<|message|>"
TO_LOCATION = " to=functions.get_location<|channel|>commentary<|message|>"
TO_GET = " to=functions.get<|channel|>commentary<|message|>"

WRONG = {
    "a word after the channel": ("<|channel|>commentary", "?"),
    "a tool nobody offered": ("<|channel|>commentary to=functions.get", "s"),
    "a built-in tool": ("<|channel|>commentary to=", "python"),
    "half a name": ("<|channel|>commentary to=functions.get_loc", "<|message|>"),
    "another type": ("<|channel|>commentary to=functions.get ", "code"),
    "text": (TO_GET, "x = 1"),
    "no number": (TO_GET + '{"x": ', '"1"'),
    "an unknown argument": (TO_WEATHER + '{"', 'city": '),
    "an unknown choice": (TO_WEATHER + '{"location": "", "format": "', "kelvin"),
    "a missing argument": (TO_GET + "{", "}"),
    "an argument where none is": (TO_LOCATION + "{", '"x": 1'),
    "more than the arguments": (TO_LOCATION + "{}", " "),
    "the end of an answer": (TO_LOCATION + "{}", "<|return|>"),
    "two calls": (TO_LOCATION + "{}<|call|>", "<|start|>assistant"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_call_is_stopped_at_its_first_wrong_token(refuses, name):
    """Whether it is the name, an argument or the end that is wrong."""
    assert await refuses(request(tools=TOOLS), *WRONG[name])


async def test_arguments_that_a_tool_does_not_know_are_not_made_up(accepts, refuses):
    """Unless its schema has room for others."""
    known = arguments(x={"type": "integer"})
    opened, closed = (
        request(tools=(Tool("f", parameters={**known, **more}),)) for more in ({"additionalProperties": {}}, {})
    )
    call = " to=functions.f<|channel|>commentary<|message|>{"

    assert await accepts(opened, call + '"x": 1, "y": 2}<|call|>')
    assert await refuses(closed, call + '"x": 1', ', "y"')
    assert await accepts(closed, call + "}<|call|>")


async def test_a_tool_need_not_be_called(accepts):
    """The model may think, announce, and answer all the same."""
    assert await accepts(request(tools=TOOLS), THOUGHT + PREAMBLE + ANSWER)


@pytest.mark.parametrize("demand", [{"tool_choice": "required"}, {"forced_tool": "get_location"}])
async def test_a_call_that_is_demanded_comes(accepts, refuses, demand):
    """After any thoughts; there is no other way to end."""
    assert await accepts(request(tools=TOOLS, **demand), THOUGHT + PREAMBLE + WHERE)
    assert await refuses(request(tools=TOOLS, **demand), THOUGHT + "<|channel|>", "final<|message|>")


async def test_a_demand_for_one_tool_is_none_for_another(refuses):
    """Though all were offered."""
    demand = request(tools=TOOLS, forced_tool="get_location")

    assert await refuses(demand, " to=functions.get_", "current_weather")


async def test_a_tool_that_may_not_be_called_is_not(accepts, refuses):
    """The model may speak of it."""
    silent = request(tools=TOOLS, tool_choice="none")

    assert await refuses(silent, "", WHERE)
    assert await accepts(silent, THOUGHT + PREAMBLE + ANSWER)


async def test_commentary_is_possible_where_calls_were_made(accepts, refuses):
    """Because the model was told of the channel."""
    made = Message("assistant", tool_calls=(ToolCall("a", "clock", "{}"),)), Message("tool", "12", tool_call_id="a")
    later = ChatRequest((Message("user", "Time?"), *made), 100)

    assert await accepts(later, PREAMBLE + ANSWER)
    assert await refuses(later, "", WHERE)


@pytest.mark.parametrize("header", ["", " <|constrain|>json", "<|constrain|>json", " json"])
async def test_an_answer_in_a_response_format_is_json_of_its_schema(accepts, refuses, header):
    """From the final channel on; thoughts stay free."""
    formatted, opening = request(response_format=MOOD), f"{THOUGHT}<|channel|>final{header}<|message|>"

    assert await accepts(formatted, opening + '{"mood": "good"}<|return|>')
    assert await refuses(formatted, opening + '{"mood": "', "so-so")
    assert await refuses(formatted, opening, "Good.")


async def test_tools_and_a_response_format_hold_together(accepts, refuses):
    """A call or an answer, each of its own schema, and nothing else for the user to see."""
    both = request(tools=TOOLS, response_format=MOOD)

    assert await accepts(both, THOUGHT + WHERE)
    assert await accepts(both, '<|channel|>final<|message|>{"mood": "bad"}<|return|>')
    assert await refuses(both, '<|channel|>final<|message|>{"', 'x": 1}')
    assert await refuses(both, "<|channel|>commentary", "<|message|>")


@pytest.mark.parametrize("name", ["a-b", "<|call|>", 'a"b\\c', "日本"])
async def test_a_tool_s_name_is_text(accepts, vocabulary, name):
    """Whatever it spells."""
    call = vocabulary.plain(f" to=functions.{name}"), "<|channel|>commentary<|message|>{}<|call|>"

    assert await accepts(request(tools=(Tool(name),)), [*call[0], *marked_up(vocabulary, call[1])])


async def test_equal_requests_share_one_compiled_grammar(vocabulary):
    """Whatever is said in them, and however the tools are described."""
    compiler = Compiler(vocabulary)
    described = Tool("get", "Gets.", {**TOOLS[0].parameters, "description": "What to get."})
    for tool in TOOLS[0], described:
        for text in "One", "Two":
            await compiler.matcher(turn(ChatRequest((Message("user", text),), 100, tools=(tool,))))

    assert 1 == compiler.compiled


async def test_as_many_tools_as_a_client_may_offer_are_no_burden(accepts, refuses):
    """Though the last one's name begins like many others."""
    many = tuple(Tool(f"t{i}", parameters=GET_CURRENT_WEATHER.parameters) for i in range(128))

    assert await accepts(request(tools=many), f" to=functions.t127<|channel|>commentary<|message|>{WEATHER}<|call|>")
    assert await refuses(request(tools=many), " to=functions.t12", "8")


IMPOSSIBLE = {
    "no tool to call": ({"tool_choice": "required"}, "tool_choice", "no such tool"),
    "a tool that is not there": ({"forced_tool": "f", "tools": TOOLS}, "tool_choice", "no such tool"),
    "arguments that are no object": ({"tools": (Tool("odd", parameters={"type": "string"}),)}, "tools", '"odd"'),
    "parameters that are no JSON": (
        {"tools": (Tool("odd", parameters=arguments(x={"const": float("nan")})),)},
        "tools",
        '"odd"',
    ),
    "a format that is no JSON": ({"response_format": JsonSchema({"const": float("inf")})}, "response_format", "JSON"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_demanded_is_refused(name):
    """With the field at fault, and the tool."""
    demand, param, named = IMPOSSIBLE[name]
    with pytest.raises(InvalidField, match=named) as caught:
        turn(request(**demand))

    assert param == caught.value.param
