"""An alphabet of single bytes and Harmony's marks: every text can be spelled, every cut can be made."""

import re

from deployments.chat.harmony.header import MARKS
from deployments.chat.harmony.parse import Alphabet

ALPHABET = Alphabet(
    pieces=[bytes([i]) for i in range(256)] + [b""] * len(MARKS),
    marks={256 + i: mark for i, mark in enumerate(MARKS)},
)
_IDS = {f"<|{mark}|>": token for token, mark in ALPHABET.marks.items()}


def spell(text: str) -> list[int]:
    """Tokens of a transcript in which `<|…|>` stands for a control token."""
    parts = re.split(r"(<\|[a-z]+\|>)", text)
    return [token for part in parts for token in ([_IDS[part]] if part in _IDS else part.encode())]
