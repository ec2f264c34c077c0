"""What is reused gives the logits that computing anew gives: in the window, at its edge, and beyond it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from deployments.engine.archive import Archive
from deployments.engine.disk import DiskShelf
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from tests.engine.llama.gemma import write_gemma

MEBIBYTE = 1024 * 1024
SIZE = 300  # both vocabularies have these tokens, none of them a control token
RANDOM = np.random.default_rng(3)
LONG, OTHER, TAIL = (RANDOM.integers(259, SIZE + 80, n).tolist() for n in (700, 500, 12))


@dataclass(frozen=True)
class Architecture:
    path: Path
    window: int


@pytest.fixture(scope="session", params=["gpt-oss", "gemma3"])
def architecture(request, pocket_path, tmp_path_factory):
    if request.param == "gpt-oss":
        return Architecture(pocket_path, 128)
    return Architecture(write_gemma(tmp_path_factory.mktemp("gemma") / "gemma3.gguf"), 64)


@pytest.fixture
def start(architecture):
    """Engines over the architecture's model, closed at the end."""
    engines = []

    def start(slots: int = 1, archive: Archive | None = None, **options) -> Engine:
        weights = Weights(architecture.path)
        context = LlamaContext(weights, Shape(slots, 64, 2), context_tokens=2048)
        engines.append(Engine(context, archive=archive, **options))
        return engines[-1]

    yield start
    for engine in engines:
        engine.close()


def run(engine: Engine, *sequences: Sequence) -> None:
    for sequence in sequences:
        engine.add(sequence)
    while not engine.is_idle:
        engine.step()
    assert all(sequence.error is None for sequence in sequences)


def read(tokens: list[int], **options) -> Sequence:
    """Wants one token, and the logarithms of all probabilities for it."""
    return Sequence(tokens, Sampling(logprobs=SIZE), max_tokens=1, **options)


def talk(tokens: list[int], length: int = 1) -> Sequence:
    return Sequence(tokens, max_tokens=length)


def assert_same_logits(engine: Engine, fresh: Engine, tokens: list[int], *, cached: int) -> None:
    reused, computed = read(tokens), read(tokens)
    run(engine, reused)
    run(fresh, computed)
    assert (cached, 0) == (reused.cached_tokens, computed.cached_tokens)
    assert_equal(reused, computed)


def assert_equal(reused: Sequence, computed: Sequence) -> None:
    """Up to what other shapes of batches change in the last bits."""
    ours, theirs = (dict(sequence.logprobs[0].top) for sequence in (reused, computed))
    common = ours.keys() & theirs.keys()
    difference = max(abs(ours[token] - theirs[token]) for token in common)
    spread = np.std([theirs[token] for token in common])
    assert difference < 0.03 * spread
    assert len(common) > 0.9 * SIZE


@pytest.mark.parametrize("back", [0, 1, 5, 60])
def test_a_rollback_that_the_window_allows(architecture, start, back):
    """The cells behind the window are still there for a while."""
    engine, length = start(), architecture.window + 40
    run(engine, talk(LONG[:length]))

    assert_same_logits(engine, start(), [*LONG[: length - back], *TAIL], cached=length - back)


@pytest.mark.parametrize("kept", [1.0, 1.5, 3.0])
def test_a_rollback_beyond_the_window_without_a_checkpoint_computes_anew(architecture, start, kept):
    """Reuse would be wrong there, in silence."""
    engine = start()
    run(engine, talk(LONG))

    assert_same_logits(engine, start(), [*LONG[: int(kept * architecture.window)], *TAIL], cached=0)


@pytest.mark.parametrize("turned", [0, 1])
def test_a_turn_that_drops_a_long_answer_comes_back_to_its_prompt(start, turned):
    """As when a reasoning model's thoughts are left out of the history; or the same prompt is asked again."""
    engine, prompt = start(archive=Archive(64 * MEBIBYTE)), LONG[:400]
    run(engine, talk(prompt, 300))

    tokens = [*prompt, *TAIL] if turned else prompt
    assert_same_logits(engine, start(), tokens, cached=400 if turned else 399)


def test_a_conversation_that_had_to_leave_comes_back(start):
    """One slot, two conversations in turn."""
    engine = start(archive=Archive(64 * MEBIBYTE))
    run(engine, talk(LONG, 20), talk(OTHER, 20))

    assert_same_logits(engine, start(), [*LONG, *TAIL], cached=len(LONG))
    assert_same_logits(engine, start(), [*OTHER, *TAIL], cached=len(OTHER))


def test_an_archive_that_is_full_forgets_and_nothing_breaks(start):
    """Too small for one conversation."""
    engine = start(archive=Archive(20_000))
    run(engine, talk(LONG, 20), talk(OTHER, 20))

    assert_same_logits(engine, start(), [*LONG, *TAIL], cached=0)


def test_a_shared_beginning_is_copied_from_a_conversation_that_went_on(start):
    """It parted at a place that was announced, far behind its window by now; also while it still runs."""
    engine = start(slots=3, archive=Archive(64 * MEBIBYTE))
    shared = LONG[:350]
    endless = Sampling(logit_bias=dict.fromkeys(engine.model.weights.vocabulary.ends, -100.0))
    first = Sequence([*shared, *OTHER[:50]], endless, max_tokens=1000, branches=[350])
    engine.add(first)
    for _ in range(150):
        engine.step()

    assert not first.has_ended
    assert_same_logits(engine, start(), [*shared, *TAIL], cached=350)
    assert_same_logits(engine, start(), [*shared, *TAIL[::-1]], cached=350)


def test_who_comes_together_shares_what_one_of_them_reads(start):
    """Eight prompts with one long beginning cost little more than one, over fewer slots than prompts."""
    engine = start(slots=4, archive=Archive(64 * MEBIBYTE))
    prompts = [[*LONG, 260 + i, *TAIL] for i in range(8)]
    together = [read(prompt) for prompt in prompts]
    run(engine, *together)

    assert [0] + [len(LONG)] * 7 == sorted(sequence.cached_tokens for sequence in together)
    assert engine.counters.prompt_tokens < 1.2 * len(prompts[0])
    for prompt, sequence in zip(prompts[:3], together, strict=False):
        computed = read(prompt)
        run(start(), computed)
        assert_equal(sequence, computed)


def test_the_disk_remembers_across_a_restart(start, tmp_path):
    """With checkpoints and all; but not for another model."""

    def archive(fingerprint: str) -> Archive:
        return Archive(64 * MEBIBYTE, DiskShelf(tmp_path, 64 * MEBIBYTE, fingerprint))

    before = start(archive=archive("one"))
    run(before, talk(LONG[:400], 300), talk(OTHER, 20))
    before.close()

    after = start(archive=archive("one"))
    assert_same_logits(after, start(), [*LONG[:400], *TAIL], cached=400)
    assert_same_logits(after, start(), [*OTHER, *TAIL], cached=len(OTHER))
    assert_same_logits(start(archive=archive("two")), start(), [*OTHER, *TAIL], cached=0)
