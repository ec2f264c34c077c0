"""What a file says of who may use it, which is nothing of what it does."""

import re
from collections.abc import Iterable

_LICENCE = re.compile(r"copyright|licen[cs]e|SPDX|\(c\)|©", re.IGNORECASE)


def besides_licences(paragraphs: Iterable[str]) -> str:
    """The first that says something else, or nothing."""
    said = (paragraph.strip() for paragraph in paragraphs)
    return next((part for part in said if part and not _LICENCE.search(part)), "")
