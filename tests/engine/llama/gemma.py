"""A random model of the gemma3 architecture: five sliding-window layers to one that sees everything."""

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np

EMBEDDING, LAYERS, HEADS, KV_HEADS, HEAD, FEED_FORWARD, VOCABULARY = 64, 6, 4, 1, 32, 128, 384
WINDOW, CONTEXT = 64, 2048


def write_gemma(
    path: Path, *, marks: Sequence[str] = (), template: str | None = None, space_prefix: bool = False
) -> Path:
    """`marks` are tokens that are markup to a model and `user defined` to llama.cpp."""
    writer = gguf.GGUFWriter(path, "gemma3")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(EMBEDDING)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_sliding_window(WINDOW)
    _add_tokenizer(writer, marks)
    writer.add_add_space_prefix(space_prefix)
    if template:
        writer.add_chat_template(template)
    random = np.random.default_rng(7)
    for name, shape in _shapes():
        values = np.ones(shape) if name.endswith("norm.weight") else random.normal(0, shape[-1] ** -0.5, shape)
        writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter, marks: Sequence[str]) -> None:
    """Bytes, marks, a space, and words that nobody says."""
    special = ["<unk>", "<bos>", "<eos>"]
    pieces = [*special, *(f"<0x{byte:02X}>" for byte in range(256)), *marks, "▁"]
    words = [f"▁w{i}" for i in range(VOCABULARY - len(pieces))]
    types = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * 2, *[gguf.TokenType.BYTE] * 256]
    types += [*[gguf.TokenType.USER_DEFINED] * len(marks), gguf.TokenType.NORMAL]
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*pieces, *words])
    writer.add_token_scores([-float(i) for i in range(VOCABULARY)])
    writer.add_token_types([*types, *[gguf.TokenType.NORMAL] * len(words)])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def _shapes() -> list[tuple[str, tuple[int, ...]]]:
    layer = {
        "attn_norm": (EMBEDDING,),
        "post_attention_norm": (EMBEDDING,),
        "ffn_norm": (EMBEDDING,),
        "post_ffw_norm": (EMBEDDING,),
        "attn_q_norm": (HEAD,),
        "attn_k_norm": (HEAD,),
        "attn_q": (HEADS * HEAD, EMBEDDING),
        "attn_k": (KV_HEADS * HEAD, EMBEDDING),
        "attn_v": (KV_HEADS * HEAD, EMBEDDING),
        "attn_output": (EMBEDDING, HEADS * HEAD),
        "ffn_gate": (FEED_FORWARD, EMBEDDING),
        "ffn_up": (FEED_FORWARD, EMBEDDING),
        "ffn_down": (EMBEDDING, FEED_FORWARD),
    }
    blocks = [(f"blk.{i}.{name}.weight", shape) for i in range(LAYERS) for name, shape in layer.items()]
    return [("token_embd.weight", (VOCABULARY, EMBEDDING)), ("output_norm.weight", (EMBEDDING,)), *blocks]
