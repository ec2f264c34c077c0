"""Log lines as servers write them: half differ in digits alone, the others in words, hex, addresses and paths."""

import random
from collections.abc import Iterator

_ACTIONS = ("start", "stop", "renew", "check", "flush", "index")
PIECE_LINES = 5000


def pieces(size_bytes: int, *, seed: int = 1) -> Iterator[str]:
    """ASCII text of about that size. What repeats after a while is made anew in its digits."""
    rng = random.Random(seed)
    originals = ["".join(f"{_line(rng)}\n" for _ in range(PIECE_LINES)).encode() for _ in range(20)]
    made = 0
    while made < size_bytes:
        digits = "".join(rng.sample("0123456789", 10)).encode()
        piece = rng.choice(originals).translate(bytes.maketrans(b"0123456789", digits))
        made += len(piece)
        yield piece.decode()


def _line(rng: random.Random) -> str:
    kind, head = rng.random(), f"{_time(rng)} {{}} [worker-{rng.randrange(16)}]"
    if kind < 0.5:
        return f"{head.format('INFO')} app.server: request {rng.randrange(10**6)} from {_address(rng)} in 3 ms"
    if kind < 0.7:
        path = f"/var/lib/db/{rng.choice(_ACTIONS)}/{rng.randrange(100)}"
        return (
            f"{head.format('DEBUG')} app.db: query {rng.getrandbits(128):032x} on {path} gave {rng.randrange(50)} rows"
        )
    if kind < 0.9:
        session = f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4abc-8def-{rng.getrandbits(48):012x}"
        return f"{head.format('WARNING')} app.auth: user {rng.choice(_ACTIONS)} has session {session} no more"
    url = f"http://{_address(rng)}/v1/{rng.choice(_ACTIONS)}"
    return f"{head.format('ERROR')} app.api: {url} failed with status {rng.choice((500, 503))}"


def _time(rng: random.Random) -> str:
    clock = f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d},{rng.randrange(1000):03d}"
    return f"2026-11-{rng.randrange(1, 29):02d} {clock}"


def _address(rng: random.Random) -> str:
    return f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
