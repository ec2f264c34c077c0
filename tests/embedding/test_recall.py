"""Where questions arrive, answers are remembered: those of this model, within their bytes."""

from dataclasses import dataclass, field, replace

import numpy as np

from deployments.embedding.recall import RecallingEmbedder
from deployments.embedding.request import EmbeddingRequest, EmbeddingResult


@dataclass
class Model:
    """Remembers what it was asked."""

    fingerprint: bytes = b"a"
    asked: list[EmbeddingRequest] = field(default_factory=list)

    async def embed(self, request: EmbeddingRequest) -> EmbeddingResult:
        self.asked.append(request)
        rows = np.full((len(request.inputs), 4), len(self.asked), dtype=np.float32)
        return EmbeddingResult(rows, (4,), 3, "m", seconds=0.5, fingerprint=self.fingerprint)


HELLO = EmbeddingRequest(("hello",), caller="alice")


async def test_an_equal_question_is_answered_from_memory():
    """Whoever asks; and it says that no model worked for it."""
    model = Model()
    embedder = RecallingEmbedder(model, max_bytes=100_000)
    first, again = await embedder.embed(HELLO), await embedder.embed(replace(HELLO, caller="bob"))

    assert [HELLO] == model.asked
    assert first.vectors.tolist() == again.vectors.tolist()
    assert (0.5, 0.0) == (first.seconds, again.seconds)


async def test_another_question_is_asked():
    """Everything but the caller makes a difference."""
    model = Model()
    embedder = RecallingEmbedder(model, max_bytes=100_000)
    questions = [
        HELLO,
        replace(HELLO, inputs=("hello", "hello")),
        replace(HELLO, inputs=((1, 2),)),
        replace(HELLO, prompt_name="query"),
        replace(HELLO, title="T"),
        replace(HELLO, truncate=True),
        replace(HELLO, dimensions=(4,)),
    ]
    for question in questions:
        await embedder.embed(question)

    assert questions == model.asked


async def test_another_model_ends_the_memory():
    """Vectors of two models must not mix."""
    model = Model()
    embedder = RecallingEmbedder(model, max_bytes=100_000)
    await embedder.embed(HELLO)
    model.fingerprint = b"b"
    await embedder.embed(replace(HELLO, title="T"))
    await embedder.embed(HELLO)

    assert 3 == len(model.asked)


async def test_large_answers_do_not_displace_the_others():
    """They are asked again, and so is everything where nothing may be kept."""
    for max_bytes, inputs in ((100_000, ("long " * 5000,)), (0, ("hello",))):
        model = Model()
        embedder = RecallingEmbedder(model, max_bytes=max_bytes)
        for _ in range(2):
            await embedder.embed(EmbeddingRequest(inputs))
        assert 2 == len(model.asked)
