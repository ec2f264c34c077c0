"""Sums and differences of numbers from 0 to 99, worked out digit by digit in the analysis, as at school."""

from models.pocket.train.phrases import fill, phrases
from models.pocket.train.surface import as_typed
from models.pocket.train.turn import Scene, Turn, thoughts


def add(scene: Scene) -> Turn:
    a, b = scene.values.pair("+")
    return _turn(scene, "add", a, b, f"{a} + {b}", a + b, added(a, b), f"{a + b} - {b} = {a}")


def subtract(scene: Scene) -> Turn:
    a, b = scene.values.pair("-")
    return _turn(scene, "subtract", a, b, f"{a} - {b}", a - b, subtracted(a, b), f"{a - b} + {b} = {a}")


def added(a: int, b: int) -> str:
    ones, tens = a % 10 + b % 10, a // 10 + b // 10
    carry = ones // 10
    carried = f" + {carry}" if carry else ""
    return f"Ones: {a % 10} + {b % 10} = {ones}. Tens: {a // 10} + {b // 10}{carried} = {tens + carry}."


def subtracted(a: int, b: int) -> str:
    if a < b:
        return f"{a} is less than {b}, so minus. {subtracted(b, a)}"
    borrow = int(a % 10 < b % 10)
    ones, tens = a % 10 + 10 * borrow, a // 10
    borrowed = " - 1" if borrow else ""
    digits = f"Ones: {ones} - {b % 10} = {ones - b % 10}."
    return f"{digits} Tens: {tens} - {b // 10}{borrowed} = {tens - b // 10 - borrow}."


def _turn(scene: Scene, kind: str, a: int, b: int, task: str, result: int, steps: str, check: str) -> Turn:
    questions = phrases("arithmetic")[kind]
    question = as_typed(scene.phrasing(questions["ask"], questions["held_out"]), scene)
    asked = fill(question, {"a": str(a), "b": str(b)}.__getitem__)
    worked = f"{task}. {steps} {task} = {result}."
    return Turn(kind, asked, thoughts(worked, f"I calculate {worked}", f"Check: {check}."), f"{task} = {result}.")
