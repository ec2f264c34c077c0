"""Gemma's notation is bound by a tool's schema as JSON would be, or it is said why not."""

import json
import time

import pytest

from deployments.chat.constraints.limits import MAX_BYTES
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from deployments.errors import InvalidField
from tests.chat.template.models import model

PERSON = {"type": "object", "properties": {"name": {"type": "string", "minLength": 1}}, "required": ["name"]}


def tagged(kind: str):
    return {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]}


SCHEMAS = {
    "text": ({"type": "string"}, ["", 'a "b"\n{c}', "日本"], [1, None, ["a"]]),
    "text of a length": ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "日本語"], ["a", "abcd"]),
    "text of a pattern": ({"type": "string", "pattern": "^[a-z]+/[0-9]$"}, ["ab/1"], ["ab", "ab/1x", "1ab/1"]),
    "text with a pattern": ({"type": "string", "pattern": "b+"}, ["b", "a bb c"], ["a"]),
    "text with a dollar": ({"type": "string", "pattern": r"^a\$"}, ["a$", "a$b"], ["a"]),
    "a pattern and a length": ({"type": "string", "pattern": "^a*$", "maxLength": 2}, ["", "aa"], ["aaa", "b"]),
    "a pattern of two": ({"type": "string", "pattern": "^a|b$"}, ["a", "ax", "xb"], ["xa", "bx", "c"]),
    "a pattern that nests": ({"type": "string", "pattern": r"^(a|[|(]|\\|)$"}, ["a", "|", "("], ["b", "a|", "xa"]),
    "a pattern with slashes": ({"type": "string", "pattern": r"^a\\/b$"}, ["a\\/b"], ["a/b"]),
    "a date": ({"type": "string", "format": "date"}, ["2026-01-31"], ["2026-13-31", "today"]),
    "a time": ({"type": "string", "format": "date-time"}, ["2026-01-31T23:59:01.5Z"], ["2026-01-31"]),
    "a uuid": ({"type": "string", "format": "uuid"}, ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
    "an address": ({"type": "string", "format": "email"}, ["a.b@c.de"], ["a.b", "@c.de"]),
    "a link": ({"type": "string", "format": "uri"}, ["https://a.b/c?d=e#f"], ["a b", "a.b"]),
    "a machine": ({"type": "string", "format": "ipv4"}, ["10.0.0.255"], ["10.0.0.256", "1.2.3"]),
    "an integer": ({"type": "integer", "minimum": -2, "maximum": 30}, [-2, 0, 30], [-3, 31, 1.5, "1"]),
    "a number": ({"type": "number"}, [1, -2.5, 1e30], ["1", True]),
    "a boolean": ({"type": "boolean"}, [True, False], [None, "true"]),
    "nothing": ({"type": "null"}, [None], [False]),
    "one of several": ({"enum": ["a", "", 1, None]}, ["a", "", 1, None], ["b", 2]),
    "a constant": ({"const": "a b"}, ["a b"], ["a"]),
    "one type or another": ({"type": ["string", "null"], "maxLength": 1}, ["a", None], ["ab", 1]),
    "one schema or another": ({"anyOf": [{"type": "integer"}, PERSON]}, [1, {"name": "x"}], ["1", {}]),
    "all of one": ({"allOf": [{"type": "integer"}]}, [1], ["1"]),
    "texts of several": ({"type": "string", "enum": ["a", 1, None]}, ["a"], [1, None]),
    "integers of several": ({"type": "integer", "enum": [1, 2.5, True, 3.0]}, [1, 3.0], [2.5, True]),
    "all but nothing": ({"type": ["string", "null"], "enum": ["a", None, 1]}, ["a", None], [1]),
    "a type beside others": ({"type": "integer", "anyOf": [{"minimum": 3}]}, [3], [2, 3.5, "a"]),
    "a type beside a reference": ({"type": "array", "$ref": "#/$defs/tree"}, [[], [[]]], [1]),
    "one alone": ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, [1, "a"], [None]),
    "one alone of objects": ({"type": "object", "oneOf": [tagged("a"), tagged("b")]}, [{"kind": "a"}], [{"kind": "c"}]),
    "one alone of references": ({"oneOf": [{"$ref": "#/$defs/person"}, tagged("a")]}, [{"name": "x"}], [{}]),
    "a list": ({"type": "array", "items": {"type": "integer"}}, [[], [1], [1, 2, 3]], [["a"], 1]),
    "a short list": ({"items": {"const": 1}, "minItems": 1, "maxItems": 2}, [[1], [1, 1]], [[], [1] * 3]),
    "two or more": ({"type": "array", "items": {"const": 1}, "minItems": 2}, [[1, 1], [1, 1, 1]], [[1]]),
    "an empty list": ({"type": "array", "maxItems": 0}, [[]], [[1]]),
    "an object": (PERSON, [{"name": "x"}], [{}, {"name": ""}, {"name": 1}, {"name": "x", "age": 1}]),
    "a map of what it needs": (
        {"additionalProperties": {"type": "integer"}, "required": ["b"]}, [{"b": 1}], [{"b": "1"}, {}]
    ),
    "many lists": ({"additionalProperties": {"type": "array"}}, [{}, {"a": [], "b": [1]}], [{"a": 1}]),
    "an empty object": ({"type": "object", "additionalProperties": False}, [{}], [{"a": 1}]),
    "anything": ({}, ["a", 1, True, None, [1, "b"], {"c": {"d": []}}], []),
    "a reference": ({"$ref": "#/$defs/person"}, [{"name": "x"}], [{}]),
    "itself": ({"$ref": "#/$defs/tree"}, [[], [[], [[]]]], [1, [1]]),
    "what is implied": ({"maximum": 3}, [2], [4, "2"]),
}  # fmt: skip
CASES = [
    (key, value, is_valid)
    for key, (_, good, bad) in SCHEMAS.items()
    for is_valid in (1, 0)
    for value in (good if is_valid else bad)
]
TREE = {"type": "array", "items": {"$ref": "#/$defs/tree"}}


