"""What guessing by prompt lookup gains where an answer repeats the prompt, as an edited file does."""

import time
from statistics import median

from bench import random_model
from bench.engine import alone
from bench.figure import Figure
from deployments.engine.engine import Engine
from deployments.engine.sampling import Sampling
from deployments.engine.sequence import Sequence

ROUNDS = 2
TEXT_TOKENS, CONTEXT_TOKENS = 500, 1536
EVERY = 50  # one word of so many is to be changed


async def measure() -> list[Figure]:
    """The text is what the model says anyway, with words replaced: so it copies, and corrects."""
    context = alone.context(slots=1, context_tokens=CONTEXT_TOKENS)
    prompt = context.weights.vocabulary.plain(f"Correct:{_with_errors()}\n")
    both = (True, False)
    rounds = [[_tokens_per_s(Engine(context, speculation=on), prompt) for on in both] for _ in range(ROUNDS)]
    context.close()
    with_guesses, without = (median(speeds) for speeds in zip(*rounds, strict=True))
    detail = f"{with_guesses:.3g} and {without:.3g} tokens/s, one stream, greedy; one word of {EVERY} is changed"
    return [Figure("prompt lookup on an edit", with_guesses / without, 1.5, "×", detail, is_floor=True)]


def _with_errors() -> str:
    words = random_model.words()[:TEXT_TOKENS]
    words[EVERY::EVERY] = random_model.words()[: len(words[EVERY::EVERY])]
    return "".join(words)


def _tokens_per_s(engine: Engine, prompt: list[int]) -> float:
    """Once the prompt is read."""
    sequence = Sequence(prompt, Sampling(temperature=0), max_tokens=TEXT_TOKENS)
    engine.add(sequence)
    while not sequence.generated:
        engine.step()
    begun = time.perf_counter()
    while not sequence.has_ended:
        engine.step()
    engine.model.rewind(0, 0)
    return (TEXT_TOKENS - 1) / (time.perf_counter() - begun)
