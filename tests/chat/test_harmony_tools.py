"""Tools and response formats are declared as Harmony's specification and its own renderer have them."""

import datetime

import pytest

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.namespace import namespace
from deployments.chat.harmony.render import render
from deployments.chat.harmony.typescript import type_of
from deployments.chat.messages import Message, ToolCall
from deployments.chat.tools import Tool
from tests.chat.harmony_text import GET_CURRENT_WEATHER, GET_LOCATION, GET_MULTIPLE_WEATHERS, arguments, text

SPECIFIED = """\
<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.
Knowledge cutoff: 2024-06
Current date: 2025-06-28

Reasoning: high

# Valid channels: analysis, commentary, final. Channel must be included for every message.
Calls to these tools must go to the commentary channel: 'functions'.<|end|><|start|>developer<|message|># Instructions

Use a friendly tone.

# Tools

## functions

namespace functions {

// Gets the location of the user.
type get_location = () => any;

// Gets the current weather in the provided location.
type get_current_weather = (_: {
// The city and state, e.g. San Francisco, CA
location: string,
format?: "celsius" | "fahrenheit", // default: celsius
}) => any;

// Gets the current weather in the provided list of locations.
type get_multiple_weathers = (_: {
// List of city and state, e.g. ["San Francisco, CA", "New York, NY"]
locations: string[],
format?: "celsius" | "fahrenheit", // default: celsius
}) => any;

} // namespace functions<|end|><|start|>user<|message|>What is the weather like in SF?<|end|><|start|>assistant"""

SPECIFIED_CALL = (
    "<|channel|>analysis<|message|>Need to use function get_weather.<|end|><|start|>assistant"
    "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>"
    '{"location":"San Francisco"}<|call|>'
    '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>{"sunny": true, "temperature": 20}'
    "<|end|><|start|>assistant"
)

KITCHENSINK = Tool(
    "kitchensink",
    "A function with various complex schemas.",
    {
        "description": "params object",
        **arguments(
            string={"type": "string", "title": "STRING", "description": "A string", "examples": ["hello", "world"]},
            string_nullable={
                "type": "string",
                "nullable": True,
                "description": "A nullable string",
                "default": "the default",
            },
            string_enum={"type": "string", "enum": ["a", "b", "c"]},
            oneof_string_or_number={
                "oneOf": [
                    {"type": "string", "default": "default_string_in_oneof"},
                    {"type": "number", "description": "numbers can happen too"},
                ],
                "description": "a oneof",
                "default": 20,
            },
        ),
    },
)
KITCHENSINK_DECLARED = """\
namespace functions {

// A function with various complex schemas.
type kitchensink = (_: // params object
{
// STRING
//
// A string
// Examples:
// - "hello"
// - "world"
string?: string,
// A nullable string
string_nullable?: string | null, // default: "the default"
string_enum?: "a" | "b" | "c",
// a oneof
// default: 20
oneof_string_or_number?:
 | string // default: "default_string_in_oneof"
 | number // numbers can happen too
,
}) => any;

} // namespace functions"""

NESTED = """\
{
// Where
place:     // Where
{
    city: string,
    at?: number[][],
    },
}"""


def rendered(*messages: Message, **options) -> str:
    return text(render(messages, effort="high", today=datetime.date(2025, 6, 28), **options))


def test_the_specification_s_example_is_rendered_to_the_letter():
    """System message, instructions and three tools."""
    messages = Message("system", "Use a friendly tone."), Message("user", "What is the weather like in SF?")
    tools = GET_LOCATION, GET_CURRENT_WEATHER, GET_MULTIPLE_WEATHERS

    assert SPECIFIED == rendered(*messages, tools=tools)


def test_the_specification_s_call_and_result_are_rendered_to_the_letter():
    """With the reasoning that led to the call."""
    call = ToolCall("call_1", "get_weather", '{"location":"San Francisco"}')
    prompt = rendered(
        Message("system", "Use a friendly tone."),
        Message("user", "What is the weather like in SF?"),
        Message("assistant", reasoning="Need to use function get_weather.", tool_calls=(call,)),
        Message("tool", '{"sunny": true, "temperature": 20}', tool_call_id="call_1"),
        tools=(GET_LOCATION, GET_CURRENT_WEATHER, GET_MULTIPLE_WEATHERS),
    )

    assert SPECIFIED + SPECIFIED_CALL == prompt


def test_the_specification_s_second_question_is_rendered_to_the_letter():
    """The first answer without its reasoning, and with the end that belongs into a history."""
    answer = Message("assistant", "2 + 2 = 4.", 'User asks: "What is 2 + 2?" Simple arithmetic. Provide answer.')
    prompt = rendered(Message("user", "What is 2 + 2?"), answer, Message("user", "What about 9 / 2?"))

    assert prompt.endswith(
        "<|end|><|start|>user<|message|>What is 2 + 2?<|end|>"
        "<|start|>assistant<|channel|>final<|message|>2 + 2 = 4.<|end|>"
        "<|start|>user<|message|>What about 9 / 2?<|end|><|start|>assistant"
    )


def test_the_specification_s_response_format_is_rendered_to_the_letter():
    """The schema closes the developer message."""
    items = {"type": "array", "description": "entries on the shopping list", "items": {"type": "string"}}
    prompt = rendered(
        Message("system", "You are a helpful shopping assistant"),
        Message("user", "I need to buy coffee, soda and eggs"),
        response_format=JsonSchema({"properties": {"items": items}, "type": "object"}, "shopping_list"),
    )

    assert prompt.endswith(
        "<|start|>developer<|message|># Instructions\n\nYou are a helpful shopping assistant\n\n"
        "# Response Formats\n\n## shopping_list\n\n"
        '{"properties":{"items":{"type":"array","description":"entries on the shopping list",'
        '"items":{"type":"string"}}},"type":"object"}<|end|>'
        "<|start|>user<|message|>I need to buy coffee, soda and eggs<|end|><|start|>assistant"
    )


