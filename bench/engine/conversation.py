"""A long conversation that one side has with us, turn by turn."""

import httpx

from bench import random_model
from bench.engine.ask import Answer, Message, ask, user

FIRST_TOKENS, LATER_TOKENS, ANSWER_TOKENS = 3950, 20, 16


class Conversation:
    """The same for every side that is asked: its texts follow from its number."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._messages: list[Message] = []

    async def turn(self, http: httpx.AsyncClient) -> Answer:
        is_first = not self._messages
        text = random_model.text(FIRST_TOKENS if is_first else LATER_TOKENS, self._number + 1000 * len(self._messages))
        self._messages.append(user(f"{self._number}:{text}"))
        answer = await ask(http, self._messages, ANSWER_TOKENS)
        self._messages.append({"role": "assistant", "content": answer.text})
        return answer
