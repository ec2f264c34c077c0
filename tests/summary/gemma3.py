"""A tiny random Gemma 3 twice: as transformers has it, and as the GGUF that llama.cpp reads, with Google's template."""

from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

WINDOW = 32
MARKS = ["<start_of_turn>", "<end_of_turn>"]
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
PIECES = [*SPECIAL, *MARKS, *BYTES, "▁"]
END_OF_TURN = PIECES.index("<end_of_turn>")
TEMPLATE = Path(__file__).parents[1] / "chat" / "template" / "templates" / "gemma3.jinja"

_NAMES = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def random_gemma(seed: int = 5) -> Gemma3ForCausalLM:
    """Six layers, of which the last sees everything and the others a window; norms are not all the same."""
    torch.manual_seed(seed)
    config = Gemma3TextConfig(
        vocab_size=len(PIECES),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=6,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        query_pre_attn_scalar=32,
        sliding_window=WINDOW,
        max_position_embeddings=4096,
        initializer_range=0.1,
        attn_implementation="eager",
    )
    model = Gemma3ForCausalLM(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("norm.weight"):
                weight.normal_(0, 0.2)
    return model


def write_gguf(model: Gemma3ForCausalLM, path: Path) -> Path:
    writer = gguf.GGUFWriter(path, "gemma3")
    _describe(writer, model.config)
    _add_tokenizer(writer)
    for name, weight in model.state_dict().items():
        if name != "lm_head.weight":  # tied to the embeddings
            values = weight.float().numpy()
            # Gemma's norms scale by 1 + weight, llama.cpp's by what the file holds
            writer.add_tensor(_name(name), values + 1 if name.endswith("norm.weight") else values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter, config: Gemma3TextConfig) -> None:
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["full_attention"]["rope_theta"])
    writer.add_sliding_window(config.sliding_window)


def _add_tokenizer(writer: gguf.GGUFWriter) -> None:
    control, plain = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    types = [control, control, control, gguf.TokenType.UNKNOWN, control, control]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(PIECES)
    writer.add_token_scores([-float(i) for i in range(len(PIECES))])
    writer.add_token_types([*types, *[gguf.TokenType.BYTE] * len(BYTES), plain])
    writer.add_bos_token_id(PIECES.index("<bos>"))
    writer.add_eos_token_id(PIECES.index("<eos>"))
    writer.add_eot_token_id(END_OF_TURN)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE.read_text())


def _name(name: str) -> str:
    if name == "model.embed_tokens.weight":
        return "token_embd.weight"
    if name == "model.norm.weight":
        return "output_norm.weight"
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{_NAMES[rest.removesuffix('.weight')]}.weight"


def log_probabilities(model: Gemma3ForCausalLM, tokens: list[int]) -> np.ndarray:
    """Of the token that follows. Shape (vocabulary,)."""
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0, -1]
    return torch.log_softmax(logits.double(), dim=-1).numpy()
