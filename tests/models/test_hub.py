"""Models are fetched once, resumed, checked, and explained when they cannot be had."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from deployments.errors import ConfigError
from deployments.models.hub import Hub
from deployments.models.progress import Progress
from deployments.models.source import HubFile, HubRepository
from tests.models.hub_server import SmallHub

CONTENT = bytes(range(256)) * 400
MODEL = HubFile("acme/tiny", "main", "sub/model.gguf")


@pytest.fixture
def hub_server(monkeypatch, tmp_path):
    hub = SmallHub({"acme/tiny/sub/model.gguf": CONTENT})
    monkeypatch.delenv("HF_HUB_OFFLINE")  # for processes; the library here has read it
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with hub.serving() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        yield hub


@pytest.fixture
def reports():
    return []


@pytest.fixture
def hub(hub_server, tmp_path, reports):
    return Hub(tmp_path, reports.append)


def test_a_file_is_fetched_once(hub, hub_server):
    """The second call asks nobody."""
    path = hub.file(MODEL)
    asked = len(hub_server.requests)

    assert CONTENT == path.read_bytes()
    assert path == hub.file(MODEL)
    assert asked == len(hub_server.requests)


def test_progress_is_reported_to_the_end(hub, reports):
    """The last report says that all bytes are there."""
    hub.file(MODEL)

    assert Progress("sub/model.gguf", len(CONTENT), len(CONTENT)) == reports[-1]


def test_a_download_that_was_killed_is_resumed_by_the_next_start(hub, hub_server, tmp_path):
    """What is on disk is not asked for again."""
    content = hub_server.files["acme/tiny/sub/model.gguf"] = CONTENT * 120  # the client writes 10 MB at a time
    hub_server.stall_after = 11_000_000
    fetch = f"from {Hub.__module__} import *; Hub(Path({str(tmp_path)!r}), print).file({MODEL!r})"
    killed = subprocess.Popen([sys.executable, "-c", f"from {HubFile.__module__} import HubFile; {fetch}"])
    partial = _wait_for_partial(tmp_path)
    killed.kill()
    killed.wait()
    there = partial.stat().st_size

    assert content == hub.file(MODEL).read_bytes()
    assert f"bytes={there}-" == hub_server.requests[-1][2]


def _wait_for_partial(folder) -> Path:
    """The partial file, once something is in it."""
    for _ in range(600):
        for path in folder.rglob("*.partial"):
            if path.stat().st_size:
                return path
        time.sleep(0.05)
    raise TimeoutError("no download began")


def test_a_line_that_breaks_is_taken_up_again(hub, hub_server):
    """Within one start, too."""
    hub_server.cut_after = 1000

    assert CONTENT == hub.file(MODEL).read_bytes()


def test_a_file_that_is_not_what_was_published_is_refused(hub, hub_server, tmp_path):
    """And nothing of it stays behind."""
    hub_server.lies_about_hash = True

    with pytest.raises(ConfigError, match="does not have its published SHA-256"):
        hub.file(MODEL)
    assert [] == [path for path in tmp_path.rglob("*") if path.suffix in (".partial", ".gguf")]


def test_a_gated_model_says_what_to_do_and_opens_with_the_token(hub, hub_server, monkeypatch):
    """HF_TOKEN is honoured."""
    hub_server.gated.add("acme/tiny")
    with pytest.raises(ConfigError, match="is gated: accept its licence on the hub and set HF_TOKEN"):
        hub.file(MODEL)
    monkeypatch.setenv("HF_TOKEN", hub_server.token)

    assert CONTENT == hub.file(MODEL).read_bytes()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (HubFile("acme/tiny", "main", "none.gguf"), "no such file or revision"),
        (HubFile("acme/nobody", "main", "model.gguf"), "is not on the hub, or private"),
    ],
)
def test_what_does_not_exist_is_named(hub, source, message):
    """One line, no traceback of the client."""
    with pytest.raises(ConfigError, match=message):
        hub.file(source)


def test_an_unreachable_hub_is_named(monkeypatch, tmp_path):
    """Nothing listens there."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(ConfigError, match="could not be fetched"):
        Hub(tmp_path, print).file(MODEL)


def test_a_repository_is_fetched_with_all_that_it_needs(hub, hub_server):
    """And nothing else: weights in other formats stay where they are."""
    names = ["modules.json", "config.json", "model.safetensors", "1_Pooling/config.json", "tokenizer.json"]
    hub_server.files |= {f"acme/encoder/{name}": name.encode() for name in [*names, "onnx/model.onnx", "x.bin"]}
    folder = hub.repository(HubRepository("acme/encoder", "main"))
    asked = len(hub_server.requests)

    assert {name: name.encode() for name in names} == {name: (folder / name).read_bytes() for name in names}
    assert not (folder / "onnx").exists()
    assert folder == hub.repository(HubRepository("acme/encoder", "main"))
    assert asked == len(hub_server.requests)


def die(*_):
    raise KeyboardInterrupt


def test_nobody_finds_half_a_list_of_files(hub, hub_server, monkeypatch):
    """A start that dies while it notes what belongs to a repository leaves nothing that the next one stumbles over."""
    hub_server.files["acme/encoder/modules.json"] = b"[]"
    source = HubRepository("acme/encoder", "main")
    with monkeypatch.context() as dying:
        dying.setattr(Path, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            hub.repository(source)

    assert hub.repository_on_disk(source) is None
    assert hub.repository(source) == hub.repository_on_disk(source)


def test_a_repository_of_another_kind_is_refused(hub):
    """Before anything is downloaded."""
    with pytest.raises(ConfigError, match=r"has no modules\.json"):
        hub.repository(HubRepository("acme/tiny", "main"))
