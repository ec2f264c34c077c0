"""What the engine of a replica does, as metrics that Ray exports to Prometheus."""

from ray.util.metrics import Counter, Gauge, Histogram

from deployments.engine.runner import Runner
from deployments.engine.sequence import Sequence
from deployments.totals import Totals, keep_telling

LATENCIES_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
COUNTED = {
    "steps": "Decode calls.",
    "busy_s": "Seconds spent in decode calls.",
    "batch_tokens": "Tokens in them: read, written or guessed.",
    "prompt_tokens": "Tokens of prompts that were computed.",
    "cached_tokens": "Tokens of prompts that were not computed again.",
    "generated_tokens": "Tokens of answers.",
    "drafted_tokens": "Tokens that were guessed.",
    "accepted_tokens": "Tokens that were guessed rightly.",
}


class EngineMeasures:
    """Counts are read every few seconds, latencies told by each sequence that ends."""

    def __init__(self, model: str, runner: Runner) -> None:
        self._runner = runner
        self._tags = {"model": model}
        self._totals = Totals({name: _counter(name, text) for name, text in COUNTED.items()}, self._tags)
        self._running = _gauge("running_sequences", "Sequences in a slot.")
        self._waiting = _gauge("waiting_sequences", "Sequences that wait for a slot.")
        self._held = _gauge("held_tokens", "Tokens whose keys and values the slots hold.")
        self._capacity = _gauge("capacity_tokens", "Tokens that they could hold.")
        self._queue = _histogram("queue_seconds", "Waiting for a slot.")
        self._first = _histogram("first_token_seconds", "From a request's arrival to its first token.")
        self._gap = _histogram("token_seconds", "Mean time between the tokens of an answer.")
        keep_telling(self._tell)

    def ended(self, sequence: Sequence) -> None:
        """Also one whose client has left."""
        clock = sequence.clock
        if clock.first_token is None:
            return
        self._queue.observe(clock.queue_s, self._tags)
        self._first.observe(clock.queue_s + clock.prompt_s, self._tags)
        if sequence.generated > 1:
            self._gap.observe(clock.answer_s / (sequence.generated - 1), self._tags)

    def _tell(self) -> None:
        load = self._runner.load
        self._totals.tell(load.counters)
        for gauge, value in (
            (self._running, load.running),
            (self._waiting, load.waiting),
            (self._held, load.held_tokens),
            (self._capacity, load.capacity_tokens),
        ):
            gauge.set(value, self._tags)


def _counter(name: str, description: str) -> Counter:
    unit = name.replace("_s", "_seconds") if name.endswith("_s") else name
    return Counter(f"workbench_engine_{unit}_total", description, tag_keys=("model",))


def _gauge(name: str, description: str) -> Gauge:
    return Gauge(f"workbench_engine_{name}", description, tag_keys=("model",))


def _histogram(name: str, description: str) -> Histogram:
    return Histogram(f"workbench_engine_{name}", description, boundaries=LATENCIES_S, tag_keys=("model",))
