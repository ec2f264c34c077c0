"""gpt-oss-20b without its weights: every tensor by name, shape and type, over a file that is one hole.

The sizes are those of its published configuration; llama.cpp lays it out as it would the real one.
"""

from math import prod
from pathlib import Path

import gguf

EMBEDDING, LAYERS, HEADS, KV_HEADS, HEAD, EXPERTS, VOCABULARY = 2880, 24, 64, 8, 64, 32, 201_088
Q8, MXFP4, F32 = (gguf.GGMLQuantizationType[name] for name in ("Q8_0", "MXFP4", "F32"))


def write_hollow_gpt_oss(path: Path) -> Path:
    """12.1 GB long, a few kilobytes large."""
    writer = gguf.GGUFWriter(path, "gpt-oss")
    writer.add_context_length(131_072)
    writer.add_embedding_length(EMBEDDING)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(EMBEDDING)
    writer.add_expert_feed_forward_length(EMBEDDING)
    writer.add_expert_count(EXPERTS)
    writer.add_expert_used_count(4)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(150_000.0)
    writer.add_sliding_window(128)
    writer.add_vocab_size(VOCABULARY)
    writer.add_tokenizer_model("no_vocab")
    sizes = [_announce(writer, name, shape, kind) for name, shape, kind in _tensors()]
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + sum(sizes) + writer.data_alignment)
    return path


def _announce(writer: gguf.GGUFWriter, name: str, shape: tuple[int, ...], kind: gguf.GGMLQuantizationType) -> int:
    """Bytes that the tensor takes in the file."""
    block, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    size = prod(shape) // block * block_bytes
    writer.add_tensor_info(name, shape, "float32", size, raw_dtype=kind)
    return -(-size // writer.data_alignment) * writer.data_alignment


def _tensors() -> list[tuple[str, tuple[int, ...], gguf.GGMLQuantizationType]]:
    queries, keys = HEADS * HEAD, KV_HEADS * HEAD
    layer = {
        "attn_norm.weight": ((EMBEDDING,), F32),
        "attn_sinks.weight": ((HEADS,), F32),
        "attn_q.weight": ((queries, EMBEDDING), Q8),
        "attn_q.bias": ((queries,), F32),
        "attn_k.weight": ((keys, EMBEDDING), Q8),
        "attn_k.bias": ((keys,), F32),
        "attn_v.weight": ((keys, EMBEDDING), Q8),
        "attn_v.bias": ((keys,), F32),
        "attn_output.weight": ((EMBEDDING, queries), Q8),
        "attn_output.bias": ((EMBEDDING,), F32),
        "post_attention_norm.weight": ((EMBEDDING,), F32),
        "ffn_gate_inp.weight": ((EXPERTS, EMBEDDING), F32),
        "ffn_gate_inp.bias": ((EXPERTS,), F32),
    }
    for name in ("ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"):
        layer |= {
            f"{name}.weight": ((EXPERTS, EMBEDDING, EMBEDDING), MXFP4),
            f"{name}.bias": ((EXPERTS, EMBEDDING), F32),
        }
    blocks = [(f"blk.{i}.{name}", *tensor) for i in range(LAYERS) for name, tensor in layer.items()]
    ends = [(f"{name}.weight", (VOCABULARY, EMBEDDING), Q8) for name in ("token_embd", "output")]
    return [*ends, ("output_norm.weight", (EMBEDDING,), F32), *blocks]
