"""What a model wants to read before a text: its prompts by name, and the place of a title. It knows no tokens."""

from collections.abc import Mapping
from dataclasses import dataclass

from deployments.errors import InvalidField

NAMES = (
    "query",
    "document",
    "BitextMining",
    "Clustering",
    "Classification",
    "InstructionRetrieval",
    "MultilabelClassification",
    "PairClassification",
    "Reranking",
    "Retrieval",
    "Retrieval-query",
    "Retrieval-document",
    "STS",
    "Summarization",
)
TITLED = ("document", "Retrieval-document")
UNTITLED_FORM = "title: none | text: "


@dataclass(frozen=True, slots=True)
class Prompts:
    by_name: Mapping[str, str]

    @classmethod
    def of_model(cls, own: Mapping[str, str]) -> "Prompts":
        """A model without any prompt text reads queries and documents alike, so it takes every name."""
        return cls(own if any(own.values()) else dict.fromkeys((*NAMES, *own), ""))

    @property
    def take_titles(self) -> bool:
        return self.by_name.get("document") == UNTITLED_FORM

    @property
    def for_comparison(self) -> str:
        """Before texts that are compared with each other. Not every model was trained for it by name."""
        return self.by_name.get("STS", self.by_name.get("document", ""))

    def find(self, name: str | None, title: str | None = None) -> str:
        """The text that goes before an input. Names are matched case-insensitively."""
        if name is None:
            return self.for_comparison
        known = {own.casefold(): own for own in self.by_name}.get(name.casefold())
        if known is None:
            raise InvalidField(
                f"Unknown prompt_name {name[:40]!r}. Valid: {', '.join(self.by_name)}.", param="prompt_name"
            )
        return self.by_name[known] if title is None else self._titled(known, title)

    def _titled(self, name: str, title: str) -> str:
        if not self.take_titles:
            raise InvalidField("This model's prompts have no place for a title.", param="title")
        if name not in TITLED:
            raise InvalidField(f"A title needs one of the prompts {', '.join(TITLED)}, not {name}.", param="title")
        return f"title: {title.strip() or 'none'} | text: "
