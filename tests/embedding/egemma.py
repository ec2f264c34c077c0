"""A tiny model with the exact module stack of EmbeddingGemma and random weights, made in seconds and seeded."""

import json
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import Gemma3TextConfig, Gemma3TextModel, GemmaTokenizer, PreTrainedModel

WINDOW = 2048
VOCABULARY = 2048
FULL_DIMENSION = 768


@dataclass(frozen=True, slots=True)
class Shape:
    """`FULL` is EmbeddingGemma's own, `TINY` what a test can afford."""

    hidden: int = 96
    inner: int = 144
    layers: int = 6
    head: int = 32
    vocabulary: int = VOCABULARY
    sliding_window: int = 512


TINY = Shape()
FULL = Shape(hidden=768, inner=1152, layers=24, head=256, vocabulary=262_144)

TASKS = {
    "query": "search result",
    "BitextMining": "search result",
    "Clustering": "clustering",
    "Classification": "classification",
    "InstructionRetrieval": "code retrieval",
    "MultilabelClassification": "classification",
    "PairClassification": "sentence similarity",
    "Reranking": "search result",
    "Retrieval": "search result",
    "Retrieval-query": "search result",
    "STS": "sentence similarity",
    "Summarization": "summarization",
}
DOCUMENT = "title: none | text: "
PROMPTS = {"document": DOCUMENT, "Retrieval-document": DOCUMENT} | {
    name: f"task: {task} | query: " for name, task in TASKS.items()
}


def build(folder: Path, shape: Shape = TINY) -> Path:
    """Saves the model in `folder / "model"`, as the library itself would."""
    torch.manual_seed(0)
    network = Gemma3TextModel(_config(shape))
    _scatter_gains(network)
    model = SentenceTransformer(
        modules=[
            transformer(network, folder / "transformer"),
            Pooling(shape.hidden, pooling_mode="mean"),
            *_projections(shape.hidden),
            Normalize(),
        ],
        prompts=PROMPTS,
        similarity_fn_name="cosine",
        device="cpu",
    )
    model.save_pretrained(str(folder / "model"), create_model_card=False)
    return folder / "model"


def transformer(network: PreTrainedModel, folder: Path) -> Transformer:
    """Any network, with a tokenizer of Gemma's kind, by way of files in `folder`."""
    network.eval().save_pretrained(folder)
    vocabulary, merges = _train_vocabulary()
    tokenizer = GemmaTokenizer(
        vocab=vocabulary,
        merges=merges,
        add_bos_token=True,
        add_eos_token=True,
        padding_side="right",
        model_max_length=WINDOW,
    )
    tokenizer.save_pretrained(folder)
    return Transformer(str(folder), max_seq_length=WINDOW, model_kwargs={"dtype": torch.float32})


def _scatter_gains(network: Gemma3TextModel) -> None:
    """A new model's norms all have gain 1, as no trained one's have."""
    for name, weight in network.named_parameters():
        if "norm" in name:
            torch.nn.init.normal_(weight, std=0.2)


def _config(shape: Shape) -> Gemma3TextConfig:
    """Bidirectional; five layers with a sliding window, then a full one, as in the original's pattern."""
    return Gemma3TextConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=3,
        num_key_value_heads=1,
        head_dim=shape.head,
        query_pre_attn_scalar=shape.head,
        max_position_embeddings=WINDOW,
        sliding_window=shape.sliding_window,
        use_bidirectional_attention=True,
        use_cache=False,
        dtype=torch.float32,
    )


def _projections(hidden: int) -> list[Dense]:
    sizes = ((hidden, 4 * hidden), (4 * hidden, FULL_DIMENSION))
    return [Dense(narrow, wide, bias=False, activation_function=None) for narrow, wide in sizes]


def _train_vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Gemma's recipe: byte pairs with byte fallback, a space is `▁`, special tokens first."""
    specials = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=specials, limit_alphabet=128, show_progress=False
    )
    tokenizer.train_from_iterator(_corpus(), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def _corpus() -> Iterator[str]:
    """Text that every Python installation has."""
    for file in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:60]:
        yield file.read_text("utf-8", "ignore")
    yield from PROMPTS.values()
