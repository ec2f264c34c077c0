"""Of a Ray that `up` has started nothing stays, but what tells why it failed, and that not for ever."""

import io

import pytest
from rich.console import Console

from deployments.cli.session_folder import removed_after_use


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=200)


@pytest.fixture
def session(tmp_path):
    """Makes a session folder as Ray does, with a link to the last."""

    def made(name: str):
        folder = tmp_path / f"session_{name}"
        (folder / "logs").mkdir(parents=True)
        (tmp_path / "session_latest").unlink(missing_ok=True)
        (tmp_path / "session_latest").symlink_to(folder)
        return folder

    return made


def test_a_stop_leaves_no_folder_and_no_link(tmp_path, session, console):
    """Also one in a hurry."""
    with removed_after_use(session("a"), console):
        pass
    with pytest.raises(KeyboardInterrupt), removed_after_use(session("b"), console):
        raise KeyboardInterrupt

    assert [] == list(tmp_path.iterdir())


def test_logs_of_a_failure_stay_until_the_next_start(tmp_path, session, console):
    """And it is said where."""
    folder = session("a")
    with pytest.raises(ValueError, match="no model"), removed_after_use(folder, console):
        raise ValueError("no model")

    assert folder.exists()
    assert f"Until the next start, logs are in {folder}/logs" in console.file.getvalue()
    with removed_after_use(session("b"), console):
        assert not folder.exists()


def test_whoever_runs_beside_keeps_his_folder(session, console):
    """Another graph of ours, and Ray that others have started."""
    theirs, ours = session("theirs"), session("ours")
    with removed_after_use(ours, console):
        with removed_after_use(session("beside"), console):
            pass
        assert ours.exists()

    assert theirs.exists()
