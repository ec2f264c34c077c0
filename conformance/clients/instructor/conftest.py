"""The client as instructor's users make it, in a mode of their choice."""

import instructor
import pytest


@pytest.fixture
def patched(model, base_url, api_key):
    """A function from a mode to a client."""

    def connect(mode: instructor.Mode, **changes):
        asked = {"base_url": base_url, "api_key": api_key, "mode": mode} | changes
        return instructor.from_provider(f"openai/{model}", **asked)

    return connect
