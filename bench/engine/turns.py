"""Time to the first token of a conversation's later turns: 4,000 tokens are known, some 30 are new."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from bench.engine.ask import Answer
from bench.engine.conversation import Conversation
from bench.engine.sides import ours, theirs
from bench.figure import Figure

SLOTS, CONTEXT_TOKENS = 4, 6144
CONVERSATIONS, TURNS = 8, 6
COLD = 1  # conversations that the peer reads anew after its restart: each takes as long


@dataclass(frozen=True, slots=True)
class Both:
    """Answers to the same questions."""

    ours: list[Answer]
    theirs: list[Answer]

    def figure(self, name: str, goal: float) -> Figure:
        mine, peer = (median(answer.first_s for answer in answers) for answers in (self.ours, self.theirs))
        read = [sum(answer.computed for answer in answers) / len(answers) for answers in (self.ours, self.theirs)]
        detail = f"{mine * 1000:.3g} and {peer * 1000:.3g} ms, {read[0]:.4g} and {read[1]:.4g} tokens read"
        return Figure(name, mine / peer, goal, "×", detail)


async def measure() -> list[Figure]:
    sizes = {"slots": SLOTS, "context_tokens": CONTEXT_TOKENS, "caches": True}
    with tempfile.TemporaryDirectory() as folder:
        mine, peers = [[Conversation(i) for i in range(CONVERSATIONS)] for _ in range(2)]
        async with ours(**sizes, folder=Path(folder)) as graph, theirs(**sizes) as peer:
            alone = await _alone(graph, mine[0], peer, peers[0])
            in_turn = await _in_turn(graph, mine, peer, peers)
        async with ours(**sizes, folder=Path(folder)) as graph, theirs(**sizes) as peer:
            restarted = Both([await one.turn(graph) for one in mine], [await one.turn(peer) for one in peers[:COLD]])
    return [
        alone.figure("first token of a later turn / peer", 1),
        in_turn.figure(f"the same, {CONVERSATIONS} conversations over {SLOTS} slots / peer with --cache-ram", 1),
        restarted.figure("the same after a restart / peer", 0.2),
    ]


async def _alone(graph: httpx.AsyncClient, mine: Conversation, peer: httpx.AsyncClient, its: Conversation) -> Both:
    both = [(await mine.turn(graph), await its.turn(peer)) for _ in range(TURNS)]
    return Both([answer for answer, _ in both[1:]], [answer for _, answer in both[1:]])


async def _in_turn(
    graph: httpx.AsyncClient, mine: list[Conversation], peer: httpx.AsyncClient, its: list[Conversation]
) -> Both:
    for i in range(1, CONVERSATIONS):
        await mine[i].turn(graph)
        await its[i].turn(peer)
    both = [(await mine[i].turn(graph), await its[i].turn(peer)) for _ in range(2) for i in range(CONVERSATIONS)]
    return Both([answer for answer, _ in both], [answer for _, answer in both])
