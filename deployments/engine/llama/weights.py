"""A GGUF file's weights in memory, and what the file says of itself."""

from pathlib import Path

import llama_cpp

from deployments.engine.llama import library
from deployments.engine.llama.vocabulary import Vocabulary
from deployments.errors import ConfigError


class Weights:
    """Shared by every context made from them. `close` only after those contexts are closed."""

    def __init__(self, path: Path, *, gpu_layers: int = -1, use_mmap: bool = True) -> None:
        library.start()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = gpu_layers
        parameters.load_mode = llama_cpp.LLAMA_LOAD_MODE_MMAP if use_mmap else llama_cpp.LLAMA_LOAD_MODE_NONE
        library.first_error()
        self.pointer = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        if not self.pointer:
            raise ConfigError(_complaint(path, library.first_error().replace(str(path), path.name)))
        self.vocabulary = Vocabulary(self.pointer)

    @property
    def trained_context_tokens(self) -> int:
        return int(llama_cpp.llama_model_n_ctx_train(self.pointer))

    @property
    def window(self) -> int:
        """Tokens that sliding-window layers look back; 0 where all layers see everything."""
        return int(llama_cpp.llama_model_n_swa(self.pointer))

    @property
    def chat_template(self) -> str | None:
        """The Jinja template that the file carries."""
        text = llama_cpp.llama_model_chat_template(self.pointer, None)
        return text.decode("utf-8", "replace") if text else None

    def close(self) -> None:
        if self.pointer:
            llama_cpp.llama_model_free(self.pointer)
            self.pointer = None


def _complaint(path: Path, error: str) -> str:
    if not path.is_file():
        return f"The model file {path.name} does not exist."
    return f"llama.cpp cannot load {path.name}: {error or 'it gave no reason'}. Is the file complete and a GGUF?"
