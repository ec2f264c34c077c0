"""What the tests of several rooms share."""

import os
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("steady", deadline=None)  # how long a test takes depends on who else runs
hypothesis.settings.load_profile("steady")

os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is ever fetched by accident

POCKET = Path(__file__).parents[1] / "models" / "pocket" / "pocket-chat.gguf"


@pytest.fixture(scope="session")
def pocket_path() -> Path:
    """The built-in chat model: a real GGUF for real llama.cpp."""
    return POCKET
