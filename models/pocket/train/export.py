"""A checkpoint → a GGUF that llama.cpp runs as gpt-oss: `python -m models.pocket.train.export`.

Before it is kept, llama.cpp's tokens and logits are compared with our own.
"""

import argparse
from pathlib import Path

import gguf
import numpy as np
from gguf import GGUFWriter
from numpy.typing import NDArray
from torch import Tensor

from models.pocket.train import checkpoint
from models.pocket.train.model import PocketModel, Shape
from models.pocket.train.parity import check
from models.pocket.train.vocab import CONTROLS, Vocabulary

GGUF = Path("models/pocket/pocket-chat.gguf")
CHAT_TEMPLATE = Path(__file__).parent / "chat_template.jinja"
CONTEXT = 8192

LAYER_NAMES = {
    "attention_norm.weight": "attn_norm.weight",
    "attention.query": "attn_q",
    "attention.key": "attn_k",
    "attention.value": "attn_v",
    "attention.output": "attn_output",
    "attention.sinks": "attn_sinks.weight",
    "experts_norm.weight": "post_attention_norm.weight",
    "experts.router": "ffn_gate_inp",
    "experts.gate": "ffn_gate_exps",
    "experts.up": "ffn_up_exps",
    "experts.down_bias": "ffn_down_exps.bias",
    "experts.down.weight": "ffn_down_exps.weight",
}
TOP_NAMES = {"embedding": "token_embd", "norm": "output_norm", "output": "output"}


def main() -> None:
    options = _options()
    model, vocabulary = checkpoint.load(options.folder)
    unchecked = options.to.with_suffix(".unchecked")
    write(unchecked, model, vocabulary)
    print(check(unchecked, model, vocabulary))
    unchecked.replace(options.to)
    print(f"{options.to}: {options.to.stat().st_size / 1e6:.1f} MB")


def write(path: Path, model: PocketModel, vocabulary: Vocabulary) -> None:
    writer = GGUFWriter(path, gguf.MODEL_ARCH_NAMES[gguf.MODEL_ARCH.GPT_OSS])
    _describe(writer, model.shape)
    _add_vocabulary(writer, vocabulary)
    for name, weight in model.state_dict().items():
        writer.add_tensor(gguf_name(name), _stored(name, weight, model.shape))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_name(name: str) -> str:
    if not name.startswith("layers."):
        top, kind = name.split(".")
        return f"{TOP_NAMES[top]}.{kind}"
    _, layer, inner = name.split(".", 2)
    known = next(known for known in LAYER_NAMES if inner.startswith(known))
    return f"blk.{layer}.{LAYER_NAMES[known]}{inner.removeprefix(known)}"


def _stored(name: str, weight: Tensor, shape: Shape) -> NDArray[np.float32 | np.float16]:
    """Matrices as 16-bit floats, experts one behind the other; the rest, and the router, at full precision."""
    values = weight.detach().float().numpy()
    if name.endswith("experts.down.weight"):
        values = values.reshape(shape.width, shape.experts, -1).transpose(1, 0, 2)
    elif "experts.gate." in name or "experts.up." in name:
        values = values.reshape(shape.experts, shape.expert_width, *values.shape[1:])
    halved = name.endswith(".weight") and values.ndim > 1 and "router" not in name
    return np.ascontiguousarray(values, np.float16 if halved else np.float32)


def _describe(writer: GGUFWriter, shape: Shape) -> None:
    writer.add_name("pocket-chat")
    writer.add_description("A tiny demonstration model of eGemma Serve, trained on generated conversations")
    writer.add_license("MIT")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.expert_width)
    writer.add_expert_feed_forward_length(shape.expert_width)
    writer.add_expert_count(shape.experts)
    writer.add_expert_used_count(shape.experts_used)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_width)
    writer.add_value_length(shape.head_width)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_sliding_window(shape.window)


def _add_vocabulary(writer: GGUFWriter, vocabulary: Vocabulary) -> None:
    learned = len(vocabulary) - len(CONTROLS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-4o")
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * learned + [gguf.TokenType.CONTROL] * len(CONTROLS))
    writer.add_token_merges(vocabulary.merges)
    writer.add_bos_token_id(vocabulary.control("<|startoftext|>"))
    writer.add_eos_token_id(vocabulary.control("<|return|>"))
    writer.add_pad_token_id(vocabulary.control("<|endoftext|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE.read_text(encoding="utf-8").rstrip("\n"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=checkpoint.FOLDER, help="where the checkpoint is")
    parser.add_argument("--to", type=Path, default=GGUF)
    return parser.parse_args()


if __name__ == "__main__":
    main()
