"""What a schema does not name is not made up, and a schema that has room for it keeps it."""

import pytest

from deployments.chat.constraints.closed import closed
from deployments.chat.constraints.grammar import JsonSchema

X = {"properties": {"x": {"type": "integer"}}}
Y = {"properties": {"y": {"type": "integer"}}}
DEFINED = {"$ref": "#/$defs/x", "$defs": {"x": X}}


@pytest.mark.parametrize(
    "schema",
    [X, {"items": X}, {"anyOf": [X, {"type": "null"}]}, DEFINED, {"properties": {"a": X}}, {"allOf": [X]}],
    ids=["object", "in a list", "alternative", "defined", "in an object", "alone"],
)
def test_an_object_that_names_its_properties_has_no_others(schema):
    """Wherever in the schema it stands."""
    assert {**X, "additionalProperties": False} in objects_in(closed(schema))


@pytest.mark.parametrize(
    "schema",
    [
        {**X, "additionalProperties": {"type": "string"}},
        {**X, "patternProperties": {"^y": {}}},
        {**X, "minProperties": 2},
        {**X, "required": ["z"]},
        {"type": "object"},
        {"properties": {}},
        {"allOf": [X, Y]},
        {**X, "anyOf": [Y, {"required": ["x"]}]},
        {**X, "$ref": "#/$defs/y", "$defs": {"y": Y}},
        {"properties": 7, "allOf": 7, "required": [{}]},
        {**X, "required": None},
    ],
)
def test_one_with_room_for_others_stays_as_it_is(schema):
    """By its own words, or because other schemas hold for the same object, or because it is no schema."""
    assert schema == closed(schema)


async def test_an_answer_ends_where_its_schema_does(compiler, accepts):
    """A model is never led to write on."""
    schema = JsonSchema({**X, "required": ["x"]})

    assert accepts(await compiler.matcher(schema), '{"x": 1}')
    assert not accepts(await compiler.matcher(schema), '{"x": 1, "y": 2}')
    assert accepts(await compiler.matcher(JsonSchema({"allOf": [X, Y]})), '{"x": 1, "y": 2}')


def objects_in(schema):
    if isinstance(schema, list):
        return [found for one in schema for found in objects_in(one)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(found for one in schema.values() for found in objects_in(one))]
