"""A tiny model with the exact module stack of EmbeddingGemma and random weights, made in seconds and seeded."""

import json
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import Gemma3TextConfig, Gemma3TextModel, GemmaTokenizer

WINDOW = 2048
VOCABULARY = 2048
HIDDEN = 96
FULL_DIMENSION = 768

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


def build(folder: Path) -> Path:
    """Saves the model in `folder / "model"`, as the library itself would."""
    torch.manual_seed(0)
    transformer = _transformer(folder / "transformer")
    model = SentenceTransformer(
        modules=[transformer, Pooling(HIDDEN, pooling_mode="mean"), *_projections(), Normalize()],
        prompts=PROMPTS,
        similarity_fn_name="cosine",
        device="cpu",
    )
    model.save_pretrained(str(folder / "model"), create_model_card=False)
    return folder / "model"


def _transformer(folder: Path) -> Transformer:
    Gemma3TextModel(_config()).eval().save_pretrained(folder)
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


def _config() -> Gemma3TextConfig:
    """Bidirectional; five layers with a sliding window, then a full one, as in the original's pattern."""
    return Gemma3TextConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        intermediate_size=144,
        num_hidden_layers=6,
        num_attention_heads=3,
        num_key_value_heads=1,
        head_dim=32,
        query_pre_attn_scalar=32,
        max_position_embeddings=WINDOW,
        sliding_window=512,
        use_bidirectional_attention=True,
        use_cache=False,
        dtype=torch.float32,
    )


def _projections() -> list[Dense]:
    sizes = ((HIDDEN, 4 * HIDDEN), (4 * HIDDEN, FULL_DIMENSION))
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
