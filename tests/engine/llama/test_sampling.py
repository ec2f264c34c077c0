"""Tokens are drawn from the model's own logits, whatever else a step does."""

import asyncio
import json
import math
import time

import llama_cpp
import numpy as np
import pytest

from deployments.chat.constraints.compiler import Compiler
from deployments.chat.constraints.grammar import JsonSchema
from deployments.engine import engine as engine_module
from deployments.engine.engine import Engine
from deployments.engine.llama.bias import Bias
from deployments.engine.llama.candidates import Candidates
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence
from tests.chat.constraints.patterns import matching

PROMPT = [300 + i % 40 for i in range(30)]
REPETITIVE = [*PROMPT, *[300 + i % 7 for i in range(120)]]


def run(engine: Engine, *sequences: Sequence) -> list[list[int]]:
    for sequence in sequences:
        engine.add(sequence)
    while not engine.is_idle:
        engine.step()
    assert [None] * len(sequences) == [sequence.error for sequence in sequences]
    return [sequence.tokens[sequence.prompt_tokens :] for sequence in sequences]


def sequence(temperature: float = 0, max_tokens: int = 30, prompt: list[int] = PROMPT, **options) -> Sequence:
    return Sequence(prompt, Sampling(temperature=temperature, seed=7, **options), max_tokens=max_tokens)


def test_logprobs_are_the_model_s_own(context, vocabulary):
    """They sum to one, the chosen token is among them, and temperature, biases and cuts leave them alone."""
    plain = sequence(max_tokens=5, logprobs=vocabulary.size)
    biased = sequence(2.0, max_tokens=1, logprobs=3, top_k=5, logit_bias={301: 50})
    tokens, _ = run(Engine(context), plain, biased)

    assert len(tokens) == len(plain.logprobs)
    for token, item in zip(tokens, plain.logprobs, strict=True):
        assert math.isclose(1, sum(math.exp(value) for _, value in item.top), abs_tol=1e-4)
        assert (token, item.logprob) == item.top[0]
        assert sorted((value for _, value in item.top), reverse=True) == [value for _, value in item.top]
    assert [index for index, _ in plain.logprobs[0].top[:3]] == [index for index, _ in biased.logprobs[0].top]


def test_zero_logprobs_are_those_of_the_token_alone(context):
    """As OpenAI's `logprobs` without `top_logprobs`."""
    asked = sequence(max_tokens=2, logprobs=0)
    run(Engine(context), asked)

    assert [(), ()] == [item.top for item in asked.logprobs]


@pytest.mark.parametrize("temperature", [0, 1.5])
def test_threads_change_no_draw(context, monkeypatch, temperature):
    """Four rows of one step, one after another and on two threads."""

    def drawn() -> list[list[int]]:
        return run(Engine(context), *(sequence(temperature, prompt=[*PROMPT, 300 + i]) for i in range(4)))

    one_by_one = drawn()
    monkeypatch.setattr(engine_module, "PARALLEL_LOGITS", 0)

    assert one_by_one == drawn()


def test_company_changes_no_seeded_draw(context):
    """As far as llama.cpp computes the same: the shape of a batch changes the last bits of its logits."""
    alone = [run(Engine(context), sequence(1.0, 8, [*PROMPT, 500 + i]))[0] for i in range(4)]

    assert alone == run(Engine(context), *(sequence(1.0, 8, [*PROMPT, 500 + i]) for i in range(4)))


def test_more_logprobs_than_tokens_are_all_there_are(context, vocabulary):
    """And nobody else is disturbed."""
    asked = sequence(max_tokens=1, logprobs=10 * vocabulary.size)
    run(Engine(context), asked)

    assert vocabulary.size == len(asked.logprobs[0].top)


@pytest.mark.parametrize("temperature", [0, 0.7])
def test_guesses_change_no_draw(precise_context, temperature):
    """Neither greedy nor seeded."""
    context = precise_context
    guessed = sequence(temperature, 200, REPETITIVE)
    expected = run(Engine(context, speculation=False), sequence(temperature, 200, REPETITIVE))

    assert expected == run(Engine(context), guessed)
    assert guessed.drafted_tokens


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_a_constraint_is_obeyed_to_the_letter(context, vocabulary, temperature):
    """By a model that would have said something else."""
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 9}, "age": {"enum": [3, 4]}},
        "required": ["name", "age"],
        "additionalProperties": False,
    }
    compiler = Compiler(vocabulary)
    matchers = [asyncio.run(compiler.matcher(grammar)) for grammar in (JsonSchema(schema), matching("(ab){3,5}c"))]
    sequences = [
        Sequence(PROMPT, Sampling(temperature=temperature, seed=1), max_tokens=80, constraint=matcher)
        for matcher in matchers
    ]
    answers = run(Engine(context), *sequences, sequence())
    said, matched = (b"".join(vocabulary.pieces[token] for token in answer).decode() for answer in answers[:2])

    assert ["stop", "stop"] == [item.finish_reason for item in sequences]
    assert json.loads(said)["age"] in (3, 4)
    assert matched in ("abababc", "ababababc", "abababababc")


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_biases_hold_among_what_a_constraint_allows(context, vocabulary, temperature):
    """Of two tokens that may come, the one that is banned never does; and the other counts for penalties."""
    wanted, banned = vocabulary.plain("b")[0], vocabulary.plain("a")[0]
    sampling = Sampling(temperature, seed=1, logit_bias={banned: -100, wanted: 50}, presence_penalty=2)
    matcher = asyncio.run(Compiler(vocabulary).matcher(matching("(a|b){6}")))

    assert [wanted] * 6 == run(Engine(context), Sequence(PROMPT, sampling, max_tokens=6, constraint=matcher))[0]


def test_many_biases_cost_no_more_than_few():
    """Also where most tokens may not come: a dozen steps beside everybody else's, over a large vocabulary."""
    size = 200_000
    bias, candidates = Bias(dict.fromkeys(range(0, size, 5), -1.0), size), Candidates(size)
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    llama_cpp.llama_sampler_chain_add(chain, llama_cpp.llama_sampler_init_greedy())
    logits, begun = np.zeros(size, np.float32), time.process_time()

    assert {1} == {candidates.choose(chain, bias.added_to(logits), np.arange(size) > 0) for _ in range(12)}
    assert time.process_time() - begun < 1
    llama_cpp.llama_sampler_free(chain)


@pytest.mark.parametrize("temperature", [1e-7, 1e-38, 1e-44])
def test_the_lowest_temperatures_are_greedy(context, temperature):
    """Logits divided by them would be no numbers, and what is drawn then is noise."""
    lowest, greedy = run(Engine(context), sequence(temperature, top_p=0.9, min_p=0.1), sequence(0))

    assert greedy == lowest
