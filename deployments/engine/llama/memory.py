"""Whether a model fits is found out in a process of its own: llama.cpp aborts on some damaged files."""

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Literal

from deployments.engine.llama.fit import Fit, fit
from deployments.engine.llama.parameters import Placement, Shape
from deployments.engine.llama.room import Room
from deployments.errors import ConfigError


def fitting_context(
    path: Path, placement: Placement, shape: Shape, context_tokens: int | Literal["auto"], room: Room
) -> int:
    """Tokens per conversation: those asked for, or as many as there is room for.

    Raises ConfigError, in one line, when the file is no model or there is not enough memory for it.
    """
    judgement = judged(path, placement, shape, context_tokens, room)
    if judgement.lack:
        raise ConfigError(judgement.lack)
    return judgement.context_tokens


def judged(path: Path, placement: Placement, shape: Shape, context_tokens: int | Literal["auto"], room: Room) -> Fit:
    """What `fit` says. Takes about half a second. Raises ConfigError, in one line, when the file is no model."""
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=pickle.dumps((path, placement, shape, context_tokens, room)),
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    if done.returncode == os.EX_OK:
        judgement: Fit = pickle.loads(done.stdout)
        return judgement
    if done.returncode == os.EX_CONFIG:
        raise ConfigError(done.stdout.decode())
    last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2].rpartition("/")[2]
    raise ConfigError(f"llama.cpp breaks off at {path.name}: {last or done.returncode}. Is the file damaged?")


def main() -> int:
    """Reads the question from standard input and writes the answer, or what is wrong with the file."""
    try:
        answer, code = pickle.dumps(fit(*pickle.loads(sys.stdin.buffer.read()))), os.EX_OK
    except ConfigError as error:
        answer, code = str(error).encode(), os.EX_CONFIG
    sys.stdout.buffer.write(answer)
    return code


if __name__ == "__main__":
    sys.exit(main())
