"""`python -m bench [NAME …]`: measures, prints a Markdown table, fails if a goal is missed.

Without names, the default graph; `engine` stands for all that compares the engine with `llama-server`, `embedding` for
embeddings beside sentence-transformers, infinity-emb and llama.cpp's server, `summary` for condensing, beside drain3,
extractive summaries and outlines, which need no graph, `scaling` for many replicas of a model that costs nothing.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

from bench import dialect, embed_overhead, health_under_load, pocket, start
from bench.embedding import poisson, served
from bench.embedding import throughput as embedding_throughput
from bench.engine import gap, lookup, python_share, shared, throughput, turns
from bench.figure import Figure
from bench.machine import describe, wait_until_quiet
from bench.scaling import limiter, request, transport
from bench.scaling import throughput as replicas
from bench.sessions import measure as sessions
from bench.summary import condensing, outlines, sharing

Bench = Callable[[], Awaitable[list[Figure]]]

GRAPH: dict[str, Bench] = {
    "start": start.measure,
    "health": health_under_load.measure,
    "embed": embed_overhead.measure,
    "pocket": pocket.measure,
    "dialect": dialect.measure,
    "sessions": sessions.measure,
}
ENGINE: dict[str, Bench] = {
    "throughput": throughput.measure,
    "turns": turns.measure,
    "gap": gap.measure,
    "shared": shared.measure,
    "lookup": lookup.measure,
    "python-share": python_share.measure,
}
SUMMARY: dict[str, Bench] = {
    "condensing": condensing.measure,
    "sharing": sharing.measure,
    "outlines": outlines.measure,
}
EMBEDDING: dict[str, Bench] = {
    "embedding-library": embedding_throughput.beside_library,
    "embedding-infinity": embedding_throughput.beside_infinity,
    "embedding-llama": embedding_throughput.beside_llama,
    "embedding-load": poisson.measure,
    "embedding-served": served.measure,
}
SCALING: dict[str, Bench] = {
    "scaling-replicas": replicas.even,
    "scaling-knee": replicas.knee,
    "scaling-request": request.measure,
    "scaling-limiter": limiter.measure,
    "scaling-transport": transport.measure,
}
GROUPS = {"graph": GRAPH, "engine": ENGINE, "embedding": EMBEDDING, "summary": SUMMARY, "scaling": SCALING}
BENCHES = GRAPH | ENGINE | EMBEDDING | SUMMARY | SCALING


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    known = ", ".join([*GROUPS, *BENCHES])
    parser.add_argument("names", nargs="*", default=["graph"], metavar="NAME", help=f"of {known}; default: graph")
    names = [name for given in parser.parse_args().names for name in GROUPS.get(given, [given])]
    if unknown := set(names) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(unknown)}")
    asyncio.run(_run(names))


async def _run(names: list[str]) -> None:
    print(describe(), "\n\n| figure | measured | goal | |\n| --- | --- | --- | --- |", flush=True)
    all_met = True
    for name in names:
        await asyncio.to_thread(wait_until_quiet)
        for figure in await BENCHES[name]():
            all_met &= figure.is_met
            print(figure.row, flush=True)
    sys.exit(not all_met)


if __name__ == "__main__":
    main()
