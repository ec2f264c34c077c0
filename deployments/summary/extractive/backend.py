"""The backend that needs no language model. It knows which reader fits which document."""

import asyncio
from collections.abc import Callable

from deployments.summary.document import Answer, Document, Instructions
from deployments.summary.extractive import code, formats, html, logs, source, sql
from deployments.summary.extractive.digest import Digest, Unreadable
from deployments.summary.extractive.prose import Embed, summarize_prose

_READERS: dict[str, Callable[[str], Digest]] = {
    "JSON": formats.json,
    "JSON Lines": formats.json_lines,
    "YAML": formats.yaml,
    "TOML": formats.toml,
    "INI": formats.ini,
    "XML": formats.xml,
    "CSV": formats.csv,
    "SQL": sql.digest,
    "HTML": html.digest,
}


class ExtractiveBackend:
    """The same document always has the same summary. A persona's words need a model that understands them."""

    def __init__(self, embed: Embed, parser: code.Parser) -> None:
        self._embed = embed
        self._parser = parser

    async def summarize(self, document: Document, instructions: Instructions) -> Answer:
        digest = await self._digest(document, instructions.max_tokens)
        return await asyncio.to_thread(digest.within, instructions.max_tokens)

    async def _digest(self, document: Document, max_tokens: int) -> Digest:
        if document.language.kind == "prose":
            return await summarize_prose(document, self._embed, max_tokens)
        label, text = document.language.label, document.text
        try:
            if language := code.parsed_as(label):
                outline = await code.outline(text, language, self._parser)
                return await asyncio.to_thread(code.digest, text, label, outline)
            return await asyncio.to_thread(_read, document)
        except Unreadable as reason:
            remark = f"Read line by line, for {reason}."
            return await asyncio.to_thread(source.digest, text, label, remark=remark)


def _read(document: Document) -> Digest:
    if document.log is not None:
        return logs.digest(document.log)
    label = document.language.label
    reader = _READERS.get(label)
    return reader(document.text) if reader else source.digest(document.text, label)