def test_titles_examples_and_alternatives_are_declared_as_by_harmony_s_own_renderer():
    """The example in its own tests."""
    assert KITCHENSINK_DECLARED == namespace([KITCHENSINK])


TYPES = {
    "string": ({"type": "string"}, "string"),
    "integer": ({"type": "integer"}, "number"),
    "boolean": ({"type": "boolean"}, "boolean"),
    "null": ({"type": "null"}, "null"),
    "several types": ({"type": ["string", "integer", "null"]}, "string | number | null"),
    "the same type twice": ({"type": ["integer", "number"]}, "number"),
    "enum": ({"enum": ["a", 1, None]}, '"a" | 1 | null'),
    "enum with quotes": ({"enum": ['say "hi"']}, r'"say \"hi\""'),
    "const": ({"const": "x"}, '"x"'),
    "optional": ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
    "nullable": ({"type": "number", "nullable": True}, "number | null"),
    "array": ({"type": "array", "items": {"type": "string"}}, "string[]"),
    "array of anything": ({"type": "array"}, "Array<any>"),
    "array of alternatives": ({"type": "array", "items": {"enum": ["a", "b"]}}, '("a" | "b")[]'),
    "array of objects": ({"type": "array", "items": arguments("a", a={"type": "string"})}, "{\na: string,\n}[]"),
    "map": ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
    "any object": ({"type": "object"}, "object"),
    "nested object": (
        arguments(
            "place",
            place={
                "description": "Where",
                **arguments(
                    "city",
                    city={"type": "string"},
                    at={"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
                ),
            },
        ),
        NESTED,
    ),
    "default that is no string": (arguments(n={"type": "integer", "default": 10}), "{\nn?: number, // default: 10\n}"),
    "default that is an object": (arguments(n={"default": {"a": 1}}), '{\nn?: any, // default: {"a":1}\n}'),
    "description of two lines": (
        arguments("n", n={"type": "integer", "description": "one\ntwo"}),
        "{\n// one\n// two\nn: number,\n}",
    ),
}


@pytest.mark.parametrize("name", TYPES)
def test_a_schema_becomes_a_type(name):
    """One that says what a model should write."""
    schema, expected = TYPES[name]

    assert expected == type_of(schema)


def test_a_local_reference_is_shown_as_what_it_stands_for():
    """Wherever it is used."""
    schema = arguments("a", "b", a={"$ref": "#/$defs/day"}, b={"type": "array", "items": {"$ref": "#/$defs/day"}})

    assert '{\na: "mo" | "tu",\nb: ("mo" | "tu")[],\n}' == type_of({**schema, "$defs": {"day": {"enum": ["mo", "tu"]}}})


def test_a_type_that_holds_itself_ends_in_any():
    """One level of it is shown."""
    node = arguments("next", next={"$ref": "#/$defs/node"})

    assert "{\nnext: any,\n}" == type_of({"$ref": "#/$defs/node", "$defs": {"node": node}})


def nested(depth: int) -> dict:
    schema: dict = {}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


ODD = {
    "nothing": {},
    "unknown type": {"type": "strin"},
    "types that are none": {"type": [1, None, {}]},
    "no list of types": {"type": {"a": 1}},
    "no types": {"type": []},
    "properties that are none": {"type": "object", "properties": ["a"], "required": "a"},
    "a property that is none": {"type": "object", "properties": {"a": True, "b": None, "c": 1}},
    "alternatives that are none": {"anyOf": "x", "oneOf": 1, "allOf": None, "enum": {}},
    "comments that are none": arguments(a={"title": 1, "description": [], "examples": "x", "default": None}),
    "a reference to itself": {"$ref": "#"},
    "a reference elsewhere": {"$ref": "https://example.com/x"},
    "a reference to nowhere": {"$ref": "#/$defs/x/y"},
    "a reference that is none": {"$ref": 1},
    "deeply nested": nested(900),
    "a deep default": arguments(a={"default": nested(900)}),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_schema_is_declared_all_the_same(name):
    """As `any`, where nothing better is known."""
    assert any(word in type_of(ODD[name]) for word in ("any", "object", "null"))


def test_references_cannot_make_a_declaration_endless():
    """Though each doubles the next."""
    doubled = {str(i): arguments(a={"$ref": f"#/$defs/{i + 1}"}, b={"$ref": f"#/$defs/{i + 1}"}) for i in range(40)}

    assert len(type_of({"$ref": "#/$defs/0", "$defs": doubled})) < 20_000


def test_references_cannot_make_a_declaration_many_times_as_long():
    """What is long is shown where it is first referred to."""
    long = {"type": "string", "description": "x" * 100_000, "enum": ["y" * 100_000]}
    many = arguments(**{f"a{i}": {"$ref": "#/$defs/long"} for i in range(50)})

    shown = type_of({**many, "$defs": {"long": long}})

    assert shown.startswith('{\na0?: "yyy')
    assert shown.endswith("a49?: any,\n}")
    assert len(shown) < 300_000


def test_tools_need_no_instructions():
    """The developer message then holds nothing else; without either there is none."""
    assert "<|start|>developer<|message|># Tools\n\n## functions\n\n" in rendered(
        Message("user", "Hi"), tools=[KITCHENSINK]
    )
    assert "developer" not in rendered(Message("user", "Hi"))
