"""`workbench up` brings up all or nothing, and takes everything down again."""

import signal

import httpx
import pytest

from tests.graph.workbench import Workbench, config


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_it_started(tmp_path, number):
    """With exit code 0, and no process left."""
    workbench = Workbench(config(), tmp_path)
    workbench.wait_until_up()
    health = httpx.get(f"{workbench.url}/health").json()

    assert "ok" == health["status"]
    assert len(workbench.left()) > 5
    assert 0 == workbench.stop(number)
    assert [] == workbench.left()


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("cut.gguf", 200_000, "error Chat: llama.cpp cannot load cut.gguf: "),
        ("text.gguf", b"no model", "invalid magic"),
    ],
    ids=["truncated", "not a GGUF"],
)
def test_a_model_that_cannot_be_loaded_ends_the_start(tmp_path, pocket_path, file, content, complaint):
    """With one line that says why, exit code 1, and nothing left running."""
    data = pocket_path.read_bytes()[:content] if isinstance(content, int) else content
    (tmp_path / file).write_bytes(data)
    workbench = Workbench(config(chat={"model": str(tmp_path / file)}), tmp_path)

    assert 1 == workbench.wait_for_exit()
    assert [] == workbench.left()
    errors = [line for line in workbench.lines if line.startswith("error")]
    assert 1 == len(errors)
    assert complaint in errors[0]
