"""The program that parses one file can be run by hand."""

import json
import os
import subprocess
import sys

import pytest

from deployments.parsing.process import ROOT

PROGRAM = [sys.executable, "-m", "deployments.parsing", str(1024**3), "30", "/nowhere"]


def run(source: bytes, *command: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(command or PROGRAM, input=b"python\n" + source, cwd=ROOT, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_an_outline_is_json_with_exit_code_zero():
    """Nothing else is printed, whatever Python would like to remark about the file."""
    code, stdout, stderr = run(b"'''says'''\nx = '\\d'")

    assert (0, "says", b"") == (code, json.loads(stdout)["docstring"], stderr)


def test_a_refusal_is_json_with_the_exit_code_of_bad_data():
    """`detail` is the message, ready to be an answer."""
    code, stdout, stderr = run(b"x =")

    assert (os.EX_DATAERR, b"") == (code, stderr)
    assert {"detail": "Python syntax error: invalid syntax (line 1)"} == json.loads(stdout)


@pytest.mark.parametrize("limit", ["ulimit -t 5", "ulimit -v 500000"])
def test_tighter_limits_of_the_machine_are_kept(limit):
    """Where less is allowed than was asked for, less it is, and the file is still parsed."""
    code, stdout, _ = run(b"def x(): ...", "sh", "-c", f'{limit} && exec "$@"', "sh", *PROGRAM)

    assert (0, ["x"]) == (code, json.loads(stdout)["exports"])
