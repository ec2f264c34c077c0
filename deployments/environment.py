"""Environment variables, under the names that the original eGemma server gave them. They override the YAML.

Secrets live here alone. `.env` in the working directory counts as environment; what is really set goes before it.
"""

import logging
from typing import Any

from dotenv import load_dotenv
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deployments.config import AppConfig, SummaryConfig
from deployments.errors import ConfigError

logger = logging.getLogger(__name__)


class Environment(BaseSettings):
    """Field names are the variables' names; None is what is not set."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    workbench_api_key: SecretStr | None = None
    workbench_api_keys: SecretStr | None = None
    gemini_api_key: SecretStr | None = None

    embedding_model_name: str | None = None
    force_cpu: bool | None = None
    summary_local_enabled: bool | None = None
    summary_model_name: str | None = None
    summary_model_basename: str | None = None
    summary_max_token: int | None = None
    summary_temp: float | None = None
    summary_n_ctx: int | None = None
    chat_model_enabled: bool | None = None
    chat_model_path: str | None = None
    chat_model_name: str | None = None
    chat_n_ctx: int | None = None
    chat_n_gpu_layers: int | None = None
    chat_n_batch: int | None = None
    chat_use_mmap: bool | None = None
    chat_flash_attn: bool | None = None
    chat_max_tokens: int | None = None
    chat_temperature: float | None = None
    gemini_default_model: str | None = None
    gemini_api_timeout: float | None = None
    max_file_size_bytes: int | None = None
    binary_detection_threshold: float | None = None
    cache_max_size: int | None = None
    embed_rate_limit_calls: int | None = None
    embed_rate_limit_seconds: int | None = None
    summarize_rate_limit_calls: int | None = None
    summarize_rate_limit_seconds: int | None = None
    chat_rate_limit_calls: int | None = None
    chat_rate_limit_seconds: int | None = None
    workbench_sessions_url: SecretStr | None = None
    workbench_limits_url: SecretStr | None = None


# Where a variable's value goes in the configuration, as it stands.
_PLACES = {
    "chat_model_enabled": "chat.enabled",
    "chat_model_path": "chat.model",
    "chat_model_name": "chat.name",
    "chat_n_ctx": "chat.context_tokens",
    "chat_n_gpu_layers": "chat.gpu_layers",
    "chat_n_batch": "chat.batch_tokens",
    "chat_use_mmap": "chat.use_mmap",
    "chat_max_tokens": "chat.max_tokens",
    "chat_temperature": "chat.temperature",
    "summary_max_token": "summary.max_tokens",
    "summary_temp": "summary.temperature",
    "gemini_default_model": "gemini.default_model",
    "gemini_api_timeout": "gemini.timeout_s",
    "max_file_size_bytes": "http.max_file_bytes",
    "binary_detection_threshold": "http.binary_threshold",
    "embed_rate_limit_calls": "limits.embed.calls",
    "embed_rate_limit_seconds": "limits.embed.seconds",
    "summarize_rate_limit_calls": "limits.summarize.calls",
    "summarize_rate_limit_seconds": "limits.summarize.seconds",
    "chat_rate_limit_calls": "limits.chat.calls",
    "chat_rate_limit_seconds": "limits.chat.seconds",
    "workbench_sessions_url": "sessions.url",
    "workbench_limits_url": "limits.url",
}


_OF_SUMMARY_MODEL = {
    "summary_local_enabled": "summary.model.enabled",
    "summary_n_ctx": "summary.model.context_tokens",
}

Change = tuple[str, str, Any]  # variable, place, value


def load_env_file() -> None:
    """`.env` in the working directory becomes part of this process's environment."""
    load_dotenv(".env")


def read_environment() -> Environment:
    """Raises ConfigError that names the variable whose value cannot be read."""
    try:
        return Environment()
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{str(first['loc'][0]).upper()}: {first['msg']}.") from None


