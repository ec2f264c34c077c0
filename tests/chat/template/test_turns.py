"""Whatever is written under an answer's grammar, by chance or by a model, reads as what was asked for."""

import json
from random import Random

import jsonschema
import numpy as np
import pytest

from deployments.chat.constraints.compiler import Compiler
from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.messages import Message
from deployments.chat.prompt import tokenize
from deployments.chat.request import ChatRequest
from deployments.chat.template.dialect import TemplateDialect
from deployments.chat.template.jinja import ChatTemplate
from deployments.chat.tools import Tool
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from tests.chat.reading import read
from tests.chat.template.models import FOLDER, MODELS, model
from tests.engine.llama.gemma import write_gemma


def arguments(*required: str, **properties) -> dict:
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


PERSON = arguments("name", name={"type": "string", "maxLength": 8}, vip={"type": "boolean"})
TOOLS = (
    Tool("now"),
    Tool("get", parameters=arguments("x", x={"type": "integer", "minimum": -5, "maximum": 5})),
    Tool("get_all", parameters=arguments("s", s={"type": "string", "maxLength": 6}, e={"enum": ["a", 'é"\\']})),
    Tool(
        "book",
        parameters={
            **arguments(
                *("who", "days"),
                who={"type": "array", "items": {"$ref": "#/$defs/person"}, "minItems": 1, "maxItems": 2},
                days={"type": "array", "items": {"enum": ["mo", "tu"]}, "maxItems": 3},
                when={"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]},
                price={"type": "number"},
            ),
            "$defs": {"person": PERSON},
        },
    ),
)
SCHEMAS = {tool.name: tool.parameters for tool in TOOLS}
MOOD = JsonSchema(arguments("mood", mood={"enum": ["good", "bad"]}), "mood")
DEMANDS = {
    "any of them": {},
    "some of them": {"tool_choice": "required"},
    "one of them": {"tool_choice": "required", "parallel_tool_calls": False},
    "this one": {"forced_tool": "book"},
    "none of them": {"tool_choice": "none"},
    "a call or a format": {"response_format": MOOD},
    "a format": {"response_format": MOOD, "tools": ()},
}
PHRASES = ["</think>", "<think>", "<tool_call>", "</tool_call>", "\n\n", '{"name": "']


def request(**more) -> ChatRequest:
    return ChatRequest((Message("user", "Hi"),), 200, **{"tools": TOOLS, **more})


def draw(matcher, vocabulary, rng: Random) -> list[int]:
    """Any tokens that may come; those that lead on more often, so that texts end, and phrases that may be marks."""
    leading = np.isin(np.arange(vocabulary.size), [*vocabulary.controls.values(), *vocabulary.plain('"}],0')])
    tokens: list[int] = []

    def take(token: int) -> None:
        matcher.accept(token)
        tokens.append(token)

    while not matcher.is_complete and len(tokens) < 5000:
        for token in vocabulary.plain(rng.choice(PHRASES)) if rng.random() < 0.1 else []:
            if not matcher.is_complete and matcher.allows(token):
                take(token)
        if not matcher.is_complete:
            mask = matcher.mask()
            is_led = rng.random() < 0.4 and (mask & leading).any()
            take(int(rng.choice((mask & leading if is_led else mask).nonzero()[0])))
    assert matcher.is_complete
    return tokens


def check(message: Message, asked: ChatRequest) -> None:
    offered = {tool.name for tool in asked.callable_tools}
    for call in message.tool_calls:
        assert call.name in offered
        jsonschema.validate(json.loads(call.arguments), SCHEMAS[call.name])
    if asked.must_call:
        assert message.tool_calls
        assert not message.content
    if not asked.parallel_tool_calls:
        assert 1 == len(message.tool_calls)
    if asked.response_format:
        assert bool(message.content) != bool(message.tool_calls)
    if asked.response_format and message.content:
        jsonschema.validate(json.loads(message.content), MOOD.schema)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("demand", DEMANDS)
async def test_whatever_is_drawn_reads_as_what_was_asked_for(name, demand):
    """Valid calls of what may be called, words, or JSON of its schema."""
    vocabulary, dialect = model(name)
    asked = request(**DEMANDS[demand])
    compiler, called = Compiler(vocabulary), 0
    for seed in range(20):
        tokens = draw(await compiler.matcher(dialect.grammar(asked)), vocabulary, Random(seed))
        message = read(dialect, asked, tokens)
        check(message, asked)
        called += len(message.tool_calls)

    assert bool(called) == bool(asked.callable_tools) or demand == "any of them"


MARKS = [mark for mark in MODELS["gemma 4"][1] if mark != "<bos>"]
FILES = {
    "gpt-oss, in Qwen's template": ("qwen", None),
    "gemma, in Gemma 3's": ("gemma3", []),
    "gemma, in Gemma 4's, with its marks": ("gemma4", MARKS),
    "gemma, in Gemma 4's, without": ("gemma4", []),
    "gemma, in Mistral's": ("mistral", []),
    "gemma, in Llama's": ("llama", []),
}


@pytest.fixture(scope="module", params=FILES)
def speaker(request, pocket_path, tmp_path_factory):
    """A real file in a real engine: the built-in model, or one of random weights."""
    file, marks = FILES[request.param]
    source = (FOLDER / f"{file}.jinja").read_text()
    path = tmp_path_factory.mktemp("gguf") / "gemma.gguf"
    weights = Weights(pocket_path if marks is None else write_gemma(path, marks=marks, template=source))
    engine = Engine(LlamaContext(weights, Shape(1, 512, 1), context_tokens=2048))
    assert marks is None or source == weights.chat_template
    vocabulary = weights.vocabulary
    yield engine, vocabulary, TemplateDialect(vocabulary, ChatTemplate(source, vocabulary, vocabulary.named))
    engine.close()


@pytest.mark.parametrize("demand", ["one of them", "a format", "a call or a format"])
async def test_whatever_a_model_writes_reads_as_what_was_asked_for(speaker, demand):
    """Though it never learned how."""
    engine, vocabulary, dialect = speaker
    demanded = {"tools": TOOLS[:3], "reasoning_effort": "low", **DEMANDS[demand]}
    asked = request(**demanded, sampling=Sampling(1.5, seed=1))
    prompt = tokenize(dialect.render(asked), vocabulary)
    constraint = await Compiler(vocabulary).matcher(dialect.grammar(asked))
    sequence = Sequence(prompt, asked.sampling, max_tokens=200, constraint=constraint)
    engine.add(sequence)
    while not engine.is_idle:
        engine.step()

    assert (None, "stop") == (sequence.error, sequence.finish_reason)
    check(read(dialect, asked, sequence.tokens[len(prompt) :]), asked)
