"""What `model:` may say."""

from pathlib import Path

import pytest

from deployments.errors import ConfigError
from deployments.models.source import Builtin, HubFile, HubRepository, LocalPath, parse


@pytest.mark.parametrize(
    ("text", "source", "name"),
    [
        ("builtin://pocket-chat", Builtin("pocket-chat"), "pocket-chat"),
        ("hf://google/embeddinggemma-300m", HubRepository("google/embeddinggemma-300m", "main"), "embeddinggemma-300m"),
        ("hf://acme/x@v1.2", HubRepository("acme/x", "v1.2"), "x"),
        ("hf://acme/x/gpt-oss-20b.gguf", HubFile("acme/x", "main", "gpt-oss-20b.gguf"), "gpt-oss-20b"),
        ("hf://acme/x@abc/sub/m.gguf", HubFile("acme/x", "abc", "sub/m.gguf"), "m"),
        ("models/some.gguf", LocalPath(Path("models/some.gguf")), "some"),
        ("/srv/encoder-1.5", LocalPath(Path("/srv/encoder-1.5")), "encoder-1.5"),
    ],
)
def test_a_source_and_its_default_name(text, source, name):
    """The name is what clients will call the model."""
    assert source == parse(text)
    assert name == parse(text).name


@pytest.mark.parametrize("text", ["", "http://example.test/x.gguf", "hf://only-an-owner", "hf://", "builtin://"])
def test_a_source_that_means_nothing_is_refused(text):
    """With the forms that do."""
    with pytest.raises(ConfigError, match="Use builtin://NAME, hf://OWNER/REPOSITORY"):
        parse(text)
