"""One measured number and the goal it is held to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`goal` is a limit, or with `is_floor` what is to be reached at least."""

    name: str
    value: float
    goal: float
    unit: str
    detail: str = ""
    is_floor: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.goal if self.is_floor else self.value < self.goal

    @property
    def row(self) -> str:
        """Of a Markdown table: figure, measured, goal, detail."""
        verdict = "" if self.is_met else " **missed**"
        goal = f"{'≥' if self.is_floor else '<'} {self.goal:g} {self.unit}"
        return f"| {self.name} | {self.value:.3g} {self.unit}{verdict} | {goal} | {self.detail} |"
