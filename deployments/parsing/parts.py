"""What the parts of an item say, in words. It knows how names, types and modules are written, in any language."""

import re

from deployments.parsing.captures import PARAMS, Item
from deployments.parsing.outline import Param

_QUOTES = "\"'<>`"
_ARGUMENTS = re.compile(r"<[^<>]*+>(?=\.)")


def path(item: Item) -> str:
    """The name as it is written, after that of its owner."""
    parts = [part.text for role in ("owner", "name") if (part := item.first(role))]
    return _ARGUMENTS.sub("", ".".join(parts)).replace("::", ".")


def owner(item: Item) -> str:
    return path(item).split(".")[-2] if item.first("owner") else ""


def text(item: Item, role: str) -> str:
    """With the marks of pointers and references that C writes between a type and its name."""
    part, name = item.first(role), item.first("name")
    if part is None:
        return "None"
    between = item.source[part.node.end_byte : name.node.start_byte] if name else b""
    marks = between.strip().decode(errors="replace")
    return f"{part.text} {marks}" if marks and not marks.strip("*& ") else part.text


def module(item: Item) -> str:
    """A path may be captured piece by piece."""
    return ".".join(part.text for part in item.all("module")).strip(_QUOTES)


def params(function: Item) -> list[Param]:
    holder = function.first("params") or function
    found = {id(param): param for role in PARAMS for param in holder.all(role)}
    return [_param(item) for item in sorted(found.values(), key=lambda param: param.place)]


def _param(item: Item) -> Param:
    name = item.first("name") or item
    param: Param = {"name": name.text, "kind": PARAMS[item.role], "type": text(item, "type")}
    if default := item.first("default"):
        param["default"] = default.text
    return param
