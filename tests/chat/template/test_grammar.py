"""An answer follows the form of its family: calls of what was offered, with arguments of its schema, or words."""

import pytest

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from deployments.errors import InvalidField
from tests.chat.template.models import MODELS, model

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = (Tool("get"), Tool("get_weather", "Weather.", CITY))
MOOD = JsonSchema({"type": "object", "properties": {"mood": {"enum": ["good", "bad"]}}, "required": ["mood"]}, "mood")
GOOD = '{"mood": "good"}'


def request(**more) -> ChatRequest:
    return ChatRequest((Message("user", "Hi"),), 99, **more)


def in_tags(name: str, arguments: str) -> str:
    return f'<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>'


# For each family: a thought, a call, a call with arguments, two calls, and what begins a call.
TAGS = in_tags("get", "{}"), in_tags("get_weather", '{"city": "Oslo"}')
FAMILIES = {
    "qwen": ("<think>\nhm\n</think>\n\n", *TAGS, "\n".join(TAGS), "<tool_call>"),
    "qwen, all in text": ("<think>\nhm\n</think>\n\n", *TAGS, "\n".join(TAGS), "<tool_call>"),
    "qwen, calls in text": ("<think>\nhm\n</think>\n\n", *TAGS, "\n".join(TAGS), "<tool_call>"),
    "qwq": ("hm\n</think>\n\n", *TAGS, "\n".join(TAGS), "<tool_call>"),
    "qwq, all in text": ("hm\n</think>\n\n", *TAGS, "\n".join(TAGS), "<tool_call>"),
    "gemma 3": ("", *TAGS, "\n".join(TAGS), "<tool_call>"),
    "mistral list": (
        "",
        '[TOOL_CALLS][{"name": "get", "arguments": {}}]',
        '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Oslo"}}]',
        '[TOOL_CALLS][{"name": "get", "arguments": {}}, {"name": "get_weather", "arguments": {"city": "Oslo"}}]',
        "[TOOL_CALLS]",
    ),
    "mistral": (
        "[THINK]hm[/THINK]",
        "[TOOL_CALLS]get[ARGS]{}",
        '[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}',
        '[TOOL_CALLS]get[ARGS]{}[TOOL_CALLS]get_weather[ARGS]{"city": "Oslo"}',
        "[TOOL_CALLS]",
    ),
    "gemma 4": (
        "<|channel>thought\nhm\n<channel|>",
        "<|tool_call>call:get{}<tool_call|>",
        '<|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|>',
        '<|tool_call>call:get{}<tool_call|><|tool_call>call:get_weather{city:<|"|>Oslo<|"|>}<tool_call|>',
        "<|tool_call>",
    ),
    "llama": (
        "",
        '{"name": "get", "parameters": {}}',
        '{"name": "get_weather", "parameters": {"city": "Oslo"}}',
        "",
        '{"name": "',
    ),
}
every_family = pytest.mark.parametrize("name", MODELS)


@every_family
async def test_a_tool_may_be_called(accepts, name):
    """After any thought, or none where the model need not think."""
    thought, call, call_with_arguments, *_ = FAMILIES[name]

    assert await accepts(name, request(tools=TOOLS), thought + call)
    assert await accepts(name, request(tools=TOOLS), thought + call_with_arguments)
    assert name.startswith("qwq") or await accepts(name, request(tools=TOOLS), call)


@every_family
async def test_a_tool_need_not_be_called(accepts, name):
    """The model may say anything, or nothing."""
    thought, *_ = FAMILIES[name]
    for words in "Hello.", "a < b\n[1] <tool", "":
        assert await accepts(name, request(tools=TOOLS), thought + words)


@pytest.mark.parametrize("name", sorted({*MODELS} - {"llama"}))
async def test_a_call_may_be_announced(accepts, refuses, name):
    """Unless a call is demanded. Behind it nothing is said."""
    thought, call, *_ = FAMILIES[name]

    assert await accepts(name, request(tools=TOOLS), f"{thought}I'll look.\n{call}")
    assert await refuses(name, request(tools=TOOLS, tool_choice="required"), thought, "I")
    assert await refuses(name, request(tools=TOOLS), thought + call, "x")


@every_family
async def test_several_tools_may_be_called_unless_one_is_enough(accepts, refuses, name):
    """Where the family knows how."""
    thought, call, _, calls, _ = FAMILIES[name]
    if calls:
        assert await accepts(name, request(tools=TOOLS), thought + calls)
        assert await refuses(name, request(tools=TOOLS, parallel_tool_calls=False), thought, calls)
    else:
        assert await refuses(name, request(tools=TOOLS), thought + call, call)


