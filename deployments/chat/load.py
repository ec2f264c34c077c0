"""From a GGUF file and its settings to a chat model that answers."""

from collections.abc import Sequence
from pathlib import Path

from deployments.chat.dialect import Dialect
from deployments.chat.harmony.dialect import HarmonyDialect
from deployments.chat.service import ChatService
from deployments.chat.template.dialect import TemplateDialect
from deployments.chat.template.jinja import ChatTemplate
from deployments.config import GeneratorConfig
from deployments.engine.archive import Archive
from deployments.engine.disk import DiskShelf
from deployments.engine.engine import Engine
from deployments.engine.llama.context import LlamaContext
from deployments.engine.llama.fingerprint import fingerprint
from deployments.engine.llama.fit import Fit
from deployments.engine.llama.memory import fitting_context, judged
from deployments.engine.llama.parameters import Placement, Shape
from deployments.engine.llama.room import Gpu, Room, on_gpus
from deployments.engine.llama.weights import Weights
from deployments.engine.runner import Runner
from deployments.errors import ConfigError


def load_chat(
    config: GeneratorConfig, path: Path, *, cache_dir: Path, gpu_fraction: float | None = None
) -> ChatService:
    """`gpu_fraction` of each GPU's memory may be used; None: all. `cache_dir` is for conversations, if disk is allowed.

    Raises ConfigError, in one line, when the file or the settings cannot work, or need more memory than there is.
    """
    placement, shape = _placement(config), _shape(config)
    room = Room.here(placement, gpu_fraction=gpu_fraction)
    context_tokens = fitting_context(path, placement, shape, config.context_tokens, room)
    weights = Weights(path, placement)
    dialect = _dialect(weights, path.name)
    engine = Engine(
        LlamaContext(weights, shape, context_tokens=context_tokens),
        longest_gap_s=config.longest_gap_ms / 1000,
        archive=Archive(config.cache_memory_bytes, _shelf(config, path, shape, cache_dir)),
        speculation=config.speculation,
    )
    interval_s = config.stream_interval_ms / 1000
    runner = Runner(engine, queue_requests=config.queue_requests, interval_s=interval_s)
    return ChatService(runner, dialect, weights.vocabulary, context_tokens=context_tokens)


def plan_chat(
    config: GeneratorConfig, path: Path, gpus: Sequence[Gpu], *, gpu_fraction: float | None, ram_bytes: int
) -> tuple[Fit, Room]:
    """What the model would take, with such GPUs in sight and so much memory, and what it may take. Nothing is loaded.

    Raises ConfigError, in one line, when the file is no model.
    """
    placement = _placement(config)
    gpu_free = None if config.gpu_layers == 0 else on_gpus(gpus, placement, gpu_fraction)
    room = Room(ram_bytes, ram_bytes, gpu_free)
    return judged(path, placement, _shape(config), config.context_tokens, room), room


def _placement(config: GeneratorConfig) -> Placement:
    return Placement(
        gpu_layers=config.gpu_layers,
        split_mode=config.split_mode,
        main_gpu=config.main_gpu,
        tensor_split=config.tensor_split,
        use_mmap=config.use_mmap,
        use_mlock=config.use_mlock,
    )


def _shape(config: GeneratorConfig) -> Shape:
    return Shape(
        slots=config.slots,
        batch_tokens=config.batch_tokens,
        threads=config.threads,
        flash_attention=config.flash_attention,
        cache_type_k=config.cache_type_k,
        cache_type_v=config.cache_type_v,
    )


def _shelf(config: GeneratorConfig, path: Path, shape: Shape, folder: Path) -> DiskShelf | None:
    """Raises ConfigError when the folder cannot be written."""
    if not config.cache_disk_bytes:
        return None
    try:
        return DiskShelf(folder, config.cache_disk_bytes, fingerprint(path, shape))
    except OSError as error:
        raise ConfigError(
            f"Conversations cannot be kept in {folder}: {error.strerror}. Set cache_disk_bytes to 0."
        ) from error


def _dialect(weights: Weights, name: str) -> Dialect:
    vocabulary = weights.vocabulary
    if HarmonyDialect.is_spoken_by(vocabulary):
        return HarmonyDialect(vocabulary)
    source = weights.chat_template
    if not source:
        raise ConfigError(f"{name} has no chat template. Use a model that was made for chat.")
    return TemplateDialect(vocabulary, ChatTemplate(source, vocabulary, vocabulary.named))
