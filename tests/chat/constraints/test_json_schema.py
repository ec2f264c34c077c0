"""A schema holds for every answer, or it is refused before there is one."""

import json

import pytest

from deployments.chat.constraints.grammar import JsonSchema
from deployments.errors import InvalidField


def record(**properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TREE = {
    "$ref": "#/$defs/node",
    "$defs": {"node": record(value={"type": "integer"}, next={"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]})},
}
STRING = {"type": "string"}
PRICE = {"type": "number", "exclusiveMinimum": 0}
BEYOND = f"a number beyond {2**53 - 1}"
INTEGER = {"type": "integer"}

FEATURES = {
    "enum": ({"enum": ["a", 1, None]}, "1", "2"),
    "enum with escapes": ({"enum": ['say "hi"', "b\\c"]}, '"say \\"hi\\""', '"say "'),
    "const": ({"const": {"k": [1, 2]}}, '{"k": [1, 2]}', '{"k": [1, 3]}'),
    "boolean": ({"type": "boolean"}, "true", "True"),
    "null": ({"type": "null"}, "null", "nil"),
    "several types": ({"type": ["string", "null"]}, "null", "1"),
    "number": ({"type": "number"}, "-1.5e3", "01"),
    "integer": (INTEGER, "-12", "1.5"),
    "minimum": ({"type": "integer", "minimum": 10}, "10", "9"),
    "maximum": ({"type": "integer", "minimum": 0, "maximum": 120}, "120", "121"),
    "exclusive bounds": ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, "0.5", "1.0"),
    "a bound for 64 bits": ({"type": "integer", "minimum": 0, "maximum": 2**64 - 1}, "7", "-1"),
    "the bounds of doubles": ({"type": "integer", "minimum": 1 - 2**53, "maximum": 2**53 - 1}, "7", str(2**53)),
    "numbers of their own": (record(a=PRICE, b={"type": "number", "maximum": 0.5}), '{"a": 1, "b": 0}', '{"a": 0'),
    "multipleOf": ({"type": "integer", "multipleOf": 5}, "35", "36"),
    "pattern": ({"type": "string", "pattern": "^[A-Z]{2}-\\d+$"}, '"AB-12"', '"A-12"'),
    "minLength": ({"type": "string", "minLength": 3}, '"abc"', '"ab"'),
    "maxLength counts characters": ({"type": "string", "maxLength": 3}, '"äöü"', '"abcd"'),
    "escapes": (STRING, '"a\\n\\"\\u0001"', '"a\n"'),
    "unicode": (STRING, '"日本 🙂"', '"\t"'),
    "date": ({"type": "string", "format": "date"}, '"2025-02-28"', '"2025-13-01"'),
    "date-time": ({"type": "string", "format": "date-time"}, '"2025-02-28T10:00:00Z"', '"2025-02-28"'),
    "uuid": (
        {"type": "string", "format": "uuid"},
        '"123e4567-e89b-12d3-a456-426614174000"',
        '"123e4567"',
    ),
    "email": ({"type": "string", "format": "email"}, '"a@example.org"', '"a@"'),
    "required": (record(a=INTEGER, b=STRING), '{"a": 1, "b": "x"}', '{"a": 1}'),
    "optional": ({"type": "object", "properties": {"a": INTEGER}}, "{}", '{"a": "x"}'),
    "no additional properties": (record(a=INTEGER), '{"a": 1}', '{"a": 1, "b": 2}'),
    "additional properties": (
        {"type": "object", "additionalProperties": INTEGER},
        '{"x": 1, "y": 2}',
        '{"x": "1"}',
    ),
    "pattern properties": (
        {"type": "object", "patternProperties": {"^x_": INTEGER}, "additionalProperties": False},
        '{"x_1": 1}',
        '{"y_1": 1}',
    ),
    "nested": (record(a=record(b={"type": "array", "items": INTEGER})), '{"a": {"b": [1]}}', '{"a": {"b": [null]}}'),
    "array bounds": ({"type": "array", "items": INTEGER, "minItems": 1, "maxItems": 2}, "[1, 2]", "[1, 2, 3]"),
    "array not empty": ({"type": "array", "items": INTEGER, "minItems": 1}, "[1]", "[]"),
    "tuple": (
        {"type": "array", "prefixItems": [INTEGER, STRING], "items": False, "minItems": 2},
        '[1, "a"]',
        '["a", 1]',
    ),
    "recursion": (
        TREE,
        '{"value": 1, "next": {"value": 2, "next": null}}',
        '{"value": 1, "next": {"value": 2}}',
    ),
    "anyOf": ({"anyOf": [INTEGER, record(a=STRING)]}, '{"a": "x"}', '"x"'),
    "oneOf of different types": ({"oneOf": [INTEGER, STRING]}, '"x"', "null"),
    "allOf": ({"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 5}]}, "4", "6"),
    "anything": ({}, '{"a": [1, "x", null]}', "{a"),
    "annotations": ({**INTEGER, "title": "T", "description": "pattern", "default": 1, "examples": [2]}, "7", "x"),
}


@pytest.mark.parametrize("feature", FEATURES)
async def test_what_fits_is_accepted_and_what_does_not_is_rejected(compiler, accepts, feature):
    """To its end, and no later than at its end."""
    schema, valid, invalid = FEATURES[feature]

    assert accepts(await compiler.matcher(JsonSchema(schema)), valid)
    assert not accepts(await compiler.matcher(JsonSchema(schema)), invalid)


UNSUPPORTED = {
    "not": ({"not": STRING}, '"not"'),
    "uniqueItems": ({"type": "array", "uniqueItems": True}, "uniqueItems"),
    "if": ({"if": STRING, "then": {"const": "a"}}, '"if", "then"'),
    "contains": ({"contains": {"const": 1}}, "contains"),
    "propertyNames": ({"type": "object", "propertyNames": {"pattern": "a"}}, "propertyNames"),
    "dependentRequired": ({"type": "object", "dependentRequired": {"a": ["b"]}}, "dependentRequired"),
    "overlapping oneOf": ({"oneOf": [{"type": "number"}, INTEGER]}, "oneOf"),
    "unknown format": ({"type": "string", "format": "color"}, "Unknown format: color"),
    "look-around": ({"type": "string", "pattern": "^a(?!b)"}, "look-around"),
    "unknown type": ({"type": "strin"}, "Invalid type: strin"),
    "missing definition": ({"$ref": "#/nope"}, "/nope"),
    "a schema elsewhere": ({"$ref": "http://example.com/x"}, "example.com"),
    "nothing fits": ({"type": "integer", "minimum": 5, "maximum": 4}, "minimum (5) is greater"),
    "an exclusive bound beside a fraction": ({**PRICE, "maximum": 0.5}, "from its exclusive bound 0"),
    "the same below": ({"type": "number", "minimum": -4.5, "exclusiveMaximum": -4}, "from its exclusive bound -4"),
    "the same in two places": ({"allOf": [PRICE, {"exclusiveMaximum": 0.5}]}, "from its exclusive bound 0"),
    "the same by reference": ({"$ref": "#/x", "maximum": 0.5, "x": PRICE}, "from its exclusive bound 0"),
    "a bound beyond 64 bits": ({**INTEGER, "minimum": 10**19, "maximum": 10**20}, BEYOND),
    "a bound between doubles": ({**INTEGER, "minimum": 2**53 + 1}, BEYOND),
    "a constant between doubles": ({"const": 2**53 + 1}, BEYOND),
    "the least of 64 bits": ({"enum": [1, {"a": [-(2**63)]}]}, BEYOND),
    "the least of 64 bits anywhere": ({"$ref": "#/x/y", "x": {"y": {"const": {"minimum": -(2.0**63)}}}}, BEYOND),
    "endless": ({"$ref": "#"}, "nothing can satisfy it"),
    "no JSON": ({"const": float("nan")}, "not JSON"),
    "half a character": ({"const": "\ud83d"}, "surrogate"),
}


@pytest.mark.parametrize("feature", UNSUPPORTED)
async def test_what_cannot_be_enforced_is_named(compiler, feature):
    """With the field that asked for it."""
    schema, named = UNSUPPORTED[feature]

    with pytest.raises(InvalidField, match=r'^The JSON schema "answer" cannot be enforced: ') as caught:
        await compiler.matcher(JsonSchema(schema, "answer"), param="response_format")

    assert named in caught.value.message
    assert "response_format" == caught.value.param


async def test_a_schema_cannot_ask_for_leniency(compiler):
    """Its own options are put aside."""
    with pytest.raises(InvalidField, match="not"):
        await compiler.matcher(JsonSchema({"not": STRING, "x-guidance": {"lenient": True}}))


async def test_annotations_cost_nothing(compiler, accepts):
    """However long they are; a property may bear the name of one."""
    said = {"description": "x" * 200_000, "title": "pattern", "examples": [float("nan")]}
    inner = {**record(title=INTEGER, description=STRING), **said}
    schema = {**record(a={"$ref": "#/$defs/a"}, b={"anyOf": [{"items": {**inner}}]}), **said, "$defs": {"a": inner}}
    item = '{"title": 1, "description": "x"}'

    assert accepts(await compiler.matcher(JsonSchema(schema)), f'{{"a": {item}, "b": [{item}]}}')
    assert not accepts(await compiler.matcher(JsonSchema(schema)), '{"a": {"title": "x"')


async def test_what_a_constant_holds_is_no_annotation(compiler, accepts):
    """It is the value itself."""
    schema = {"enum": [{"title": 1}, {"description": 2}]}

    assert accepts(await compiler.matcher(JsonSchema(schema)), '{"title": 1}')
    assert not accepts(await compiler.matcher(JsonSchema(schema)), "{}")


async def test_properties_keep_the_order_of_the_schema(compiler, accepts):
    """And two schemas that differ in nothing else are two."""
    there, back = record(a=INTEGER, b=INTEGER), record(b=INTEGER, a=INTEGER)

    assert accepts(await compiler.matcher(JsonSchema(there)), '{"a": 1, "b": 2}')
    assert accepts(await compiler.matcher(JsonSchema(back)), '{"b": 2, "a": 1}')
    assert not accepts(await compiler.matcher(JsonSchema(there)), '{"b": 2, "a": 1}')


@pytest.mark.parametrize("text", ['{"a":1}', '{"a": 1 }', '{\n"a": 1}', ' {"a": 1}'])
async def test_no_whitespace_but_the_usual(compiler, accepts, text):
    """So that no model fills its answer with it."""
    assert not accepts(await compiler.matcher(JsonSchema(record(a=INTEGER))), text)


async def test_a_drawn_answer_fits(compiler, vocabulary):
    """Any tokens from the masks spell a document of the schema."""
    matcher = await compiler.matcher(JsonSchema(record(ok={"type": "boolean"}, kind={"enum": ["a", "b"]})))
    text = b""
    while not matcher.is_complete:
        token = int(matcher.mask().nonzero()[0][-1])
        matcher.accept(token)
        text += vocabulary.pieces[token]

    assert {"ok", "kind"} == set(json.loads(text))
