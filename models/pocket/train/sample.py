"""A conversation as the model sees it in training: every turn is learned at once, each from what it would be given.

A Harmony prompt never shows the reasoning of earlier turns. So every turn is a branch: it grows out of the prompt,
which goes on beside it as if the reasoning had not been; `branches` says who may see whom.
"""

from dataclasses import dataclass, field
from random import Random

from deployments.chat.harmony.render import CALL, CHANNEL, CONSTRAIN, END, MESSAGE, START
from deployments.chat.messages import ReasoningEffort
from deployments.chat.prompt import Control, Part, tokenize
from models.pocket.train.conversation import Conversation
from models.pocket.train.phrases import fill, phrases
from models.pocket.train.turn import Step
from models.pocket.train.vocab import Vocabulary

RETURN = Control("<|return|>")
READING_WEIGHT = 0.3  # reading teaches copying, but it is not what the model is for,
READING_SHARE = 0.2  # so only this share of what is read counts at all
GAP_SHARE = 0.3
LARGEST_GAP = 300


@dataclass(slots=True)
class Sample:
    """Token by token: its weight in the loss, its position, and its branch (0 is the prompt, which all may see).

    `skills[i]` is what branch `i + 1` practises.
    """

    skills: list[str]
    tokens: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    branches: list[int] = field(default_factory=list)

    def add(self, tokens: list[int], weights: list[float], positions: list[int], branch: int) -> None:
        self.tokens += tokens
        self.weights += weights
        self.positions += positions
        self.branches += [branch] * len(tokens)

    def grow(self, tokens: list[int], weights: list[float], position: int, branch: int) -> None:
        """A branch, out of what ends before that position."""
        self.add(tokens, weights, list(range(position, position + len(tokens))), branch)


def prompt(conversation: Conversation, turn: int, vocabulary: Vocabulary, steps: int = 0) -> list[int]:
    return tokenize(conversation.rendered(turn, steps), vocabulary)


def answer(conversation: Conversation, turn: int, vocabulary: Vocabulary) -> list[int]:
    """What the model is to say in the end, after the turn's calls."""
    wanted = conversation.turns[turn]
    final: list[Part] = [START, "assistant", CHANNEL, "final", MESSAGE, wanted.answer, RETURN]
    return tokenize([*_thinking(wanted.thoughts[conversation.effort]), *final], vocabulary)


def call(step: Step, effort: ReasoningEffort, vocabulary: Vocabulary) -> list[int]:
    named: list[Part] = [START, "assistant", CHANNEL, f"commentary to=functions.{step.call.name} ", CONSTRAIN, "json"]
    return tokenize([*_thinking(step.thoughts[effort]), *named, MESSAGE, step.call.arguments, CALL], vocabulary)


def _thinking(thought: str) -> list[Part]:
    return [CHANNEL, "analysis", MESSAGE, thought, END]


def branch(conversation: Conversation, turn: int, vocabulary: Vocabulary) -> tuple[list[int], list[float]]:
    """All that follows a turn's prompt, with its weights: calls, what tools answer (not to be learned), the answer."""
    tokens, weights, given = list[int](), list[float](), len(prompt(conversation, turn, vocabulary))
    for i, step in enumerate(conversation.turns[turn].steps, start=1):
        called = call(step, conversation.effort, vocabulary)
        after = prompt(conversation, turn, vocabulary, steps=i)[given:]
        weights += [1.0] * len(called) + [0.0] * (len(after) - len(tokens) - len(called))
        tokens = after
    wanted = answer(conversation, turn, vocabulary)
    return tokens + wanted, weights + [1.0] * len(wanted)


def retold(conversation: Conversation, turn: int, vocabulary: Vocabulary) -> tuple[list[int], list[float]]:
    """The same after calls whose reasoning is gone, for most clients do not send it back. Only the answer counts."""
    steps, given = len(conversation.turns[turn].steps), len(prompt(conversation, turn, vocabulary))
    called = tokenize(conversation.rendered(turn, steps, is_reasoned=False), vocabulary)[given:]
    wanted = answer(conversation, turn, vocabulary)
    return called + wanted, [0.0] * len(called) + [1.0] * len(wanted)


def forbidden(conversation: Conversation, turn: int, vocabulary: Vocabulary) -> tuple[list[int], list[float]]:
    """Where a request allows no call, what was thought stands there all the same. Only the answer counts."""
    step = conversation.turns[turn].steps[0]
    begun = [*_thinking(step.thoughts[conversation.effort]), START, "assistant", CHANNEL, "final", MESSAGE]
    text = fill(phrases("tools")["words"]["forbidden"], {"tool": step.call.name}.__getitem__)
    given, wanted = tokenize(begun, vocabulary), tokenize([text, RETURN], vocabulary)
    return given + wanted, [0.0] * len(given) + [1.0] * len(wanted)


def sample(conversation: Conversation, vocabulary: Vocabulary, rng: Random) -> Sample:
    made, read, position = Sample([turn.skill for turn in conversation.turns]), 0, 0
    most_gap = LARGEST_GAP if rng.random() < GAP_SHARE else 0
    for turn in range(len(conversation.turns)):
        given = prompt(conversation, turn, vocabulary)[read:]
        positions = _positions(given, position, most_gap, vocabulary, rng)
        made.add(given, _reading_weights(given, vocabulary, rng), positions, branch=0)
        read, position = read + len(given), positions[-1] + 1
        made.grow(*branch(conversation, turn, vocabulary), position, branch=turn + 1)
        for skill, further in (("retold", retold), ("forbidden", forbidden)) if conversation.turns[turn].steps else ():
            made.skills.append(skill)
            made.grow(*further(conversation, turn, vocabulary), position, branch=len(made.skills))
    return made


def _reading_weights(tokens: list[int], vocabulary: Vocabulary, rng: Random) -> list[float]:
    """Only texts count: the headers of earlier turns lack the reasoning that a running turn must begin with."""
    weights, inside = [], False
    edges, message = (vocabulary.control("<|start|>"), vocabulary.control("<|end|>")), vocabulary.control("<|message|>")
    for token in tokens:
        inside = inside and token not in edges
        weights.append(READING_WEIGHT if inside and rng.random() < READING_SHARE else 0.0)
        inside = inside or token == message
    return weights


def _positions(tokens: list[int], position: int, most_gap: int, vocabulary: Vocabulary, rng: Random) -> list[int]:
    """Now and then messages stand apart, as if a long text lay between: far recall at the price of a short sample."""
    positions, start = [], vocabulary.control("<|start|>")
    for token in tokens:
        if token == start and rng.random() < 0.3:
            position += rng.randint(0, most_gap)
        positions.append(position)
        position += 1
    return positions