def offering(*required: str, **properties) -> ChatRequest:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": required,
        "$defs": {"person": PERSON, "tree": TREE},
    }
    return ChatRequest((Message("user", "Hi"),), 9, tools=(Tool("f", "", parameters),))


def notated(value) -> str:
    if isinstance(value, str):
        return f'<|"|>{value}<|"|>'
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{notated(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{','.join(map(notated, value))}]"
    return json.dumps(value)


def called(**arguments) -> str:
    return f"<|tool_call>call:f{notated(arguments)}<tool_call|>"


@pytest.mark.parametrize(("key", "value", "is_valid"), CASES)
async def test_a_value_is_written_if_its_schema_allows_it(accepts, key, value, is_valid):
    """And not otherwise."""
    assert bool(is_valid) == await accepts("gemma 4", offering("x", x=SCHEMAS[key][0]), called(x=value))


async def test_what_is_not_required_may_be_left_out(accepts):
    """What is written stands in the order of the model's own template, whatever comes first."""
    some = offering("c", "E", a={}, B={}, c={}, d={}, E={}, f={})
    none = offering(a={}, b={})

    for names in "aBcdEf", "cE", "BcE", "acdE", "cEf":
        assert await accepts("gemma 4", some, called(**dict.fromkeys(names, 1)))
    for names in "", "a", "c", "E", "Ec", "aBd", "cEx":
        assert not await accepts("gemma 4", some, called(**dict.fromkeys(names, 1)))
    for names in "", "a", "b", "ab":
        assert await accepts("gemma 4", none, called(**dict.fromkeys(names, 1)))


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ({"type": "array", "uniqueItems": True}, "uniqueItems"),
        ({"not": {}}, "not"),
        ({"type": "string", "format": "iban"}, "format 'iban' is not known"),
        ({"allOf": [{"type": "string"}, {"maxLength": 1}]}, "more than one schema"),
        ({"$ref": "#/$defs/person", "minProperties": 2}, "minProperties"),
        ({"$ref": "#/$defs/person", "type": "string"}, 'nothing is both "string" and "object"'),
        ({"enum": ["a", "bb"], "minLength": 2}, "minLength"),
        ({"enum": ["a"], "const": "b"}, "const"),
        ({"type": "string", "enum": [1]}, "nothing can satisfy it"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, "more than one schema of its oneOf"),
        ({"oneOf": [{"maximum": 1}, {"type": "string"}]}, "more than one schema of its oneOf"),
        ({"oneOf": [{"const": "a"}, {"enum": ["b", "a"]}]}, "more than one schema of its oneOf"),
        ({"oneOf": [PERSON, PERSON]}, "more than one schema of its oneOf"),
        ({"oneOf": [{"const": "a"}, {"type": "string"}]}, "more than one schema of its oneOf"),
        ({"oneOf": [tagged(str(i)) for i in range(65)]}, "its oneOf has 65 schemas, and 64 is the most"),
        ({"enum": ["x" * MAX_BYTES]}, f"and {MAX_BYTES} is the most that is compiled"),
        ({"type": "string", "minLength": "0}/ | /(.|\\n){0"}, "no JSON schema"),
        ({"type": "string", "maxLength": -1}, "no JSON schema"),
        ({"type": "array", "minItems": True}, "no JSON schema"),
        ({"type": "array", "minItems": 2, "maxItems": 1}, "nothing can satisfy it"),
        ({"type": "string", "minLength": 2, "maxLength": 1}, "nothing can satisfy it"),
        ({"type": "string", "pattern": "a)|(b"}, "no JSON schema"),
        ({"const": [1]}, "neither a text nor a number"),
        ({"$ref": "#/$defs/nobody"}, "#/\\$defs/nobody is not in it"),
        ({"type": "object", "properties": {"a:b": {}}}, 'an argument named "a:b"'),
        (False, "nothing can be false"),
        ({"type": "object", "required": ["a"], "additionalProperties": False}, "nothing can be false"),
        ({"type": "array", "items": 7}, "nothing can be 7"),
        ({"type": "array", "minItems": "many"}, "no JSON schema"),
        ({"type": "object", "properties": ["a"]}, "no JSON schema"),
    ],
)
def test_what_cannot_be_kept_is_refused(schema, complaint):
    """By the name of the tool."""
    with pytest.raises(InvalidField, match=f'"f" cannot be enforced: .*{complaint}') as caught:
        model("gemma 4")[1].grammar(offering(x=schema))

    assert "tools" == caught.value.param


def test_constants_are_compared_all_at_once():
    """Thousands take no longer than they are long."""
    many = offering(x={"oneOf": [*({"const": i} for i in range(3000)), {"type": "string"}]})
    begun = time.process_time()

    assert model("gemma 4")[1].grammar(many)
    assert time.process_time() - begun < 2


def test_a_schema_may_be_deep_but_not_bottomless():
    """A hundred levels are as many as the API lets through."""
    deep, bottomless = {}, {}
    for _ in range(100):
        deep = {"items": deep}
    for _ in range(900):
        bottomless = {"items": bottomless}

    assert model("gemma 4")[1].grammar(offering(x=deep))
    with pytest.raises(InvalidField, match="nested too deeply"):
        model("gemma 4")[1].grammar(offering(x=bottomless))
