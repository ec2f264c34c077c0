"""One measured number and the goal it is held to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    limit: float
    unit: str
    detail: str = ""

    @property
    def is_met(self) -> bool:
        return self.value < self.limit

    @property
    def row(self) -> str:
        """Of a Markdown table: figure, measured, goal, detail."""
        verdict = "" if self.is_met else " **missed**"
        return f"| {self.name} | {self.value:.3g} {self.unit}{verdict} | < {self.limit:g} {self.unit} | {self.detail} |"
