"""What the embedding service of a replica does, as metrics that Ray exports to Prometheus."""

from ray.util.metrics import Counter, Gauge

from deployments.embedding.service import EmbeddingService
from deployments.totals import Totals, keep_telling

COUNTED = {
    "texts": "Texts that were asked for.",
    "tokens": "Tokens that went through the model.",
    "batches": "Passes of the model.",
    "cache_hits": "Texts whose vectors were known.",
    "deduplicated": "Texts that shared a computation with an equal one.",
}


class EmbeddingMeasures:
    """Read every few seconds."""

    def __init__(self, service: EmbeddingService) -> None:
        self._service = service
        self._tags = {"model": service.info.name}
        self._totals = Totals({name: _counter(name, text) for name, text in COUNTED.items()}, self._tags)
        description = "Tokens that wait for the model."
        self._queued = Gauge("workbench_embedding_queued_tokens", description, tag_keys=("model",))
        keep_telling(self._tell)

    def _tell(self) -> None:
        self._totals.tell(self._service.counters)
        self._queued.set(self._service.queued_tokens, self._tags)


def _counter(name: str, description: str) -> Counter:
    return Counter(f"workbench_embedding_{name}_total", description, tag_keys=("model",))
