"""What a schema does not name is not made up, and a schema that has room for it keeps it."""

import pytest

from deployments.chat.constraints.closed import closed
from deployments.chat.constraints.grammar import JsonSchema
from deployments.errors import InvalidField

X = {"properties": {"x": {"type": "integer"}}}
Y = {"properties": {"y": {"type": "integer"}}}
OBJECT = {"type": "object"}
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


@pytest.mark.parametrize(
    "alternatives",
    [
        [{**X, "required": ["x"]}, {"properties": {**X["properties"], **Y["properties"]}, "required": ["y"]}],
        [{**OBJECT, **X, "required": ["x"]}, {"type": "object", "required": ["y"]}],
        [{"$ref": "#/$defs/x"}, {**OBJECT, **Y}],
        [{"$ref": "#/$defs/nobody"}, X],
        [X, 7],
    ],
    ids=["one more", "one open", "nothing required", "nobody", "no schema"],
)
def test_objects_of_which_one_alone_must_hold_stay_as_they_are(alternatives):
    """Closed, they would hide that more than one does."""
    schema = {"oneOf": alternatives, "$defs": {"x": {**OBJECT, **X}}}

    assert schema == closed(schema)


@pytest.mark.parametrize(
    "alternatives",
    [
        [{**OBJECT, **X, "required": ["x"]}, {**OBJECT, **Y, "required": ["y"]}],
        [{**OBJECT, **X}, {"type": "null"}],
        [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}],
    ],
    ids=["by names", "by types", "by a constant"],
)
def test_objects_that_exclude_each_other_are_closed(alternatives):
    """For then one alone holds, whether they are closed or not."""
    kinds = {key: {**OBJECT, "properties": {"kind": {"const": key}}, "required": ["kind"]} for key in "ab"}

    assert any("additionalProperties" in one for one in objects_in(closed({"oneOf": alternatives, "$defs": kinds})))


async def test_of_one_of_several_what_was_sent_is_judged(compiler):
    """Not what closing made of it."""
    one, other = {**OBJECT, **X, "required": ["x"]}, {**OBJECT, **X, "required": ["y"]}
    other["properties"] = {**X["properties"], **Y["properties"]}

    with pytest.raises(InvalidField, match="oneOf"):
        await compiler.matcher(JsonSchema({"oneOf": [one, other]}))


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
