"""Texts longer than the model's window are never shortened in silence; token ids are read like text."""

import numpy as np
import pytest

from deployments.errors import ContextLengthExceeded, InvalidField
from tests.embedding.ask import assert_equal, embed, encode
from tests.embedding.egemma import PROMPTS, WINDOW

LONG = "word " * 1500  # 3,000 tokens


async def test_a_text_beyond_the_window_is_refused(egemma):
    """The error names both counts, and the rest of the request is not embedded either."""
    before = egemma.counters.tokens
    with pytest.raises(ContextLengthExceeded, match=rf"\b3\d\d\d tokens\b.*\b{WINDOW}\b"):
        await embed(egemma, "a text that nobody embedded yet", LONG)

    assert before == egemma.counters.tokens


async def test_a_text_beyond_the_window_may_be_cut(egemma, reference):
    """`truncate` gives the library's own vector, which cuts in silence; the answer says what was cut."""
    result = await embed(egemma, "short", LONG, truncate=True)

    assert_equal(encode(reference, "short", LONG, prompt_name="document"), result.vectors)
    assert (1,) == result.truncated
    with pytest.raises(ContextLengthExceeded):
        await embed(egemma, LONG)


async def test_a_text_beyond_the_window_may_be_averaged(egemma, reference):
    """`chunk=mean` gives the mean of windows that each begin with the prompt, weighted by their tokens."""
    text = "→" + LONG
    tokens = reference.tokenizer(text, add_special_tokens=False)["input_ids"]
    prompt = reference.tokenizer(PROMPTS["document"], add_special_tokens=False)["input_ids"]
    room = WINDOW - len(prompt) - 2
    result = await embed(egemma, text, chunk="mean")
    first, second = [(await embed(egemma, tuple(part))).vectors[0] for part in (tokens[:room], tokens[room:])]
    mean = room * first + (len(tokens) - room) * second

    assert_equal(mean / np.linalg.norm(mean), result.vectors[0])
    assert len(tokens) + 2 * (len(prompt) + 2) == result.prompt_tokens


async def test_both_ways_out_at_once_are_refused(egemma):
    """A request that wants its text both cut and averaged is contradictory."""
    with pytest.raises(InvalidField, match="exclude each other"):
        await embed(egemma, "text", truncate=True, chunk="mean")


async def test_token_ids_are_embedded_as_the_text_they_spell(egemma, reference):
    """The prompt and the special tokens are added to ids as they are to text."""
    text = "→ a text whose first character merges with no space before it"
    ids = reference.tokenizer(text, add_special_tokens=False)["input_ids"]
    result, from_text = [await embed(egemma, body, prompt_name="query") for body in (tuple(ids), text)]

    assert_equal(encode(reference, text, prompt_name="query"), result.vectors)
    assert from_text.prompt_tokens == result.prompt_tokens


async def test_a_title_must_leave_room_for_the_text(egemma):
    """A title that fills most of the window is refused where the text has to be split."""
    with pytest.raises(InvalidField, match="title"):
        await embed(egemma, LONG, title="word " * 900, chunk="mean")
