"""A model of 300 million random weights, for measuring what serving costs where a step costs something.

Its layers say next to nothing, so that it is sane; its output follows one cycle of words. So every answer is known:
after the prompt comes the first word of `words()`, after each word the next one, and never an end.
"""

import re
from functools import cache
from pathlib import Path
from random import Random
from zlib import crc32

import gguf
import numpy as np
from gguf import GGUFReader, GGUFWriter, TokenType
from numpy.typing import NDArray

from bench.cache import folder

VERSION = 2  # of what is written, in the file's name
WIDTH, LAYERS, HEADS, KV_HEADS, FEED_FORWARD, VOCABULARY, CONTEXT = 1024, 12, 16, 4, 7168, 32_768, 16_384
HEAD_WIDTH = WIDTH // HEADS
QUIET, LOUD = 0.002, 0.02  # weights that write to the residual stream, and all others
CERTAINTY = 30.0  # logit of the next word; all others are about 0
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
RENAMED = {"<|start|>": "<|im_start|>", "<|end|>": "<|im_end|>", "<|channel|>": "<|spare|>"}  # plain chat, no Harmony
POCKET = Path(__file__).parents[1] / "models" / "pocket" / "pocket-chat.gguf"

Matrix = NDArray[np.float32]


def path() -> Path:
    """The file, written now unless it has been before, of the same vocabulary. Seconds."""
    vocabulary = crc32("\n".join(_tokens()).encode())
    file = folder("bench") / f"random-300m-{VERSION}-{vocabulary:08x}.gguf"
    if not file.exists():
        _write(file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)
    return file


@cache
def words() -> list[str]:
    """Each is one token wherever it stands, its leading space included. In the order in which the model says them."""
    found = [text for text in _tokens() if re.fullmatch("Ġ[a-z]{2,}", text)]
    Random(0).shuffle(found)
    return [text.replace("Ġ", " ") for text in found]


def text(tokens: int, seed: int) -> str:
    """That many words, in no order. Texts of different seeds soon differ."""
    return "".join(Random(seed).choices(words(), k=tokens))


def _write(file: Path) -> None:
    random = np.random.default_rng(0)
    writer = GGUFWriter(file, gguf.MODEL_ARCH_NAMES[gguf.MODEL_ARCH.QWEN2])
    _describe(writer)
    _add_vocabulary(writer)
    embedding = random.standard_normal((VOCABULARY, WIDTH), np.float32)
    _add(writer, "token_embd.weight", embedding)
    _add(writer, "output.weight", _successors(embedding))
    _add(writer, "output_norm.weight", np.ones(WIDTH, np.float32))
    for layer in range(LAYERS):
        _add_layer(writer, f"blk.{layer}", random)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _successors(embedding: Matrix) -> Matrix:
    """Rows that answer to the embedding of the word before."""
    ids = {text: i for i, text in enumerate(_tokens())}
    cycle = [ids[word.replace(" ", "Ġ")] for word in words()]
    output = np.zeros_like(embedding)
    output[cycle[1:] + cycle[:1]] = embedding[cycle] * (CERTAINTY / WIDTH)
    output[cycle[0]] += embedding[ids["Ċ"]] * (CERTAINTY / WIDTH)  # the prompt ends with a new line
    return output


def _add_layer(writer: GGUFWriter, name: str, random: np.random.Generator) -> None:
    keys = KV_HEADS * HEAD_WIDTH
    for norm in ("attn_norm", "ffn_norm"):
        _add(writer, f"{name}.{norm}.weight", np.ones(WIDTH, np.float32))
    for part, width in (("attn_q", WIDTH), ("attn_k", keys), ("attn_v", keys)):
        _add(writer, f"{name}.{part}.weight", _noise(random, LOUD, width, WIDTH))
        _add(writer, f"{name}.{part}.bias", np.zeros(width, np.float32))
    _add(writer, f"{name}.attn_output.weight", _noise(random, QUIET, WIDTH, WIDTH))
    _add(writer, f"{name}.ffn_gate.weight", _noise(random, LOUD, FEED_FORWARD, WIDTH))
    _add(writer, f"{name}.ffn_up.weight", _noise(random, LOUD, FEED_FORWARD, WIDTH))
    _add(writer, f"{name}.ffn_down.weight", _noise(random, QUIET, WIDTH, FEED_FORWARD))


def _noise(random: np.random.Generator, scale: float, *shape: int) -> Matrix:
    return random.standard_normal(shape, np.float32) * np.float32(scale)


def _add(writer: GGUFWriter, name: str, values: Matrix) -> None:
    """Matrices in 4 bits, vectors as they are."""
    if values.ndim == 1:
        writer.add_tensor(name, values)
    else:
        kind = gguf.GGMLQuantizationType.Q4_0
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)


def _describe(writer: GGUFWriter) -> None:
    writer.add_name("random-300m")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)


def _add_vocabulary(writer: GGUFWriter) -> None:
    """The pocket model's, and as many unused tokens as a larger model would have."""
    pocket = _pocket()
    known = [RENAMED.get(text, text) for text in _tokens()]
    unused = [f"<unused {i}>" for i in range(VOCABULARY - len(known))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-4o")
    writer.add_token_list(known + unused)
    writer.add_token_types(pocket.fields["tokenizer.ggml.token_type"].contents() + [TokenType.UNUSED] * len(unused))
    writer.add_token_merges(pocket.fields["tokenizer.ggml.merges"].contents())
    writer.add_eos_token_id(known.index("<|im_end|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


@cache
def _pocket() -> GGUFReader:
    return GGUFReader(POCKET)


def _tokens() -> list[str]:
    tokens: list[str] = _pocket().fields["tokenizer.ggml.tokens"].contents()
    return tokens
