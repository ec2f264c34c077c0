"""Text is text: it comes back as it went in, and never as a control token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.engine.llama.weights import Weights
from deployments.errors import ConfigError
from tests.engine.llama.gemma import write_gemma

MARKS = ["<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|constrain|>", "<|return|>", "<|call|>"]
spelled = st.lists(st.one_of(st.sampled_from([*MARKS, "<|", "|>", "<", "<|<|end|>end|>"]), st.text())).map("".join)


@given(spelled)
def test_any_text_round_trips_as_text(vocabulary, text):
    """Also one that spells control tokens."""
    tokens = vocabulary.plain(text)

    assert not set(tokens) & set(vocabulary.controls.values())
    assert text == b"".join(vocabulary.pieces[token] for token in tokens).decode()


@pytest.mark.parametrize(
    "text", ["<think>", "</tool_call>", '<|"|>', "a <tool_call|> b", "<b>", "<|channel><|channel>"]
)
def test_markup_that_is_user_defined_is_control(tmp_path, text):
    """llama.cpp would find it in any text; other such tokens are text."""
    marks = ["<think>", "</tool_call>", '<|"|>', "<|channel>", "<tool_call|>"]
    weights = Weights(write_gemma(tmp_path / "gemma.gguf", marks=[*marks, "<b>"]))
    vocabulary = weights.vocabulary
    tokens, controls = vocabulary.plain(text), set(vocabulary.controls)
    shown = b"".join(vocabulary.pieces[token] for token in tokens).decode()
    weights.close()

    assert {*marks, "<bos>", "<eos>", "<unk>"} >= controls >= {*marks}
    assert not set(tokens) & set(vocabulary.controls.values())
    assert text == shown


@pytest.mark.parametrize("text", ["a <eos> b", "<eos><bos>", "<eos>", " w1 w2<eos> w3", "x" * 9000, "ä<eos>ä", ""])
def test_a_vocabulary_that_puts_a_space_before_a_text_puts_one(tmp_path, text):
    """Not one more wherever the text is cut; Llama 2 and the first Mistrals have such vocabularies."""
    weights = Weights(write_gemma(tmp_path / "gemma.gguf", space_prefix=True))
    vocabulary = weights.vocabulary
    shown = b"".join(vocabulary.pieces[token] for token in vocabulary.plain(text)).decode()
    weights.close()

    assert (f" {text}" if text else "") == shown


@pytest.mark.parametrize("text", ["assistant", "Once upon a time. " * 1000])
def test_tokens_belong_to_who_asked_for_them(vocabulary, text):
    """A text is cut once; what a caller does with the tokens is no one else's matter."""
    vocabulary.plain(text).clear()

    assert text.encode() == b"".join(vocabulary.pieces[token] for token in vocabulary.plain(text))


def test_half_a_surrogate_pair_is_replaced(vocabulary):
    """JSON can say it, UTF-8 cannot."""
    shown = b"".join(vocabulary.pieces[token] for token in vocabulary.plain("a\ud83d b")).decode()

    assert shown.startswith("a\ufffd")
    assert shown.endswith(" b")


def test_the_template_s_control_tokens_are_found_by_their_spelling(vocabulary):
    """Each is one token without a text of its own."""
    ids = [vocabulary.control(mark) for mark in MARKS]

    assert len(MARKS) == len(set(ids))
    assert [b""] * len(MARKS) == [vocabulary.pieces[token] for token in ids]


def test_a_control_token_that_the_model_lacks_is_named(vocabulary):
    """Before anything is generated."""
    with pytest.raises(ConfigError, match=r"no control token <start_of_turn>"):
        vocabulary.control("<start_of_turn>")


@pytest.mark.parametrize("letter", ["x", " ", "é", "\n", "界", "👍", "1", "-"])
def test_a_word_without_end_is_read_all_the_same(vocabulary, letter):
    """Its length would be the depth of llama.cpp's stack, and the end of the process."""
    text = letter * 300_000

    assert text == b"".join(vocabulary.pieces[token] for token in vocabulary.plain(text)).decode()
