"""Real llama.cpp gives each sequence what it would get alone, whatever was computed before."""

import pytest

from deployments.engine.batch import Batch, Chunk
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.parameters import Shape
from deployments.engine.llama.weights import Weights
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from deployments.errors import ConfigError

PROMPTS = [[300 + i, 301, 302 + 7 * i, 303] * (3 + 9 * i) for i in range(6)]


def generated(engine: Engine, *sequences: Sequence) -> list[list[int]]:
    for sequence in sequences:
        engine.add(sequence)
    while not engine.is_idle:
        engine.step()
    return [sequence.tokens[sequence.prompt_tokens :] for sequence in sequences]


def greedy(prompt: list[int], max_tokens: int = 12) -> Sequence:
    return Sequence(prompt, Sampling(temperature=0), max_tokens=max_tokens)


def alone(pocket_path, prompt: list[int], max_tokens: int = 12) -> list[int]:
    context = LlamaContext(Weights(pocket_path), Shape(1, 64, 2), context_tokens=1024)
    answer = generated(Engine(context), greedy(prompt, max_tokens))[0]
    context.close()
    return answer


def test_greedy_answers_do_not_depend_on_the_company(context, pocket_path):
    """Six prompts over four slots, in chunks, some longer than the sliding window."""
    expected = [alone(pocket_path, prompt) for prompt in PROMPTS]

    assert expected == generated(Engine(context), *(greedy(prompt) for prompt in PROMPTS))


def test_a_conversation_goes_on_from_its_cache_to_the_same_answer(context, pocket_path):
    """The second turn computes only what is new."""
    engine = Engine(context)
    first = greedy(PROMPTS[5])
    generated(engine, first)
    second = greedy([*first.tokens, 310, 311])

    assert generated(engine, second)[0] == alone(pocket_path, second.tokens[: second.prompt_tokens])
    assert len(first.tokens) - 1 == second.cached_tokens


@pytest.mark.parametrize("kept", [4, 100, 150, 190])
def test_going_back_behind_the_window_computes_again(context, pocket_path, kept):
    """The window is 128 tokens; a rollback beyond what is left of it would be wrong without a word."""
    engine = Engine(context)
    generated(engine, greedy(PROMPTS[5], 60))
    turned = greedy([*PROMPTS[5][:kept], 400, 401])

    assert generated(engine, turned)[0] == alone(pocket_path, turned.tokens[: turned.prompt_tokens])


def test_a_token_that_does_not_exist_fails_its_own_request_only(context, pocket_path):
    """llama.cpp refuses the batch that it shares with others."""
    refused, others = Sequence([300, 10**6], max_tokens=4), [greedy(prompt) for prompt in PROMPTS[:3]]
    answers = generated(Engine(context), others[0], refused, *others[1:])

    assert "llama_decode returned -1" in str(refused.error)
    assert [alone(pocket_path, prompt) for prompt in PROMPTS[:3]] == [answers[0], *answers[2:]]


@pytest.mark.parametrize("seed", [-1, 2**32 - 1, 2**63 - 1, -(2**63)])
def test_every_seed_repeats(context, seed):
    """Also those that llama.cpp takes for none."""
    engine = Engine(context)
    wanted = [Sequence(PROMPTS[0], Sampling(2, top_k=100, seed=seed), max_tokens=16) for _ in range(2)]
    one, again = generated(engine, *wanted)

    assert one == again


def test_a_seed_repeats_and_temperature_varies(context):
    """Sampled answers are reproducible by their seed alone."""
    engine = Engine(context)

    def sampled(seed: int) -> Sequence:
        return Sequence(PROMPTS[0], Sampling(temperature=2, top_k=100, seed=seed), max_tokens=16)

    one, again, other = generated(engine, sampled(1), sampled(1), sampled(2))

    assert one == again
    assert one != other


def test_biases_and_penalties_reach_the_sampler(context):
    """A banned token never comes, and one that is punished for repeating comes once."""
    engine = Engine(context)
    favourite = generated(engine, greedy(PROMPTS[0], 1))[0][0]
    banned = Sequence(PROMPTS[0], Sampling(logit_bias={favourite: -100}), max_tokens=8)
    forced = Sampling(logit_bias={favourite: 100}, frequency_penalty=2, presence_penalty=2)

    assert favourite not in generated(engine, banned)[0]
    assert [favourite] * 8 == generated(engine, Sequence(PROMPTS[0], forced, max_tokens=8))[0]


def test_a_batch_that_would_abort_the_process_is_refused(context):
    """llama.cpp does not return from a batch beyond its size."""
    with pytest.raises(ValueError, match="65 tokens exceeds 64"):
        context.decode(Batch([Chunk(0, 0, [300] * 65, outputs=1)], 65))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "cannot load"),
        (b"not a gguf", "invalid magic"),
        (None, "does not exist"),
        ("cut", "corrupted or incomplete"),
    ],
    ids=["empty", "text", "missing", "truncated"],
)
def test_a_file_that_is_no_model_is_explained_in_one_line(tmp_path, pocket_path, content, complaint):
    """Without the folder it lies in."""
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(pocket_path.read_bytes()[:300_000] if content == "cut" else content)

    with pytest.raises(ConfigError, match=complaint) as error:
        Weights(path)
    assert str(tmp_path) not in str(error.value)
    assert "\n" not in str(error.value)
