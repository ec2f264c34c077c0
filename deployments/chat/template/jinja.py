"""A GGUF's Jinja template in a sandbox. It sees stand-ins, never what users wrote."""

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from deployments.chat.prompt import Vocabulary
from deployments.chat.template.generation import Generation
from deployments.chat.template.markup import Markup
from deployments.chat.template.texts import in_json
from deployments.errors import ConfigError, InvalidRequest

Clock = Callable[[], datetime.datetime]


class ChatTemplate:
    """Compiled once, for one vocabulary. `tokens` are those that templates ask for by name, such as `bos_token`."""

    def __init__(
        self,
        source: str,
        vocabulary: Vocabulary,
        tokens: Mapping[str, str],
        now: Clock = datetime.datetime.now,
    ) -> None:
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", Generation]
        )
        environment.filters["tojson"] = to_json
        environment.globals |= {"raise_exception": _raise, "strftime_now": lambda form: now().strftime(form)}
        self.source = source
        self.markup = Markup(vocabulary.controls)
        self._tokens = tokens
        self._now = now
        try:
            self._template = environment.from_string(source)
        except TemplateError as error:
            raise ConfigError(f"The model's chat template cannot be read: {error}.") from error

    def write(self, variables: Mapping[str, Any]) -> str:
        """Up to where the assistant begins. Raises InvalidRequest, in the template's own words, for what it refuses."""
        date = self._now().strftime("%d %b %Y")
        try:
            return self._template.render(add_generation_prompt=True, date_string=date, **self._tokens, **variables)
        except Exception as error:  # a program of strangers, which may fail in any way
            raise InvalidRequest(f"The model's chat template refuses this: {error}", param="messages") from None


def to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """As templates know it, but for `ensure_ascii`: letters stay letters."""
    return in_json(json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, sort_keys=sort_keys))


def _raise(message: str) -> None:
    raise TemplateError(message)
