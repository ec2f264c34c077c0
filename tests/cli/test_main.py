"""The command as a user types it: words for people, codes for scripts."""

import os
import re
import socket
import subprocess

import psutil
import pytest
import yaml

from tests.graph.workbench import COMMAND, ROOT, config


def workbench(*arguments: str, folder=ROOT, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "300"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_good_file_is_said_to_be_good():
    """With exit code 0, and what each replica takes of the memory."""
    code, said, _ = workbench("check", "serve_config.yaml")

    assert 0 == code
    assert "serve_config.yaml is fine" in said
    assert re.search(r"Chat +pocket-chat +1 +[\d.]+ MB +19\.9 MB \(4 x 4,096 tokens\)", said)
    assert re.search(r"Embedder +all-MiniLM-L6-v2 +1 +90\.\d MB", said)


def test_a_bad_file_is_explained_with_exit_code_1():
    """On standard error, a line for each problem, without a traceback."""
    code, _, said = workbench("check", "nowhere.yaml")

    assert (1, "error nowhere.yaml cannot be read: No such file or directory.\n") == (code, said)


def test_a_file_can_be_checked_for_another_machine():
    """One that the file is made for, and this one is not."""
    code, _, said = workbench("check", "configs/workstation.yaml", "--gpus", "0", "--cpus", "16")
    assert 1 == code
    assert "--gpus 2x24GiB checks for another one" in said

    code, said, _ = workbench("check", "configs/workstation.yaml", "--gpus", "1x48GiB", "--cpus", "16")
    assert 0 == code
    assert "Chat: hf://ggml-org/gpt-oss-20b-GGUF/gpt-oss-20b-mxfp4.gguf is not on this machine yet" in said
    assert "is fine for 16 CPUs, 1 GPU of 51.5 GB" in said
    assert "but for the memory of models that are not here yet" in said


@pytest.mark.parametrize(
    ("address", "command"),
    [
        ("127.0.0.1:1", ("up", "serve_config.yaml")),
        ("nobody.invalid:6379", ("deploy", "serve_config.yaml")),
        ("ray://127.0.0.1:1", ("status",)),
        ("local", ("status",)),
    ],
)
def test_an_address_without_a_ray_is_said(address, command):
    """Within seconds: Ray itself would try for minutes."""
    code, _, said = workbench(*command, RAY_ADDRESS=address)

    assert 1 == code
    assert f"No Ray answers at {address}, which is RAY_ADDRESS" in said


@pytest.mark.parametrize(
    ("content", "complaint"), [(b"no model", "invalid magic"), (200_000, "is corrupted or incomplete")]
)
def test_a_file_that_is_no_model_is_said_before_anything_starts(tmp_path, pocket_path, content, complaint):
    """Or only the first part of one."""
    model, file = tmp_path / "a.gguf", tmp_path / "serve.yaml"
    model.write_bytes(pocket_path.read_bytes()[:content] if isinstance(content, int) else content)
    file.write_text(yaml.safe_dump(config(chat={"model": str(model)})))
    code, _, said = workbench("up", str(file))

    assert 1 == code
    assert said.startswith("error llama.cpp cannot load a.gguf: ")
    assert complaint in said


def test_brackets_of_a_message_reach_the_user(tmp_path):
    """They are no markup: what is to be installed, or a list, stands in them."""
    code, _, said = workbench("check", "[bold]nowhere.yaml")

    assert (1, "error [bold]nowhere.yaml cannot be read: No such file or directory.\n") == (code, said)


def test_a_taken_port_is_said_before_anything_starts(tmp_path):
    """With what to change."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        raw = config()
        raw["http_options"]["port"] = taken.getsockname()[1]
        (tmp_path / "x.yaml").write_text(yaml.safe_dump(raw))
        code, _, said = workbench("up", "x.yaml", folder=tmp_path, XDG_DATA_HOME=str(tmp_path))

    assert 1 == code
    assert "cannot be used: Address already in use. Change http_options in x.yaml." in said


@pytest.mark.parametrize("command", ["up", "key"])
def test_a_data_directory_that_cannot_be_written_is_said(tmp_path, command):
    """It holds the key and the sessions."""
    (tmp_path / "file").touch()
    code, _, said = workbench(
        command, str(ROOT / "serve_config.yaml"), folder=tmp_path, XDG_DATA_HOME=str(tmp_path / "file")
    )

    assert 1 == code
    assert "Not a directory. Set data_dir." in said


def test_the_key_is_made_once_and_printed_on_demand(tmp_path):
    """For use in scripts: nothing but the key."""
    environment = {"XDG_DATA_HOME": str(tmp_path)}
    first, second = [workbench("key", "serve_config.yaml", **environment) for _ in range(2)]

    assert first == second
    assert first[1].startswith("wb-")
    assert 1 == len(first[1].split())


def test_a_configured_key_is_the_key(tmp_path):
    """Also when it stands in `.env`."""
    (tmp_path / ".env").write_text("WORKBENCH_API_KEY=mine\n")

    assert (0, "mine\n") == workbench("key", str(ROOT / "serve_config.yaml"), folder=tmp_path)[:2]


def test_status_without_a_graph_says_how_to_start_one(tmp_path):
    """Instead of waiting for it."""
    if any(process.name() == "gcs_server" for process in psutil.process_iter()):
        pytest.skip("another Ray runs on this machine, and would be found")
    code, _, said = workbench("status", RAY_TMPDIR=str(tmp_path))

    assert 1 == code
    assert "workbench up" in said
