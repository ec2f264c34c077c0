"""The models that come with the project. They make everything work at once; they stand in for no other."""

from pathlib import Path

from deployments.embedding.minilm import minilm_folder
from deployments.errors import ConfigError
from deployments.resources import resource

POCKET_CHAT = "pocket-chat"
MINILM = "all-MiniLM-L6-v2"


def builtin_model(name: str) -> Path:
    """The file or folder of a built-in model."""
    if name == POCKET_CHAT:
        return resource("models/pocket/pocket-chat.gguf")
    if name == MINILM:
        return minilm_folder()
    raise ConfigError(f"There is no built-in model {name!r}. Built in are {POCKET_CHAT} and {MINILM}.")
