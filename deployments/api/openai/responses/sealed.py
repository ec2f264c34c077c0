"""Reasoning for clients that carry it without looking into it. It is shown anyway, so nothing is secret in it."""

import base64
import binascii


def sealed(reasoning: str) -> str:
    return base64.b64encode(reasoning.encode("utf-8", "surrogatepass")).decode()


def sealed_text(sealed: str) -> str:
    """Raises ValueError for what is not ours."""
    try:
        return base64.b64decode(sealed, validate=True).decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        raise ValueError("encrypted_content was not made by this server") from None
