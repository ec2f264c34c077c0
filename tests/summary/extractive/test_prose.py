"""A text is told by its most central sentences, in the order it has."""

from deployments.summary.document import Document
from deployments.summary.extractive.prose import MAX_SENTENCES, summarize_prose
from deployments.summary.languages import language_of
from tests.summary.extractive.words import embed

CATS = """# About cats

Cats are small animals that sleep most of the day.
The weather in Paris was mild last week.
Most cats sleep a large part of the day, often in the sun.

## Food

Small animals such as cats eat meat.
A cat is an animal that likes to sleep.
Trains to Lyon leave at noon.
"""


async def digest(text: str, max_tokens: int = 300, filename: str = "a.md"):
    return await summarize_prose(Document(text, language_of(filename)), embed, max_tokens)


async def test_central_sentences_come_in_the_order_of_the_text():
    """Those about the subject, not the strays; the title leads and the headings follow."""
    answer = (await digest(CATS)).within(300)

    assert answer.text.startswith(
        "About cats — Markdown, 6 sentences.\n\nCentral sentences (3):\n- Cats are small animals"
    )
    assert answer.text.endswith("\n\nHeadings (1):\n- Food")
    assert "Paris" not in answer.text
    assert "Lyon" not in answer.text
    assert not answer.truncated


async def test_a_short_text_is_told_without_asking_the_model():
    """Three sentences need no ranking."""
    answer = (await digest("One sentence that stands here. Another one that follows it.", filename="a.txt")).within(300)

    assert (
        "Text, 2 sentences.\n\nCentral sentences (2):\n- One sentence that stands here.\n- Another one that follows it."
    ) == answer.text


async def test_a_long_text_is_sampled_and_says_so():
    """The model never sees more sentences than can be compared."""
    seen: list[str] = []

    async def counting(texts: list[str]):
        seen.extend(texts)
        return await embed(texts)

    text = " ".join(f"Sentence number {i} is about item {i}." for i in range(5000))
    answer = (await summarize_prose(Document(text, language_of("a.txt")), counting, 300)).within(300)

    assert MAX_SENTENCES == len(seen)
    assert ["Sentence number 0 is about item 0.", "Sentence number 4999 is about item 4999."] == [seen[0], seen[-1]]
    assert answer.text.startswith("Text, 5,000 sentences, of which 200 were compared.")
    assert answer.truncated


async def test_a_text_without_sentences_shows_how_it_begins():
    """Say, a Markdown file that is one block of code."""
    answer = (await digest("```\nx = 1\n```\n")).within(300)

    assert (
        "Markdown, 3 lines (0 blank). It holds no sentences.\n\nOpening lines (3):\n- `````\n- `x = 1`\n- `````"
        == answer.text
    )


async def test_a_tight_limit_still_gets_one_sentence():
    """Or is told that there would be one."""
    assert "Central sentences (1)" in (await digest(CATS, 10)).within(10).text
