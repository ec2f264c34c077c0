"""llama.cpp ends the process where others raise. Whatever the engine is asked, it does not come to that."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOP = "length 4"

# What becomes of each case of provocations.py; an error by how it begins.
EXPECTED = {
    "a batch beyond its size": "ValueError: a batch of 65 tokens exceeds 64",
    "more outputs than there is memory for": "ValueError: a batch of 60 outputs exceeds",
    "an empty batch": "DecodeError: llama_decode returned -1",
    "a gap between positions": "DecodeError: llama_decode returned -1",
    "a slot beyond the last": "DecodeError: llama_decode returned -1",
    "a slot beyond any": "DecodeError: llama_decode returned -1",
    "a slot below 0": "DecodeError: llama_decode returned -1",
    "a token beyond the vocabulary": "DecodeError: llama_decode returned -1",
    "a token below 0": "DecodeError: llama_decode returned -1",
    "a token of 41 bits": "OverflowError",
    "rewound to more than there is": "computed",
    "a state of ones": "refused",
    "a state of zeros": "refused",
    "an empty state": "refused",
    "a recent state that is none": "refused",
    "a prompt as long as the context": "length 1",
    "a prompt longer than the context": "DecodeError: the KV cache has no room",
    "a prompt with an unknown token": "DecodeError: llama_decode returned -1",
    "no tokens wanted": "length 1",
    "more tokens wanted than there is room for": "ended",
    **dict.fromkeys(("top_k 0", "top_k -1", "top_k beyond the vocabulary"), TOP),
    **dict.fromkeys(("top_p 0", "top_p -1", "top_p nan", "min_p 2"), TOP),
    **dict.fromkeys(("temperature 1e-30", "temperature 1e30", "temperature inf", "temperature nan"), TOP),
    **dict.fromkeys(("temperature -1", "seed -1", "seed of 81 bits"), TOP),
    **dict.fromkeys(("bias nan", "bias inf", "two biases inf", "all biases -inf"), TOP),
    **dict.fromkeys(("bias of an unknown token", "bias of a token below 0", "bias of a token of 41 bits"), TOP),
    **dict.fromkeys(("penalties nan", "penalties inf"), TOP),
}


def provoke(*arguments: str) -> tuple[int, dict[str, str], str]:
    command = [sys.executable, "-m", "tests.engine.llama.provocations", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, dict(json.loads(line) for line in done.stdout.splitlines()), done.stderr


@pytest.fixture(scope="module")
def provoked(pocket_path):
    return provoke(str(pocket_path))


def test_the_process_outlives_every_provocation(provoked):
    """All of them, in one process."""
    code, outcomes, complaint = provoked

    assert (0, list(EXPECTED)) == (code, list(outcomes)), complaint


@pytest.mark.parametrize("case", EXPECTED)
def test_each_ends_with_an_answer_or_an_error_of_python_s(provoked, case):
    """Never with an abort."""
    assert provoked[1].get(case, "abort").startswith(EXPECTED[case])


def test_an_abort_would_be_seen(pocket_path):
    """llama.cpp asked directly: the process is gone, at once and without a debugger."""
    code, outcomes, complaint = provoke(str(pocket_path), "--for-real")

    assert (-signal.SIGABRT, {}) == (code, outcomes)
    assert "GGML_ASSERT" in complaint
