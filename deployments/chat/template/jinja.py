"""A GGUF's Jinja template in a sandbox. What users wrote is never inside it: the template sees only placeholders."""

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from deployments.chat.messages import Message
from deployments.chat.prompt import Control, Part, Vocabulary
from deployments.errors import ConfigError, InvalidRequest

# Private-use characters, which no template writes.
_PLACEHOLDER = re.compile("\ue000(\\d+)\ue001")


class ChatTemplate:
    """Compiled once, for one vocabulary. `tokens` are those that templates ask for by name, such as `bos_token`."""

    def __init__(self, source: str, vocabulary: Vocabulary, tokens: Mapping[str, str]) -> None:
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.filters["tojson"] = _to_json
        environment.globals |= {"raise_exception": _raise, "strftime_now": _now}
        self._tokens = tokens
        spellings = sorted(vocabulary.controls, key=len, reverse=True)
        self._control = re.compile(f"({'|'.join(map(re.escape, spellings))})")
        try:
            self._template = environment.from_string(source)
        except TemplateError as error:
            raise ConfigError(f"The model's chat template cannot be read: {error}.") from error

    def render(self, messages: Sequence[Message]) -> list[Part]:
        """Up to where the assistant begins. Raises InvalidRequest for what the template has no place for."""
        held = [{"role": message.role, "content": f"\ue000{i}\ue001"} for i, message in enumerate(messages)]
        try:
            text = self._template.render(messages=held, add_generation_prompt=True, **self._tokens)
        except TemplateError as error:
            raise InvalidRequest(
                f"The model's chat template refuses these messages: {error}", param="messages"
            ) from None
        *parts, last = _PLACEHOLDER.split(text)
        places = [int(place) for place in parts[1::2]]
        if missing := set(range(len(messages))) - set(places):
            role = messages[min(missing)].role
            raise InvalidRequest(f"The model's chat template has no place for a {role} message.", param="messages")
        filled = zip(parts[::2], places, strict=True)
        said = [part for markup, i in filled for part in (*self._marked_up(markup), messages[i].content)]
        return [*said, *self._marked_up(last)]

    def _marked_up(self, markup: str) -> Iterator[Part]:
        """What the template itself wrote: its control tokens, and the text between them."""
        for i, part in enumerate(self._control.split(markup)):
            yield Control(part) if i % 2 else part


def _to_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _raise(message: str) -> None:
    raise TemplateError(message)


def _now(form: str) -> str:
    return datetime.datetime.now().strftime(form)
