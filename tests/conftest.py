"""What the tests of several rooms share."""

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is ever fetched by accident

POCKET = Path(__file__).parents[1] / "models" / "pocket" / "pocket-chat.gguf"


@pytest.fixture(scope="session")
def pocket_path() -> Path:
    """The built-in chat model: a real GGUF for real llama.cpp."""
    return POCKET
