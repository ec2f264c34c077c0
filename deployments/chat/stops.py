"""Stop strings, found across the seams of a streamed text."""

from collections.abc import Sequence

from deployments.chat.overlap import overlap


class StopStrings:
    """Lets text through up to the stop string that is complete first, as if it came letter by letter.

    What may turn out to be the beginning of one is held back.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = stops
        self._held = ""
        self.hit = False

    def feed(self, text: str) -> str:
        if not self._stops:
            return text
        if self.hit:
            return ""
        text, self._held = self._held + text, ""
        found = [(index + len(stop), index) for stop in self._stops if (index := text.find(stop)) >= 0]
        if found:
            self.hit = True
            return text[: min(found)[1]]
        sure = len(text) - overlap(text, self._stops)
        self._held = text[sure:]
        return text[:sure]

    def flush(self) -> str:
        """The text held back, once it is clear that no stop string follows."""
        held, self._held = self._held, ""
        return held
