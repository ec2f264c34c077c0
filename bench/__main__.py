"""`python -m bench [NAME …]`: measures, prints a Markdown table, fails if a goal is missed."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

from bench import embed_overhead, health_under_load, start
from bench.figure import Figure
from bench.machine import describe

BENCHES: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
    "start": start.measure,
    "health": health_under_load.measure,
    "embed": embed_overhead.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; default: all")
    names = parser.parse_args().names or list(BENCHES)
    if unknown := set(names) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(unknown)}")
    asyncio.run(_run(names))


async def _run(names: list[str]) -> None:
    print(describe(), "\n\n| figure | measured | goal | |\n| --- | --- | --- | --- |", flush=True)
    all_met = True
    for name in names:
        for figure in await BENCHES[name]():
            all_met &= figure.is_met
            print(figure.row, flush=True)
    sys.exit(not all_met)


if __name__ == "__main__":
    main()
