"""Text that has come and may not go yet, because markup may begin in it. It knows marks, not what they mean."""

from deployments.chat.overlap import overlap


class Held:
    def __init__(self) -> None:
        self.text = ""

    def cut(self, *marks: str) -> tuple[str, str]:
        """Takes what stands before the first of the marks, and the mark; or as much as is surely before any, and ``.

        Whitespace before a mark belongs to it. Empty marks are never found, and nothing is held back for them.
        """
        marks = tuple(filter(None, marks))
        if not marks:
            return self.take(), ""
        found = [(self.text.index(mark), mark) for mark in marks if mark in self.text]
        index, mark = min(found, default=(len(self.text) - overlap(self.text, marks), ""))
        text = self.text[:index].rstrip()
        self.text = self.text[index + len(mark) :] if mark else self.text[len(text) :]
        return text, mark

    def may_begin(self, *marks: str) -> bool:
        """Whether one of the marks stands here, behind whitespace, or may be about to."""
        text = self.text.lstrip()
        return any(text.startswith(mark) or mark.startswith(text) for mark in marks if mark)

    def take(self) -> str:
        text, self.text = self.text, ""
        return text
