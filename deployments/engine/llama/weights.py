"""A GGUF file's weights in memory, and what the file says of itself."""

from pathlib import Path
from typing import Any

import llama_cpp

from deployments.engine.llama import library
from deployments.engine.llama.parameters import Placement
from deployments.engine.llama.vocabulary import Vocabulary
from deployments.errors import ConfigError

DEFAULT_PLACEMENT = Placement()


class Weights:
    """Shared by every context made from them. `close` only after those contexts are closed."""

    def __init__(self, path: Path, placement: Placement = DEFAULT_PLACEMENT) -> None:
        """Raises ConfigError when llama.cpp cannot load the file, or not to there."""
        self.pointer = load(path, placement.parameters())
        self.vocabulary = Vocabulary(self.pointer)

    @property
    def trained_context_tokens(self) -> int:
        return int(llama_cpp.llama_model_n_ctx_train(self.pointer))

    @property
    def window(self) -> int:
        """Tokens that sliding-window layers look back; 0 where all layers see everything."""
        return int(llama_cpp.llama_model_n_swa(self.pointer))

    @property
    def is_recurrent(self) -> bool:
        """Whether some layers keep one state instead of keys and values, which cannot go back."""
        return bool(llama_cpp.llama_model_is_recurrent(self.pointer) or llama_cpp.llama_model_is_hybrid(self.pointer))

    @property
    def chat_template(self) -> str | None:
        """The Jinja template that the file carries."""
        text = llama_cpp.llama_model_chat_template(self.pointer, None)
        return text.decode("utf-8", "replace") if text else None

    def close(self) -> None:
        if self.pointer:
            llama_cpp.llama_model_free(self.pointer)
            self.pointer = None


def load(path: Path, parameters: Any) -> Any:
    """A llama_model, to be freed by the caller. Raises ConfigError, in one line and without the file's folder."""
    library.start()
    library.first_error()
    pointer = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
    if not pointer:
        raise ConfigError(_complaint(path, library.first_error().replace(f"{path.parent}/", "")))
    return pointer


def _complaint(path: Path, error: str) -> str:
    if not path.is_file():
        return f"The model file {path.name} does not exist."
    return f"llama.cpp cannot load {path.name}: {error or 'it gave no reason'}. Is the file complete and a GGUF?"
