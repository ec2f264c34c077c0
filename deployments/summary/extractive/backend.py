"""The backend that needs no language model. It knows which reader fits which document."""

import asyncio
from collections.abc import Callable

from deployments.summary.document import Answer, Document, Instructions
from deployments.summary.extractive import formats, html, logs, python, source, sql
from deployments.summary.extractive.digest import Digest, Unreadable
from deployments.summary.extractive.prose import Embed, summarize_prose

_READERS: dict[str, Callable[[str], Digest]] = {
    "Python": python.digest,
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

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    async def summarize(self, document: Document, instructions: Instructions) -> Answer:
        if document.language.kind == "prose":
            digest = await summarize_prose(document, self._embed, instructions.max_tokens)
        else:
            digest = await asyncio.to_thread(_read, document)
        return await asyncio.to_thread(digest.within, instructions.max_tokens)


def _read(document: Document) -> Digest:
    if document.log is not None:
        return logs.digest(document.log)
    label = document.language.label
    reader = _READERS.get(label)
    if reader is None:
        return source.digest(document.text, label)
    try:
        return reader(document.text)
    except Unreadable as reason:
        return source.digest(document.text, label, remark=f"Read line by line, for {reason}.")
