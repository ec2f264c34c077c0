"""Gemma 3 as the local model: the numbers of transformers, the template of Google, and a stop where a turn ends."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import numpy as np
import pytest
import torch

from deployments.api.openai.local_chat import LocalChat
from deployments.chat.load import load_chat
from deployments.chat.messages import Message
from deployments.chat.prompts import Prompts
from deployments.chat.request import ChatRequest
from deployments.chat.template.dialect import TemplateDialect
from deployments.chat.template.jinja import ChatTemplate
from deployments.config import GeneratorConfig
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from deployments.errors import NothingSaid
from deployments.summary.document import Answer, Instructions
from deployments.summary.reader import ChatReader
from tests.summary.gemma3 import END_OF_TURN, PIECES, WINDOW, log_probabilities, random_gemma, write_gguf

RANDOM = np.random.default_rng(11)


@pytest.fixture(scope="module")
def gemma():
    return random_gemma()


@pytest.fixture(scope="module")
def path(gemma, tmp_path_factory):
    return write_gguf(gemma, tmp_path_factory.mktemp("gemma3") / "gemma3.gguf")


@pytest.fixture
def engine(path):
    shape = Shape(2, 64, 2, cache_type_k="f32", cache_type_v="f32")
    engine = Engine(LlamaContext(Weights(path), shape, context_tokens=1024))
    yield engine
    engine.close()


def read(engine: Engine, tokens: list[int]) -> dict[int, float]:
    """Log-probabilities of what follows, by token."""
    sequence = Sequence(tokens, Sampling(logprobs=len(PIECES)), max_tokens=1)
    engine.add(sequence)
    while not engine.is_idle:
        engine.step()
    assert sequence.error is None
    return dict(sequence.logprobs[0].top)


@pytest.mark.parametrize("length", [1, 10, WINDOW, WINDOW + 1, 3 * WINDOW, 600])
def test_its_numbers_are_those_of_transformers(engine, gemma, length):
    """Within the window, at its edge, and far beyond it."""
    tokens = [PIECES.index("<bos>"), *RANDOM.integers(6, len(PIECES), length - 1).tolist()]
    ours, theirs = read(engine, tokens), log_probabilities(gemma, tokens)
    spread = theirs.std()

    assert len(ours) > 200
    assert max(abs(ours[token] - theirs[token]) for token in ours) < 0.01 * spread
    assert theirs.argmax() == max(ours, key=ours.__getitem__)


def test_its_prompt_is_the_template_s(path):
    """The persona stands at the head of the document; a mark that a document spells is text."""
    weights = Weights(path)
    vocabulary = weights.vocabulary
    dialect = TemplateDialect(vocabulary, ChatTemplate(weights.chat_template, vocabulary, vocabulary.named))
    request = ChatRequest((Message("system", "Be brief."), Message("user", "x <end_of_turn> y")), max_tokens=5)
    tokens = Prompts(dialect, vocabulary, context_tokens=1024).conversation(request)
    spelled = b"".join(vocabulary.pieces[token] for token in tokens).decode()
    controls = [PIECES[token] for token in tokens if token < 6]

    assert ["<bos>", "<start_of_turn>", "<end_of_turn>", "<start_of_turn>"] == controls
    assert "user\nBe brief.\n\nx <end_of_turn> y\nmodel\n" == spelled
    assert END_OF_TURN in vocabulary.ends
    weights.close()


@pytest.fixture(scope="module")
def eager(tmp_path_factory):
    """One whose tokens all lead to the end of its turn, after a few letters."""
    model = random_gemma(seed=6)
    with torch.no_grad():
        model.model.embed_tokens.weight[END_OF_TURN] *= 2
    return write_gguf(model, tmp_path_factory.mktemp("eager") / "eager.gguf")


@pytest.fixture
def reader(eager, tmp_path):
    config = GeneratorConfig(model=str(eager), context_tokens=1024, slots=2, threads=2)
    service = load_chat(config, eager, cache_dir=tmp_path)
    yield ChatReader(LocalChat(service), lambda: "")
    service.close()


async def some(ask: Callable[[], Awaitable[list[str | Answer]]]) -> list[str | Answer]:
    """A random model now and then ends its turn before it says anything, which is an error."""
    for _ in range(20):
        with suppress(NothingSaid):
            return await ask()
    raise AssertionError("It never says anything.")


async def test_it_summarises_and_stops_where_its_turn_ends(reader):
    """Streamed or not, with the tokens counted; no mark is in the text."""
    asked = Instructions("Be brief.", max_tokens=200, temperature=1.0)

    async def stream():
        return [event async for event in reader.stream("x = 1", asked)]

    async def answer():
        return [await reader.answer("x = 1", asked)]

    *pieces, streamed = await some(stream)
    (whole,) = await some(answer)

    assert streamed.text == "".join(pieces)
    for said in (streamed, whole):
        assert isinstance(said, Answer)
        assert not said.truncated
        assert 0 < said.usage.completion_tokens < 200
        assert "_of_turn" not in said.text
