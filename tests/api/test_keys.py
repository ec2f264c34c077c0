"""Keys come from the environment, or are made once and kept."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from deployments.api.keys import KEY_FILE, load_keys, stored_key
from deployments.errors import ConfigError


def test_configured_keys_have_owners(tmp_path):
    """One without a name, several with."""
    both = {"WORKBENCH_API_KEY": " one ", "WORKBENCH_API_KEYS": "alice: a, bob:b:b,"}
    keys = load_keys(both, tmp_path, may_generate=False)

    assert ["default", "alice", "bob", None] == [keys.owner(key) for key in ("one", "a", "b:b", "alice")]
    assert "one" not in repr(keys)
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize("value", ["alice", "alice:", ":key", "alice:a,alice:b"])
def test_a_list_that_cannot_be_meant_stops_the_start(tmp_path, value):
    """Nobody is left without the key they think they have."""
    with pytest.raises(ConfigError, match="alice:KEY,bob:KEY"):
        load_keys({"WORKBENCH_API_KEYS": value}, tmp_path, may_generate=True)


def test_the_first_start_makes_a_key_and_later_ones_keep_it(tmp_path):
    """For its owner's eyes alone, however many ask at once."""
    folder = tmp_path / "new" / "folder"
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: stored_key(folder, may_generate=True), range(32)))
    (key,) = made

    assert len(key) > 40
    assert 0o600 == stat.S_IMODE((folder / KEY_FILE).stat().st_mode)
    assert [KEY_FILE] == [path.name for path in folder.iterdir()]
    assert "default" == load_keys({}, folder, may_generate=False).owner(key)


def test_without_a_key_there_is_no_start(tmp_path):
    """Where none may be made."""
    with pytest.raises(ConfigError, match="set WORKBENCH_API_KEY"):
        load_keys({}, tmp_path, may_generate=False)


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path):
    """With what to change."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot be read or made: .*Set data_dir"):
        stored_key(tmp_path / "file" / "folder", may_generate=True)


def test_a_setting_for_a_key_that_nobody_has_stops_the_start(tmp_path):
    """A name that is misspelt would leave somebody without it."""
    keys = load_keys({"WORKBENCH_API_KEYS": "alice:a,bob:b"}, tmp_path, may_generate=False)
    keys.require(["bob"], "limits.budgets")
    with pytest.raises(
        ConfigError, match=r"^limits\.budgets names keys that do not exist: alcie\. There are: alice, bob\.$"
    ):
        keys.require(["alice", "alcie"], "limits.budgets")
