"""What the parts of an item say, in words. It knows how names, types and modules are written, in any language."""

import re

from deployments.parsing.captures import PARAMS, Item
from deployments.parsing.outline import Param

_QUOTED = re.compile(r"""\(?["'<`](.*)["'>`]\)?""")
_ARGUMENTS = re.compile(r"<[^<>]*+>(?=\.)")
_MARKS = re.compile(rb"(?:[*&^\s]|const\b|volatile\b)*+")


def names(item: Item) -> list[str]:
    """The name, after those of what it is written to belong to."""
    own = " ".join(part.text for role in ("prefix", "name") if (part := item.first(role))).replace("~ ", "~")
    owners = _names(f"{text(item, 'owner')}.")[:-1] if "owner" in item.parts else []
    return [*owners, *([own] if "whole" in item.parts else _names(own))]


def _names(path: str) -> list[str]:
    return _ARGUMENTS.sub("", path.replace("::", ".")).split(".")


def path(item: Item) -> str:
    return ".".join(names(item))


def owner(item: Item) -> str:
    return names(item)[-2] if "owner" in item.parts else ""


def text(item: Item, role: str) -> str:
    part = item.first(role)
    return part.text if part else "None"


def returns(function: Item) -> str:
    """What C and C++ write before a name, or after all parameters."""
    part, name = function.first("returns"), function.first("owner") or function.first("name")
    if part is None or name is None or "result" in function.parts:
        return text(function, "result" if "result" in function.parts else "returns")
    marks = function.source[part.node.end_byte : name.node.start_byte]
    return _marked(function, part, marks if _MARKS.fullmatch(marks) else b"")


def module(item: Item) -> str:
    """A path may be captured piece by piece."""
    pieces = item.all("module")
    dot = "::" if pieces and item.source.startswith(b"::", pieces[0].node.end_byte) else "."
    written = dot.join(part.text for part in pieces)
    return quoted[1] if (quoted := _QUOTED.fullmatch(written)) else written


def params(function: Item) -> list[Param]:
    holder = function.first("params") or function
    found = {id(param): param for role in PARAMS for param in holder.all(role)}
    return [_param(item) for item in sorted(found.values(), key=lambda param: param.place)]


def _param(item: Item) -> Param:
    name = item.first("name") or item
    param: Param = {"name": name.text, "kind": PARAMS[item.role], "type": _type(item)}
    if default := item.first("default"):
        param["default"] = default.text
    return param


def _type(param: Item) -> str:
    """In C and its kin some of a type may stand around the name; without a name, all that stands there is the type."""
    part, name, default = param.first("type"), param.first("name"), param.first("default")
    if part is None:
        return "None"
    if name is None:
        return param.text if param.holds(part) else part.text
    if name.node.start_byte < part.node.end_byte:
        return _marked(param, part, b"")
    end = default.node.start_byte if default else param.node.end_byte
    before, after = param.source[part.node.end_byte : name.node.start_byte], param.source[name.node.end_byte : end]
    return _marked(param, part, before.replace(b"...", b"") + after.rstrip(b" \t\r\n="))


def _marked(item: Item, part: Item, marks: bytes) -> str:
    """With the qualifiers before a type, and the marks of pointers, references, functions and arrays."""
    before = [mark.text for mark in item.all("qualifier") if mark.node.end_byte <= part.node.start_byte]
    after = " ".join(marks.decode(errors="replace").split())
    return " ".join([*before, part.text]) + " " * (after[:1] not in ("", "[")) + after
