"""Prose → its most central sentences, in their order. It knows sentences and their vectors, not who makes vectors."""

import asyncio
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from deployments.summary.document import Document
from deployments.summary.extractive import lexrank, source
from deployments.summary.extractive.digest import CHARS_PER_TOKEN, Digest, Section, counted
from deployments.summary.extractive.sentences import Prose, read

# Similarities grow with the square, and every sentence must be embedded: more than these are sampled evenly.
MAX_SENTENCES = 200
_NO_SENTENCES = "It holds no sentences."
_FEW = 3
_SHARE_OF_SENTENCES = 1 / 3
_SHARE_OF_ROOM = 3 / 5  # the rest is for the title and headings


class Embed(Protocol):
    async def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        """Unit vectors, one row for each text."""
        ...


async def summarize_prose(document: Document, embed: Embed, max_tokens: int) -> Digest:
    prose = await asyncio.to_thread(read, document.text)
    if not prose.sentences:
        return await asyncio.to_thread(source.digest, document.text, document.language.label, remark=_NO_SENTENCES)
    compared = _sample(prose.sentences)
    ranking = lexrank.central(await embed(compared)) if len(compared) > _FEW else list(range(len(compared)))
    most = max(_FEW, int(len(prose.sentences) * _SHARE_OF_SENTENCES))
    chosen = _fitting(ranking[:most], compared, int(max_tokens * CHARS_PER_TOKEN * _SHARE_OF_ROOM))
    sections = (Section("central sentences", tuple(chosen)), Section("headings", prose.headings))
    is_partial = len(compared) < len(prose.sentences)
    return Digest(_lead(prose, document.language.label, len(compared)), sections, is_partial)


def _sample(sentences: tuple[str, ...]) -> list[str]:
    """All of them, or as many as may be compared, evenly spread from the first to the last."""
    rows = np.linspace(0, len(sentences) - 1, min(len(sentences), MAX_SENTENCES)).astype(int)
    return [sentences[row] for row in rows]


def _fitting(ranking: list[int], sentences: list[str], room: int) -> list[str]:
    """The most central sentences that fit, and always one, in the order of the text."""
    chosen = ranking[:1]
    for row in ranking[1:]:
        if sum(len(sentences[taken]) for taken in [*chosen, row]) <= room:
            chosen.append(row)
    return [sentences[row] for row in sorted(chosen)]


def _lead(prose: Prose, label: str, compared: int) -> str:
    title = f"{prose.title} — " if prose.title else ""
    only = f", of which {compared:,} were compared" if compared < len(prose.sentences) else ""
    return f"{title}{label}, {counted(len(prose.sentences), 'sentences')}{only}."
