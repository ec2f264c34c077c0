"""The original's variables are honoured, override the YAML, and are named when they are wrong."""

import logging

import pytest

from deployments.config import AppConfig, GeneratorConfig, SummaryConfig
from deployments.environment import Environment, gemini_api_key, load_env_file, override
from deployments.errors import ConfigError

ORIGINAL = [
    "WORKBENCH_API_KEY",
    "EMBEDDING_MODEL_NAME",
    "FORCE_CPU",
    "SUMMARY_LOCAL_ENABLED",
    "SUMMARY_MODEL_NAME",
    "SUMMARY_MODEL_BASENAME",
    "SUMMARY_MAX_TOKEN",
    "SUMMARY_TEMP",
    "SUMMARY_N_CTX",
    "CHAT_MODEL_ENABLED",
    "CHAT_MODEL_PATH",
    "CHAT_MODEL_NAME",
    "CHAT_N_CTX",
    "CHAT_N_GPU_LAYERS",
    "CHAT_N_BATCH",
    "CHAT_USE_MMAP",
    "CHAT_FLASH_ATTN",
    "CHAT_MAX_TOKENS",
    "CHAT_TEMPERATURE",
    "GEMINI_API_KEY",
    "GEMINI_DEFAULT_MODEL",
    "GEMINI_API_TIMEOUT",
    "MAX_FILE_SIZE_BYTES",
    "BINARY_DETECTION_THRESHOLD",
    "CACHE_MAX_SIZE",
    "EMBED_RATE_LIMIT_CALLS",
    "EMBED_RATE_LIMIT_SECONDS",
    "SUMMARIZE_RATE_LIMIT_CALLS",
    "SUMMARIZE_RATE_LIMIT_SECONDS",
    "CHAT_RATE_LIMIT_CALLS",
    "CHAT_RATE_LIMIT_SECONDS",
]


@pytest.fixture
def env(monkeypatch):
    for name in ORIGINAL:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch.setenv


def look_up(config: AppConfig, place: str):
    value = config
    for part in place.split("."):
        value = getattr(value, part)
    return value


def test_every_name_of_the_original_is_known():
    """HF_TOKEN besides, which the hub's client reads itself."""
    assert {name.lower() for name in ORIGINAL} <= set(Environment.model_fields)


@pytest.mark.parametrize(
    ("name", "value", "place", "expected"),
    [
        ("EMBEDDING_MODEL_NAME", "google/embeddinggemma-300m", "embedding.model", "hf://google/embeddinggemma-300m"),
        ("EMBEDDING_MODEL_NAME", "./models/mine", "embedding.model", "./models/mine"),
        ("FORCE_CPU", "true", "embedding.device", "cpu"),
        ("FORCE_CPU", "1", "chat.gpu_layers", 0),
        ("CHAT_MODEL_ENABLED", "false", "chat.enabled", False),
        ("CHAT_MODEL_PATH", "models/gpt-oss-20b.gguf", "chat.model", "models/gpt-oss-20b.gguf"),
        ("CHAT_N_CTX", "65536", "chat.context_tokens", 65536),
        ("CHAT_FLASH_ATTN", "true", "chat.flash_attention", "on"),
        ("CHAT_USE_MMAP", "False", "chat.use_mmap", False),
        ("SUMMARY_MAX_TOKEN", "500", "summary.max_tokens", 500),
        ("CACHE_MAX_SIZE", "128", "embedding.cache_entries", 128),
        ("CACHE_MAX_SIZE", "0", "summary.cache_entries", 0),
        ("GEMINI_API_TIMEOUT", "30", "gemini.timeout_s", 30),
        ("MAX_FILE_SIZE_BYTES", "100", "http.max_file_bytes", 100),
        ("SUMMARIZE_RATE_LIMIT_CALLS", "7", "limits.summarize.calls", 7),
    ],
)
def test_a_variable_goes_where_its_setting_is(env, name, value, place, expected):
    """The rest of the configuration stays as it was."""
    env(name, value)
    before = AppConfig(chat=GeneratorConfig(slots=7))
    after = override(before)

    assert expected == look_up(after, place)
    assert 7 == after.chat.slots


def test_a_summary_model_is_named_by_repository_and_file(env):
    """As the original had it; switched off, it is not loaded."""
    env("SUMMARY_MODEL_NAME", "google/gemma")
    with pytest.raises(ConfigError, match="need each other"):
        override(AppConfig())
    env("SUMMARY_MODEL_BASENAME", "g.gguf")
    env("FORCE_CPU", "true")
    env("SUMMARY_N_CTX", "4096")
    env("SUMMARY_LOCAL_ENABLED", "false")
    model = override(AppConfig()).summary.model

    assert ("hf://google/gemma/g.gguf", 4096, False) == (model.model, model.context_tokens, model.enabled)
    assert 0 == model.gpu_layers


@pytest.mark.parametrize("name", ["SUMMARY_LOCAL_ENABLED", "SUMMARY_N_CTX"])
def test_what_belongs_to_a_local_summary_model_needs_one(env, name):
    """The error says how to name it; if it is switched off, there is nothing to name."""
    env(name, "1")
    with pytest.raises(ConfigError, match=rf"^{name} is set, but there is no model for it\. Set SUMMARY_MODEL_NAME"):
        override(AppConfig())
    env("SUMMARY_LOCAL_ENABLED", "false")

    assert override(AppConfig()).summary_model is None


@pytest.mark.parametrize(("value", "is_shared"), [("true", True), ("false", False)])
def test_local_summaries_by_the_chat_model_can_be_switched_off_too(env, value, is_shared):
    """Or left on."""
    env("SUMMARY_LOCAL_ENABLED", value)

    assert is_shared == override(AppConfig(summary=SummaryConfig(share_chat=True))).summary.share_chat


@pytest.mark.parametrize(
    ("name", "value"),
    [("CHAT_N_CTX", "many"), ("CHAT_TEMPERATURE", "9"), ("FORCE_CPU", "perhaps"), ("CHAT_N_BATCH", "0")],
)
def test_a_wrong_value_stops_the_start_with_its_name(env, name, value):
    """Whether it cannot be read or is out of range."""
    env(name, value)

    with pytest.raises(ConfigError, match=f"^{name}: "):
        override(AppConfig())


def test_what_was_overridden_is_logged_by_name_alone(env, caplog):
    """Values may be secrets."""
    env("CHAT_N_CTX", "1234")
    env("WORKBENCH_API_KEY", "a-secret")
    with caplog.at_level(logging.WARNING):
        override(AppConfig())

    assert ["Set by the environment: CHAT_N_CTX"] == caplog.messages


def test_an_unset_environment_changes_nothing(env):
    """Nor does an empty value."""
    env("CHAT_N_CTX", "")

    assert AppConfig() == override(AppConfig())


def test_env_files_count_after_the_real_environment(env, tmp_path, monkeypatch):
    """In the working directory."""
    (tmp_path / ".env").write_text("CHAT_N_CTX=111\nGEMINI_API_KEY=from-file\n")
    monkeypatch.chdir(tmp_path)
    env("CHAT_N_CTX", "222")
    load_env_file()

    assert "from-file" == gemini_api_key()
    assert 222 == override(AppConfig()).chat.context_tokens


def test_secrets_do_not_show(env):
    """In no `repr`, which is what ends up in logs."""
    env("GEMINI_API_KEY", "a-secret")
    env("WORKBENCH_SESSIONS_URL", "postgresql://me:a-secret@db/x")

    assert "a-secret" not in repr(Environment())
    assert "a-secret" not in repr(override(AppConfig()))