def gemini_api_key() -> str | None:
    load_env_file()
    key = read_environment().gemini_api_key
    return key.get_secret_value() if key else None


def override(config: AppConfig) -> AppConfig:
    """The configuration with what the environment sets, which is logged by name."""
    changes = _changes(read_environment(), config.summary)
    if not changes:
        return config
    fields = config.model_dump()
    for _, place, value in changes:
        _put(fields, place, value)
    logger.warning("Set by the environment: %s", ", ".join(sorted({name.upper() for name, _, _ in changes})))
    try:
        return AppConfig.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        names = [name.upper() for name, changed, _ in changes if changed == place] or [place]
        raise ConfigError(f"{names[0]}: {first['msg']}.") from None


def _changes(environment: Environment, summary: SummaryConfig) -> list[Change]:
    """For all that is set."""
    values = environment.model_dump(exclude_none=True)
    changes = [(name, place, values[name]) for name, place in _PLACES.items() if name in values]
    if name := values.get("embedding_model_name"):
        changes.append(("embedding_model_name", "embedding.model", _reference(name)))
    if "chat_flash_attn" in values:
        flash = "on" if values["chat_flash_attn"] else "off"
        changes.append(("chat_flash_attn", "chat.flash_attention", flash))
    if "cache_max_size" in values:
        places = ("embedding.cache_entries", "summary.cache_entries")
        changes += [("cache_max_size", place, values["cache_max_size"]) for place in places]
    return changes + _force_cpu(values, summary) + _summary_model(values) + _local_summaries(values, summary)


def _force_cpu(values: dict[str, Any], summary: SummaryConfig) -> list[Change]:
    if not values.get("force_cpu"):
        return []
    places: dict[str, Any] = {"embedding.device": "cpu", "chat.gpu_layers": 0}
    if _has_model(values, summary):
        places["summary.model.gpu_layers"] = 0
    return [("force_cpu", place, value) for place, value in places.items()]


def _summary_model(values: dict[str, Any]) -> list[Change]:
    """The original named a hub repository and, apart from it, a file there."""
    name, file = values.get("summary_model_name"), values.get("summary_model_basename")
    if bool(name) != bool(file):
        raise ConfigError("SUMMARY_MODEL_NAME and SUMMARY_MODEL_BASENAME, the file in it, need each other.")
    if not name:
        return []
    return [("summary_model_name", "summary.model.model", f"hf://{name}/{file}")]


def _local_summaries(values: dict[str, Any], summary: SummaryConfig) -> list[Change]:
    """Whether a local model writes them, and in which context. Switched off, there need be none."""
    wanted = {name: values[name] for name in _OF_SUMMARY_MODEL if name in values}
    has_model = _has_model(values, summary)
    is_off = wanted.get("summary_local_enabled") is False
    is_shared = summary.share_chat and "summary_n_ctx" not in wanted
    if wanted and not (has_model or is_off or is_shared):
        advice = "Set SUMMARY_MODEL_NAME and SUMMARY_MODEL_BASENAME, or summary.model in the YAML"
        raise ConfigError(f"{next(iter(wanted)).upper()} is set, but there is no model for it. {advice}.")
    changes = [(name, _OF_SUMMARY_MODEL[name], value) for name, value in wanted.items() if has_model]
    return [*changes, ("summary_local_enabled", "summary.share_chat", False)] if is_off else changes


def _has_model(values: dict[str, Any], summary: SummaryConfig) -> bool:
    return bool(summary.model or values.get("summary_model_name"))


def _reference(name: str) -> str:
    """The original knew hub names only, such as google/embeddinggemma-300m."""
    return f"hf://{name}" if "://" not in name and name.count("/") == 1 and name[0] not in "./~" else name


def _put(fields: dict[str, Any], place: str, value: Any) -> None:
    *path, last = place.split(".")
    for part in path:
        fields[part] = fields.get(part) or {}
        fields = fields[part]
    fields[last] = value
