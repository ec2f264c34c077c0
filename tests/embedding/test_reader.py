"""What a model reads of a text is the text, each token of it once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer as Backend

from deployments.embedding.reader import Reader
from deployments.embedding.tokenizer import Tokenizer

PROMPT = "task: search result | query: "
BOS, EOS = 2, 1


@pytest.fixture(scope="module")
def tokenizer(egemma_folder) -> Tokenizer:
    return Tokenizer(Backend.from_file(str(egemma_folder / "tokenizer.json")), vocabulary=2048)


@given(text=st.text(max_size=300), window=st.integers(60, 100))
def test_windows_hold_each_token_once_after_the_prompt(tokenizer, text, window):
    """Also where the prompt's last token, a space, merges with the first of the text."""
    [prompt], [tokens] = tokenizer.encode([PROMPT]), tokenizer.encode([PROMPT + text])
    start = len(prompt) if tokens[: len(prompt)] == prompt else len(prompt) - 1
    [reading] = Reader(tokenizer, window).read([text], PROMPT, "mean")
    parts = [each[1 + start : -1] for each in reading.windows]

    assert tokens == tokens[:start] + [token for part in parts for token in part]
    assert all([BOS, *tokens[:start]] == each[: 1 + start] and EOS == each[-1] for each in reading.windows)
    assert max(map(len, reading.windows)) <= window
    assert sum(map(len, reading.windows)) == reading.tokens


@given(text=st.text(max_size=300), window=st.integers(3, 100))
def test_a_cut_text_fills_the_window(tokenizer, text, window):
    """Its special tokens stay, and it says whether it was cut."""
    [tokens] = tokenizer.encode([PROMPT + text])
    [reading] = Reader(tokenizer, window).read([text], PROMPT, "cut")

    assert [[BOS, *tokens[: window - 2], EOS]] == reading.windows
    assert (len(tokens) + 2 > window) == reading.is_truncated


@given(st.lists(st.text(max_size=20) | st.lists(st.integers(0, 2047), max_size=9).map(tuple), max_size=8))
def test_texts_and_ids_may_mix(tokenizer, bodies):
    """Each is read as if alone, in its own place."""
    reader = Reader(tokenizer, 2048)

    assert [reader.read([body], PROMPT, "refuse")[0] for body in bodies] == reader.read(bodies, PROMPT, "refuse")