@every_family
async def test_a_wrong_call_is_stopped(refuses, name):
    """At its name, or at its arguments."""
    thought, call, call_with_arguments, _, begin = FAMILIES[name]
    quoted = '<|"|>Oslo<|"|>' if name == "gemma 4" else '"Oslo"'

    assert await refuses(name, request(tools=TOOLS), thought, call.replace("get", "got"))
    assert await refuses(name, request(tools=TOOLS), thought, call.replace("get", "get_weather"))
    assert await refuses(name, request(tools=TOOLS), thought, call_with_arguments.replace("get_weather", "get"))
    assert await refuses(name, request(tools=TOOLS), thought, call_with_arguments.replace(quoted, "1"))
    assert await refuses(name, request(tools=TOOLS), thought + begin, "hello")
    assert await refuses(name, request(tools=TOOLS), thought + begin, "")


@every_family
@pytest.mark.parametrize("demand", [{"tool_choice": "required"}, {"forced_tool": "get"}])
async def test_a_call_that_is_demanded_comes(accepts, refuses, name, demand):
    """After any thought; there is no other way to end."""
    thought, call, call_with_arguments, *_ = FAMILIES[name]
    demanded = request(tools=TOOLS, **demand)

    assert await accepts(name, demanded, thought + call)
    assert await refuses(name, demanded, thought, "")
    assert await refuses(name, demanded, thought, "Hello")
    if "forced_tool" in demand:
        assert await refuses(name, demanded, thought, call_with_arguments)


@every_family
async def test_a_tool_that_may_not_be_called_is_not(accepts, refuses, name):
    """The model may speak of it."""
    thought, call, *_ = FAMILIES[name]
    silent = request(tools=TOOLS, tool_choice="none")

    assert await refuses(name, silent, thought, call)
    for words in "I would get it.", '{"names": ["get"]}':
        assert await accepts(name, silent, thought + words)


@every_family
async def test_an_answer_in_a_response_format_is_json_of_its_schema(accepts, refuses, name):
    """What is thought before stays free."""
    thought, *_ = FAMILIES[name]
    formatted = request(response_format=MOOD)

    assert await accepts(name, formatted, thought + GOOD)
    assert await refuses(name, formatted, thought, '{"mood": "so-so')
    assert await refuses(name, formatted, thought, "Good.")
    assert await refuses(name, formatted, thought, "")


@every_family
async def test_tools_and_a_response_format_hold_together(accepts, refuses, name):
    """A call or an answer, each of its own schema."""
    thought, call, *_ = FAMILIES[name]
    both = request(tools=TOOLS, response_format=MOOD)

    for answer in GOOD, call:
        assert await accepts(name, both, thought + answer)
    for wrong in "Good.", call.replace("get", "got"), '{"mood": 1':
        assert await refuses(name, both, thought, wrong)


@pytest.mark.parametrize("name", ["qwen", "qwen, all in text", "gemma 4"])
async def test_who_asks_for_little_effort_gets_no_thoughts(accepts, refuses, name):
    """The prompt has ended them."""
    thought, call, *_ = FAMILIES[name]
    hasty = request(tools=TOOLS, reasoning_effort="low", tool_choice="required")

    assert await accepts(name, hasty, call)
    assert await refuses(name, hasty, "", thought)


async def test_a_call_in_text_ends_a_thought(accepts, refuses):
    """Also where words may follow the thought: what looks like a call is one."""
    call = in_tags("get", "{}")

    assert await accepts("qwen, all in text", request(tools=TOOLS), f"<think>\nhm {call}")
    assert await refuses("qwen, all in text", request(tools=TOOLS), "<think>\nhm <tool_call>", "x")


@every_family
def test_a_plain_request_has_no_grammar(name):
    """Whatever was called before."""
    assert model(name)[1].grammar(request()) is None


@every_family
@pytest.mark.parametrize(
    ("demand", "param", "named"),
    [
        ({"tool_choice": "required"}, "tool_choice", "no such tool"),
        ({"forced_tool": "f", "tools": TOOLS}, "tool_choice", "no such tool"),
        ({"tools": (Tool("odd", "", {"type": "string"}),)}, "tools", '"odd"'),
        ({"response_format": JsonSchema({"const": float("inf")})}, "response_format", "JSON"),
    ],
)
def test_what_cannot_be_demanded_is_refused(name, demand, param, named):
    """With the field at fault, and the tool."""
    with pytest.raises(InvalidField, match=named) as caught:
        model(name)[1].grammar(request(**demand))

    assert param == caught.value.param
