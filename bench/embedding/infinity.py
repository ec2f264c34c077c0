"""infinity-emb on the same texts, in an environment of its own: it needs older libraries than we do."""

import json
import subprocess
import sys
import venv
from pathlib import Path

from bench.cache import folder
from bench.embedding import model
from bench.embedding.measured import ENOUGH_S, MOST_TIMES, Measured

VERSION = "0.0.78"
REQUIREMENTS = (
    f"infinity-emb=={VERSION}",
    "sentence-transformers>=3.4,<4",
    "transformers>=4.57,<5",
    "numpy<2",
    "torch",
    "orjson",
)
SETTINGS = (("float32", 32), ("bfloat16", 8))  # as it comes, and the fastest of those tried


def measure() -> Measured:
    """Each set of texts in its best setting."""
    runs = [_run(dtype, size) for dtype, size in SETTINGS]
    return Measured({name: min(run.seconds[name] for run in runs) for name in model.SETS}, runs[0].vector)


def _run(dtype: str, batch_size: int) -> Measured:
    question = {
        **{"model": str(model.path()), "threads": model.THREADS, "dtype": dtype, "batch_size": batch_size},
        **{"texts": {name: texts() for name, texts in model.SETS.items()}},
        **{"most_times": MOST_TIMES, "enough_s": ENOUGH_S},
    }
    command = [_python(), Path(__file__).with_name("infinity_child.py")]
    done = subprocess.run(command, input=json.dumps(question), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"infinity-emb failed:\n{done.stderr[-3000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _python() -> Path:
    """Of the environment, made now unless it has been before. Minutes, once."""
    home = folder("infinity") / VERSION
    python, mark = home / "bin" / "python", home / "complete"
    if not mark.exists():
        print("Installing the peer, infinity-emb: some minutes, once", file=sys.stderr, flush=True)
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        mark.touch()
    return python
