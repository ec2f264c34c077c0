"""A request → the tokens that the model reads, if they fit. It knows no engine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from deployments.chat.dialect import Dialect
from deployments.chat.prompt import Part, tokenize
from deployments.chat.request import ChatRequest
from deployments.chat.truncation import truncated
from deployments.engine.llama.vocabulary import Vocabulary
from deployments.engine.prefix import common_prefix
from deployments.errors import ContextLengthExceeded, InvalidField, ServingError

# Of the context, one part in so many is made free once turns have to leave: those that follow begin as this one does,
# so that what is computed of it can be used again.
ROOM_SHARE = 4


@dataclass(frozen=True, slots=True)
class Prompt:
    """`room` is how many tokens may follow; `branches` are lengths at which other prompts may part from this one."""

    tokens: Sequence[int]
    room: int
    branches: Sequence[int] = ()


class Prompts:
    """Tokenizing takes milliseconds, so it is for a thread."""

    def __init__(self, dialect: Dialect, vocabulary: Vocabulary, *, context_tokens: int) -> None:
        self._dialect = dialect
        self._vocabulary = vocabulary
        self._context_tokens = context_tokens

    def of_conversation(self, request: ChatRequest) -> tuple[ChatRequest, Prompt]:
        """And the request as the model reads it. Raises ContextLengthExceeded."""
        length, tokens = self._read(request)
        if request.truncated_messages is not None and self._context_tokens - length < self._wanted(request):
            request = truncated(request, self._leaves_room)
            length, tokens = self._read(request)
        if tokens is None:
            raise self._too_long(f"{length} tokens at least", "messages")
        return request, Prompt(tokens, self._room(tokens, "messages"), self._branches(request, tokens))

    def of_text(self, prompt: str | tuple[int, ...]) -> Prompt:
        """Text is text, whatever it spells; tokens may be any that the model has. Raises ContextLengthExceeded."""
        if isinstance(prompt, str) and (fewest := self._fewest([prompt])) > self._context_tokens:
            raise self._too_long(f"{fewest} tokens at least", "prompt")
        tokens = self._known(prompt) if isinstance(prompt, tuple) else self._opened(prompt)
        if not tokens:
            raise InvalidField("The prompt is empty, and this model begins with nothing.", param="prompt")
        return Prompt(tokens, self._room(tokens, "prompt"))

    def spelled(self, prompt: str | tuple[int, ...]) -> str:
        if isinstance(prompt, str):
            return prompt
        return b"".join(self._vocabulary.pieces[token] for token in prompt).decode("utf-8", "replace")

    def conversation(self, request: ChatRequest) -> list[int]:
        """As the model would read it, up to where its answer begins."""
        return tokenize(self._dialect.render(request), self._vocabulary)

    def _wanted(self, request: ChatRequest) -> int:
        """Room for the answer, for which turns leave."""
        return min(request.max_tokens, self._context_tokens // ROOM_SHARE)

    def _leaves_room(self, request: ChatRequest) -> bool:
        length, _ = self._read(request)
        return self._context_tokens - length >= self._context_tokens // ROOM_SHARE

    def _read(self, request: ChatRequest) -> tuple[int, list[int] | None]:
        """How many tokens, and which; of what cannot fit, at least how many: to tokenize it takes seconds."""
        parts = self._dialect.render(request)
        fewest = self._fewest(parts)
        if fewest > self._context_tokens:
            return fewest, None
        tokens = tokenize(parts, self._vocabulary)
        return len(tokens), tokens

    def _fewest(self, parts: Sequence[Part]) -> int:
        """So many tokens it has at the least."""
        texts = [part for part in parts if isinstance(part, str)]
        size = sum(len(text.encode("utf-8", "replace")) for text in texts)
        return len(parts) - len(texts) + -(-size // self._longest_piece)

    @cached_property
    def _longest_piece(self) -> int:
        return max(map(len, self._vocabulary.pieces))

    def _opened(self, text: str) -> list[int]:
        return [*self._vocabulary.opening, *self._vocabulary.plain(text)]

    def _known(self, tokens: tuple[int, ...]) -> tuple[int, ...]:
        size = self._vocabulary.size
        if unknown := sorted({token for token in tokens if not 0 <= token < size}):
            raise InvalidField(f"The prompt has tokens {unknown[:10]}; the model has 0 to {size - 1}.", param="prompt")
        return tokens

    def _room(self, tokens: Sequence[int], param: str) -> int:
        room = self._context_tokens - len(tokens)
        if room < 1:
            raise self._too_long(f"{len(tokens)} tokens", param)
        return room

    def _too_long(self, length: str, param: str) -> ContextLengthExceeded:
        return ContextLengthExceeded(
            f"Input tokens exceed the configured limit: this model's maximum context length is "
            f"{self._context_tokens} tokens, but the {param} resulted in {length}. "
            f"Please reduce the length of the {param}.",  # clients know it by these words
            param=param,
        )

    def _branches(self, request: ChatRequest, tokens: Sequence[int]) -> list[int]:
        """Other conversations may begin with the same instructions, and part from this one where they end."""
        leading = tuple(takewhile(lambda message: message.is_instruction, request.messages))
        try:
            opening = self.conversation(replace(request, messages=leading))
        except ServingError:  # a template may not write instructions without a question
            return []
        return [common_prefix(tokens, opening)] if opening else []
