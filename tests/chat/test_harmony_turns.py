"""Whatever is written under a turn's grammar, by chance or by a model, reads as what was asked for."""

import datetime
import json
from random import Random

import jsonschema
import numpy as np
import pytest

from deployments.chat.constraints.compiler import Compiler
from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.harmony.dialect import HarmonyDialect
from deployments.chat.messages import Message
from deployments.chat.prompt import tokenize
from deployments.chat.request import ChatRequest
from deployments.chat.tools import Tool
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from tests.chat.harmony_text import GET_CURRENT_WEATHER, GET_LOCATION, arguments
from tests.chat.reading import read

TODAY = datetime.date(2026, 1, 31)
MOOD = JsonSchema({**arguments("mood", mood={"enum": ["good", "bad"]}), "additionalProperties": False}, "mood")
DRAWN = (
    GET_LOCATION,
    GET_CURRENT_WEATHER,
    Tool("get", parameters={"properties": {"x": {"type": "integer", "minimum": -5, "maximum": 5}}, "required": ["x"]}),
    Tool(
        "book",
        parameters={
            **arguments(
                *("who", "days"),
                who={"type": "array", "items": {"$ref": "#/$defs/person"}, "minItems": 1, "maxItems": 2},
                days={"type": "array", "items": {"enum": ["mo", "tu"]}, "maxItems": 3},
                when={"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]},
                price={"type": "integer", "minimum": 0, "maximum": 999},
            ),
            "additionalProperties": False,
            "$defs": {
                "person": {
                    **arguments("name", name={"type": "string", "maxLength": 8}, vip={"type": "boolean"}),
                    "additionalProperties": False,
                }
            },
        },
    ),
)


def request(text: str = "Hi", **more) -> ChatRequest:
    return ChatRequest((Message("user", text),), 200, **more)


@pytest.fixture(scope="module")
def engine(pocket_path):
    engine = Engine(LlamaContext(Weights(pocket_path), Shape(1, 64, 1), context_tokens=1024))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def vocabulary(engine):
    return engine.model.weights.vocabulary


@pytest.fixture(scope="module")
def compiler(vocabulary):
    return Compiler(vocabulary)


@pytest.fixture(scope="module")
def dialect(vocabulary):
    return HarmonyDialect(vocabulary, lambda: TODAY)


@pytest.fixture
def write(engine, vocabulary, dialect):
    """What the pocket model writes."""

    def write(asked: ChatRequest, constraint=None) -> list[int]:
        prompt = tokenize(dialect.render(asked), vocabulary)
        sequence = Sequence(prompt, asked.sampling, max_tokens=asked.max_tokens, constraint=constraint)
        engine.add(sequence)
        while not engine.is_idle:
            engine.step()
        assert sequence.error is None
        return sequence.tokens[len(prompt) :]

    return write


def draw(matcher, vocabulary, rng: Random) -> list[int]:
    """Any tokens that may come; those that lead on more often, so that texts end."""
    leading = np.isin(np.arange(vocabulary.size), [*vocabulary.controls.values(), *vocabulary.plain('"}],0')])
    tokens: list[int] = []
    while not matcher.is_complete and len(tokens) < 2000:
        mask = matcher.mask()
        if rng.random() < 0.4 and (mask & leading).any():
            mask &= leading
        tokens.append(int(rng.choice(mask.nonzero()[0])))
        matcher.accept(tokens[-1])
    assert matcher.is_complete
    return tokens


@pytest.mark.parametrize("seed", range(60))
async def test_whatever_is_drawn_reads_as_a_valid_call(compiler, dialect, vocabulary, seed):
    """Of a tool that was offered, with arguments of its schema."""
    drawn = request(tools=DRAWN, tool_choice="required")
    tokens = draw(await compiler.matcher(dialect.grammar(drawn)), vocabulary, Random(seed))
    (call,) = read(dialect, drawn, tokens).tool_calls

    jsonschema.validate(json.loads(call.arguments), {tool.name: tool.parameters for tool in DRAWN}[call.name])


@pytest.mark.parametrize("seed", range(30))
async def test_whatever_is_drawn_reads_as_a_call_or_as_an_answer_in_its_format(compiler, dialect, vocabulary, seed):
    """Never as both."""
    drawn = request(tools=DRAWN, response_format=MOOD)
    tokens = draw(await compiler.matcher(dialect.grammar(drawn)), vocabulary, Random(seed))
    message = read(dialect, drawn, tokens)

    assert bool(message.tool_calls) != bool(message.content)
    if message.content:
        jsonschema.validate(json.loads(message.content), MOOD.schema)


GREEDY = Sampling(temperature=0)


@pytest.mark.parametrize("text", ["Hello!", "What is 3 + 4?", "What day is it?", "My name is Bo.", "Sing!", "..."])
async def test_a_well_formed_answer_is_not_changed_by_the_grammar(write, compiler, dialect, text):
    """Token by token, at temperature 0."""
    asked = request(text, sampling=GREEDY)

    assert write(asked) == write(asked, await compiler.matcher(dialect.grammar(asked)))


@pytest.mark.parametrize("temperature", [0, 1.5])
@pytest.mark.parametrize("text", ["Where am I?", "What is 3 + 4?", "Hello!"])
async def test_a_model_that_must_call_calls(write, compiler, dialect, text, temperature):
    """With valid arguments, though it never learned how."""
    asked = request(text, tools=DRAWN[2:], tool_choice="required", sampling=Sampling(temperature, seed=1))
    (call,) = read(dialect, asked, write(asked, await compiler.matcher(dialect.grammar(asked)))).tool_calls

    jsonschema.validate(json.loads(call.arguments), {tool.name: tool.parameters for tool in DRAWN}[call.name])


@pytest.mark.parametrize("text", ["How are you?", "What is 3 + 4?", "Hello!"])
async def test_a_model_that_must_answer_in_a_format_does(write, compiler, dialect, text):
    """After it has thought in its own words."""
    asked = request(text, response_format=MOOD, sampling=GREEDY)
    message = read(dialect, asked, write(asked, await compiler.matcher(dialect.grammar(asked))))

    jsonschema.validate(json.loads(message.content), MOOD.schema)
    assert message.reasoning
