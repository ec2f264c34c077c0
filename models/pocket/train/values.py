"""Names, places, words and numbers for the templates: some real, most invented, so that copying is learned, not lists.

A value is held out from training by its own hash; a phrasing by standing in a list of its own.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from models.pocket.train.phrases import phrases

ONSETS = (
    "b c d f g h j k l m n p q r s t v w x y z bl br ch cl cr dr fl fr gl gr kl kr pl pr qu sch sh sk sl sn sp st th tr"
)
VOWELS = "a e i o u a e i o u ai au ea ee ei ia ie io oa oo ou y"
CODAS = "b ck d f g k l m n p r s t x z ld ll lm nd ng nk nn nt rd rk rn rt sk ss st th tz"
ALPHABETS = (
    "абвгдежзиклмнопрстуфхцчшэюя",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "美咲健太陽子王李明華東京大阪",
    "あいうえおかきくけこさしすせそ",
    "aeiourstlnmàáâäåæçèéêëìíîïñòóôöøùúûüýžšłő",
)


@dataclass(frozen=True, slots=True)
class Split:
    """Which of the two is drawn from what training never shows."""

    new_values: bool = False
    new_phrasings: bool = False


TRAINING = Split()


def is_held_out(value: str) -> bool:
    return zlib.crc32(value.lower().encode()) % 10 == 0


@cache
def listed(kind: str) -> list[str]:
    return [word.replace("_", " ") for word in phrases("words")[kind].split()]


class Values:
    """A source of values of one side of the split."""

    def __init__(self, rng: Random, split: Split) -> None:
        self.rng = rng
        self.split = split

    def draw(self, kind: str) -> str:
        match kind:
            case "name" | "place":
                return self._on_this_side(lambda: self._proper_noun(kind + "s"))
            case "word":
                return self._on_this_side(self._word)
            case "number":
                return self._on_this_side(lambda: str(self.rng.randrange(10 ** self.rng.randint(1, 5))))
            case (
                "full_name"
                | "phrase"
                | "code"
                | "email"
                | "date"
                | "time"
                | "decimal"
                | "small"
                | "thing"
                | "sum"
                | "symbol"
                | "path"
                | "invented"
            ):
                return self._on_this_side(getattr(self, f"_{kind}"))
            case "subject" | "other":
                return self.rng.choice(listed("subjects"))
            case "n":
                return str(self.rng.randrange(100))
            case "big":
                return str(self.rng.randrange(100, 10 ** self.rng.randint(3, 6)))
        raise KeyError(kind)

    def pair(self, sign: str) -> tuple[int, int]:
        """Two numbers from 0 to 99, small ones and equal ones more often than they would come by themselves."""
        while True:
            a, b = (self.rng.randrange(self.rng.choice((10, 100, 100))) for _ in range(2))
            b = a if self.rng.random() < 0.05 else b
            if is_held_out(f"{a}{sign}{b}") == self.split.new_values:
                return a, b

    def _on_this_side(self, draw: Callable[[], str]) -> str:
        while True:
            value = draw()
            if is_held_out(value) == self.split.new_values:
                return value

    def _proper_noun(self, kind: str) -> str:
        known, invented = self.rng.choice(listed(kind)), self._invented()
        styles = {known: 35, invented.title(): 43, f"{known} {invented.title()}": 10, invented: 6, self._foreign(): 6}
        return self.rng.choices(list(styles), list(styles.values()))[0]

    def _word(self) -> str:
        known, invented = self.rng.choice(listed("words")), self._invented()
        styles = {known: 50, invented: 35, f"{known} {invented}": 8, f"{known} {self.rng.choice(listed('words'))}": 7}
        return self.rng.choices(list(styles), list(styles.values()))[0]

    def _full_name(self) -> str:
        return f"{self._proper_noun('names')} {self._proper_noun('names')}"

    def _phrase(self) -> str:
        return " ".join(self._word() for _ in range(self.rng.randint(1, 4)))

    def _code(self) -> str:
        letters = "".join(self.rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=self.rng.randint(1, 4)))
        return letters + self.rng.choice(("", "-")) + str(self.rng.randrange(10 ** self.rng.randint(1, 4)))

    def _email(self) -> str:
        return f"{self._invented()}@{self._invented()}.{self.rng.choice(('com', 'org', 'net', 'de', 'eu'))}"

    def _date(self) -> str:
        return f"{self.rng.randint(1990, 2035)}-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"

    def _time(self) -> str:
        return f"{self.rng.randint(0, 23):02}:{self.rng.randint(0, 59):02}"

    def _decimal(self) -> str:
        return f"{self.rng.randrange(10 ** self.rng.randint(1, 3))}.{self.rng.randint(1, 99)}".rstrip("0")

    def _thing(self) -> str:
        return self.rng.choice(listed("things")) if self.rng.random() < 0.75 else self._invented()

    def _sum(self) -> str:
        return f"{self.rng.randrange(1000)} {self.rng.choice('+-*/')} {self.rng.randrange(1000)}"

    def _symbol(self) -> str:
        return "".join(self.rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=self.rng.randint(2, 5)))

    def _path(self) -> str:
        names = "/".join(self._invented() for _ in range(self.rng.randint(1, 3)))
        return self.rng.choice(("", "/", "~/")) + names + self.rng.choice(("", ".txt", ".py", ".md", ".json", ".csv"))

    def _small(self) -> str:
        return str(self.rng.randint(1, 60))

    def _invented(self) -> str:
        if self.rng.random() < 0.4:
            return self._crossed()
        return "".join(self._syllable() for _ in range(self.rng.randint(1, 3)))

    def _crossed(self) -> str:
        """The beginning of one word and the end of another: what the pieces of real words look like."""
        first, second = (self.rng.choice(listed(self.rng.choice(("words", "things", "subjects")))) for _ in range(2))
        begun, ended = first.split()[0].lower(), second.split()[-1].lower()
        return begun[: self.rng.randint(1, len(begun))] + ended[self.rng.randrange(len(ended)) :]

    def _syllable(self) -> str:
        onset, vowel, coda = (self.rng.choice(sounds.split()) for sounds in (ONSETS, VOWELS, CODAS))
        return onset + vowel + (coda if self.rng.random() < 0.4 else "")

    def _foreign(self) -> str:
        alphabet = self.rng.choice(ALPHABETS)
        return "".join(self.rng.choice(alphabet) for _ in range(self.rng.randint(2, 6))).title()
