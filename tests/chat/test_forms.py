"""What a request demands of its answer is kept by the engine, or refused before it begins."""

import json

import pytest

from deployments.chat.completion import Collector
from deployments.chat.constraints.grammar import JsonSchema, Lark
from deployments.chat.harmony.dialect import HarmonyDialect
from deployments.chat.messages import Message
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from deployments.engine.sampling import Sampling
from deployments.errors import InvalidField, InvalidRequest

HELLO = (Message("user", "Hello!"),)
ANSWER = 'start: <|channel|> "final" <|message|> %json {} (<|return|> | <|end|>)'
POINT = {"type": "object", "properties": {"x": {"enum": [1, 2]}}, "required": ["x"], "additionalProperties": False}
LAYOUT = {"x-guidance": {"whitespace_flexible": False}}
IMPOSSIBLE = {"not": {"type": "string"}}


class Bound(HarmonyDialect):
    """Harmony whose turns follow one grammar, whatever is asked."""

    def __init__(self, vocabulary, grammar):
        super().__init__(vocabulary)
        self._grammar = grammar

    def grammar(self, request):
        return self._grammar


@pytest.fixture
def bound_to(speaking):
    return lambda grammar: speaking(lambda vocabulary: Bound(vocabulary, grammar))


async def complete(service, **more):
    collector = Collector()
    async for _, deltas in service.chat(ChatRequest(HELLO, **{"max_tokens": 60, **more})):
        collector.add(deltas)
    return collector.completion


async def test_an_answer_follows_the_grammar_of_its_turn(bound_to):
    """At any temperature."""
    service = bound_to(Lark(ANSWER.replace("{}", json.dumps(POINT | LAYOUT))))
    for seed in range(5):
        completion = await complete(service, sampling=Sampling(temperature=2.0, seed=seed))
        assert ("stop", ["x"]) == (completion.finish_reason, list(json.loads(completion.message.content)))


@pytest.mark.parametrize(
    ("demand", "param", "name"),
    [
        ({"response_format": JsonSchema(IMPOSSIBLE, "point")}, "response_format", "point"),
        ({"tools": (Tool("fine"), Tool("odd", parameters=IMPOSSIBLE))}, "tools", "odd"),
        ({"tools": (Tool("fine"),), "response_format": JsonSchema(IMPOSSIBLE, "p")}, "response_format", "p"),
        ({"tools": (Tool("fine"),)}, "tools", None),
        ({"response_format": JsonSchema(POINT)}, "response_format", None),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_the_field_that_asked_for_it(bound_to, demand, param, name):
    """Also where one grammar holds the whole turn, or where it is nobody's fault alone."""
    service = bound_to(Lark(ANSWER.replace("{}", json.dumps(IMPOSSIBLE))))
    with pytest.raises(InvalidField, match=r"cannot be enforced: .*not") as refused:
        await complete(service, **demand)

    assert param == refused.value.param
    assert name is None or f'"{name}"' in refused.value.message


async def test_a_form_that_becomes_too_complex_on_the_way_is_the_request_s_fault(bound_to):
    """Not the model's."""
    many = {"type": "object", "properties": {f"p{number}": {"type": "integer"} for number in range(900)}}
    with pytest.raises(InvalidRequest, match="could not be kept"):
        await complete(bound_to(JsonSchema(many)))
