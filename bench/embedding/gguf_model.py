"""The same model as a GGUF in bfloat16, for llama.cpp: the architecture that it calls gemma-embedding."""

from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from bench.embedding import model
from tests.embedding.egemma import FULL, WINDOW

WORDS = 262_144 - 259  # beside three special tokens and 256 bytes
NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "post_feedforward_layernorm": "post_ffw_norm",
}


def path() -> Path:
    """The file, written now unless it has been before."""
    file = model.path().with_suffix(".gguf")
    if not file.exists():
        _write(file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)
    return file


def _write(file: Path) -> None:
    writer = gguf.GGUFWriter(file, gguf.MODEL_ARCH_NAMES[gguf.MODEL_ARCH.GEMMA_EMBEDDING])
    _describe(writer)
    _add_vocabulary(writer)
    for name, values in _tensors():
        if values.ndim == 1:  # llama.cpp multiplies with the gain itself, transformers with one more
            writer.add_tensor(name, values + 1)
        else:
            kind = gguf.GGMLQuantizationType.BF16
            writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter) -> None:
    writer.add_name(model.NAME)
    writer.add_context_length(WINDOW)
    writer.add_embedding_length(FULL.hidden)
    writer.add_block_count(FULL.layers)
    writer.add_feed_forward_length(FULL.inner)
    writer.add_head_count(3)
    writer.add_head_count_kv(1)
    writer.add_key_length(FULL.head)
    writer.add_value_length(FULL.head)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_sliding_window(FULL.sliding_window)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    for name, (narrow, wide) in {"dense_2": (768, 3072), "dense_3": (3072, 768)}.items():
        writer.add_dense_features_dims(name, narrow, wide)


def _add_vocabulary(writer: gguf.GGUFWriter) -> None:
    """Words that nobody says: texts come as token ids."""
    pieces = ["<pad>", "<eos>", "<bos>", *(f"<0x{byte:02X}>" for byte in range(256)), *(f"▁w{i}" for i in range(WORDS))]
    types = [gguf.TokenType.CONTROL] * 3 + [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * WORDS
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores([-float(i) for i in range(len(pieces))])
    writer.add_token_types(types)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_add_bos_token(False)


def _tensors() -> Iterator[tuple[str, NDArray[np.float32]]]:
    weights = load_file(model.path() / "model.safetensors")
    yield "token_embd.weight", weights["embed_tokens.weight"]
    yield "output_norm.weight", weights["norm.weight"]
    for i in range(FULL.layers):
        for theirs, name in NAMES.items():
            yield f"blk.{i}.{name}.weight", weights[f"layers.{i}.{theirs}.weight"]
    for dense in ("2_Dense", "3_Dense"):
        loaded = load_file(model.path() / dense / "model.safetensors")
        yield f"dense_{dense[0]}.weight", loaded["linear.weight"]
