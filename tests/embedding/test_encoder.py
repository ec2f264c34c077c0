"""A model is loaded as it was meant or not at all, and its vectors do not depend on their neighbours."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from deployments.config import EmbedderConfig
from deployments.embedding.checkpoint import Checkpoint
from deployments.embedding.encoder import SentenceEncoder
from deployments.errors import ConfigError, ServingError
from tests.embedding.conftest import EXACT


def load(folder: Path, config: EmbedderConfig = EXACT) -> SentenceEncoder:
    return SentenceEncoder.load(Checkpoint.read(folder), config)


@pytest.fixture(scope="module")
def encoder(egemma_folder) -> SentenceEncoder:
    return load(egemma_folder)


@pytest.fixture
def copy(egemma_folder, tmp_path) -> Path:
    return shutil.copytree(egemma_folder, tmp_path / "copy")


def test_a_vector_does_not_depend_on_its_batch(encoder):
    """Alone, beside shorter and beside longer texts, it is the same."""
    texts = [encoder.tokenizer.frame([300 + i] * length) for i, length in enumerate((1, 7, 40, 600))]
    together = encoder.encode(texts)

    for tokens, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(encoder.encode([tokens])[0], row, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-6)


def test_bfloat16_gives_unit_vectors_of_the_same_direction(encoder, egemma_folder):
    """Rounded inside, but normalised in float32."""
    rough = load(egemma_folder, EXACT.model_copy(update={"dtype": "bfloat16"}))
    batch = [encoder.tokenizer.frame(tokens) for tokens in encoder.tokenizer.encode(["Hello there", "x " * 300])]
    exact, rounded = encoder.encode(batch), rough.encode(batch)

    np.testing.assert_allclose(np.linalg.norm(rounded, axis=1), 1, rtol=1e-6)
    assert (np.sum(exact * rounded, axis=1) > 0.99).all()
    assert ("bfloat16", np.float32) == (rough.dtype, rounded.dtype)
    assert encoder.fingerprint != rough.fingerprint


def test_texts_are_computed_without_padding(encoder, egemma_folder):
    """Unless the configuration wants it otherwise, which is no reason for a remark."""
    padded = load(egemma_folder, EXACT.model_copy(update={"packed": False}))
    batch = [[5] * length for length in (3, 700, 41)]

    assert (True, "") == (encoder.is_packed, encoder.remark)
    assert (False, "") == (padded.is_packed, padded.remark)
    np.testing.assert_allclose(padded.encode(batch), encoder.encode(batch), atol=2e-6)
    assert encoder.fingerprint != padded.fingerprint


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_model_whose_packed_vectors_differ_is_computed_with_padding(egemma_folder, monkeypatch, caplog, dtype):
    """By the library itself, in the type that was asked for; the log says so once, and so does its card."""
    monkeypatch.setattr("deployments.embedding.encoder.LIKENESS", {torch.float32: 1.1, torch.bfloat16: 1.1})
    encoder = load(egemma_folder, EXACT.model_copy(update={"dtype": dtype}))

    assert (False, dtype) == (encoder.is_packed, encoder.dtype)
    assert "cosine" in encoder.remark
    assert [f"The embedding model is {encoder.remark}"] == [
        r.message for r in caplog.records if r.levelname == "WARNING"
    ]


def test_a_float16_checkpoint_is_not_computed_in_float16(copy):
    """What the files say of the type is not followed where it would overflow."""
    for weights in copy.rglob("*.safetensors"):
        save_file({name: w.half() for name, w in load_file(weights).items()}, weights, metadata={"format": "pt"})
    config = copy / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"dtype": "float16"}))

    assert load(copy, EmbedderConfig(device="cpu", threads=1)).dtype in ("float32", "bfloat16")


def test_a_vector_that_is_not_finite_is_an_error(copy):
    """Nobody stores NaN in an index."""
    weights = load_file(copy / "model.safetensors")
    weights["embed_tokens.weight"][2000] = torch.inf
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    encoder = load(copy)

    assert np.isfinite(encoder.encode([[2, 1999, 1]])).all()
    with pytest.raises(ServingError, match="not finite"):
        encoder.encode([[2, 2000, 1]])


@pytest.mark.parametrize(
    "file", ["modules.json", "config.json", "model.safetensors", "tokenizer.json", "2_Dense/model.safetensors"]
)
@pytest.mark.parametrize("damage", ["missing", "cut", "noise"])
def test_a_damaged_folder_stops_the_start(copy, file, damage):
    """One line says which folder; nothing is made up for what is missing."""
    content = (copy / file).read_bytes()
    (copy / file).unlink()
    if damage != "missing":
        (copy / file).write_bytes(content[: len(content) // 2] if damage == "cut" else b"\xff\x00noise")

    with pytest.raises(ConfigError) as caught:
        load(copy)
    assert str(copy) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_stops_the_start(tmp_path):
    """It is not looked for on a hub."""
    with pytest.raises(ConfigError, match=r"nowhere.*modules\.json"):
        load(tmp_path / "nowhere")


def test_a_model_that_leaves_its_prompt_out_of_the_mean_is_refused(copy):
    """Its vectors depend on where the prompt ends, which token ids do not tell."""
    pooling = copy / "1_Pooling/config.json"
    pooling.write_text(json.dumps(json.loads(pooling.read_text()) | {"include_prompt": False}))

    with pytest.raises(ConfigError, match="different vectors"):
        load(copy)


def test_a_device_that_is_not_there_stops_the_start(egemma_folder):
    """It is not replaced by another."""
    absent = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(ConfigError, match=absent):
        load(egemma_folder, EmbedderConfig(device=absent))


def test_the_fingerprint_is_that_of_the_content(egemma_folder, copy):
    """Equal for equal files wherever they lie, another after any change that matters."""
    print_of = [Checkpoint.read(folder).fingerprint("e") for folder in (egemma_folder, copy)]
    (copy / "README.md").write_text("words")
    print_of.append(Checkpoint.read(copy).fingerprint("e"))
    (copy / "1_Pooling/config.json").write_text("{}")

    assert 1 == len(set(print_of))
    assert Checkpoint.read(copy).fingerprint("e") not in print_of
    assert Checkpoint.read(egemma_folder).fingerprint("f") not in print_of
