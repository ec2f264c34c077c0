"""How much of a prompt is read at a time while others write, on the speed that this machine shows."""

FIRST = 33  # tokens, while nothing has been measured
LEAST = 9  # tokens: a prompt advances, however slow the machine
WEIGHT, ALARM = 0.25, 0.5  # of the newest measurement in the running averages, and of one that is higher


class Pace:
    """A step lasts about as long as its written tokens need, and so much more for every prompt token in it."""

    def __init__(self, longest_step_s: float) -> None:
        self._longest_step_s = longest_step_s
        self._writing_s = 0.0
        self._token_s = 0.0

    @property
    def prompt_tokens(self) -> int:
        """As many as fit into a step that is not to be longer than the longest."""
        if not self._token_s:
            return FIRST
        return max(LEAST, int((self._longest_step_s - self._writing_s) / self._token_s))

    def row_price(self, writers: int) -> float:
        """What one more row in a step costs, in tokens that the same time brings when `writers` get one each."""
        return writers * self._token_s / self._writing_s if self._writing_s else 1.0

    def measure(self, prompt_tokens: int, seconds: float) -> None:
        """What a step took. Those that read little say nothing about reading."""
        if not prompt_tokens:
            self._writing_s = _moved(self._writing_s, seconds)
        elif prompt_tokens >= LEAST:
            self._token_s = _moved(self._token_s, max(seconds - self._writing_s, 1e-9) / prompt_tokens)


def _moved(average: float, newest: float) -> float:
    weight = ALARM if newest > average else WEIGHT
    return average + weight * (newest - average) if average else newest
