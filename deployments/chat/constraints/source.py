"""A form as the text that llguidance compiles, and what llguidance says of such a text. It knows no tokens."""

import json
import re

from llguidance import regex_to_lark

from deployments.chat.constraints.annotations import bare
from deployments.chat.constraints.closed import closed
from deployments.chat.constraints.grammar import Grammar, JsonSchema, Lark
from deployments.chat.constraints.limits import MAX_BYTES
from deployments.chat.constraints.numbers import doubt
from deployments.errors import InvalidField

# Whitespace that nobody asked for is where weak models lose themselves.
_LAYOUT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
# Otherwise a mask would only hold the usual spelling of what must follow, and less than `allows` does.
_UNFORCED = '\n%llguidance {"no_forcing": true}\n'
_PLACE = re.compile(r"^(at )?\d+\(\d+\): (failed to compile JSON schema: )?")
_QUOTE = re.compile(r"\n *\d+ \|.*", re.DOTALL)
_LONGEST_REASON = 500


class Refusal(Exception):
    """Why a form cannot be enforced: the end of a sentence."""


def source_of(grammar: Grammar) -> str:
    """Equal texts mean equal forms. Raises Refusal."""
    source = grammar.text if isinstance(grammar, Lark) else f"start: {json_rule(grammar)}"
    check_size(source)
    return source + _UNFORCED


def check_size(text: str) -> None:
    """Raises Refusal for what is too long to be compiled."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Refusal("it holds half of a surrogate pair, which is not Unicode") from None
    if size > MAX_BYTES:
        raise Refusal(f"it has {size} bytes, and {MAX_BYTES} is the most that is compiled")


def json_rule(grammar: JsonSchema) -> str:
    """For a rule of a Lark, with our own options: a schema cannot ask for leniency. Raises Refusal."""
    try:
        bared = bare(grammar.schema)
        check_size(json.dumps(bared, allow_nan=False, ensure_ascii=False))
        if complaint := doubt(bared):
            raise Refusal(complaint)
        schema = {**closed(bared), "x-guidance": _LAYOUT}
        return f"%json {json.dumps(schema, allow_nan=False, ensure_ascii=False)}"
    except RecursionError:
        raise Refusal("it is nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise Refusal(f"it is not JSON: {error}") from None


def json_of(schema: JsonSchema, *, param: str) -> str:
    """Raises InvalidField, for the field that the schema came from."""
    try:
        return json_rule(schema)
    except Refusal as refusal:
        raise InvalidField(f"{schema.title} cannot be enforced: {refusal}.", param=param) from None


def in_slashes(pattern: str) -> str:
    """A regular expression as it stands between the slashes of a Lark, where it can end neither of them."""
    return str(regex_to_lark(pattern))


def reason(error: str) -> str:
    """What llguidance complains of, without the places in a text that the client never saw."""
    text = _QUOTE.sub("", _PLACE.sub("", error.replace("<non-verbose/>", ""))).strip()
    if text == "NoExtensionBias":
        return "nothing can satisfy it"
    return text[:_LONGEST_REASON] or "it is too complex"
