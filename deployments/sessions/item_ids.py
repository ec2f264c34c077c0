"""What an item's id looks like, and what is said of one that is not there."""

import re

from deployments.errors import ItemNotFound

_ID = re.compile(r"[a-z]{2,4}_[0-9a-f]{32,40}")


def is_item_id(text: str) -> bool:
    """Whether it can be one. What cannot is not asked for."""
    return _ID.fullmatch(text) is not None


def item_not_found(item_id: str, *, param: str | None = None) -> ItemNotFound:
    return ItemNotFound(f"Item with id {item_id[:100]!r} not found.", param=param)
