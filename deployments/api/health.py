"""What /health says, from the configuration and the state of each deployment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from deployments.config import AppConfig, GeneratorConfig
from deployments.models.source import served_name

Status = Literal["loaded", "loading", "not_loaded", "failed", "disabled"]


@dataclass(frozen=True, slots=True)
class ModelState:
    """`detail` is a download's progress, or the reason of a failure.

    Of a model that is loaded, `context_tokens` is how much it reads; a chat model may be offered tools or not, and
    `fingerprint` is that of its file. `running` replicas serve now, `target` is how many there are to be.
    A model that `is_waking` had been scaled to zero and is loading because it was asked for: who asked waits.
    One that `is_unplaced` waits for a machine with room for it.
    """

    status: Status
    detail: str = ""
    context_tokens: int | None = None
    supports_tools: bool = False
    fingerprint: str = ""
    running: int = 0
    target: int = 0
    is_waking: bool = False
    is_unplaced: bool = False

    @property
    def is_absent(self) -> bool:
        """Whether requests are better refused than kept waiting."""
        return self.is_unplaced or (self.status in ("loading", "failed") and not self.is_waking)


States = Mapping[str, ModelState]

LOADING = ModelState("loading")


def health_report(config: AppConfig, states: States, *, gemini_key_set: bool) -> dict[str, Any]:
    return {
        "status": _overall(config, states),
        "embedding_model": {
            "name": served_name(config.embedding.name, config.embedding.model),
            **_described(states.get("Embedder", LOADING)),
        },
        "local_summarization_model": _summary_model(config, states),
        "gemini_api": {"api_key_set": gemini_key_set, "default_model": config.gemini.default_model},
        "chat_model": _chat(config.chat, states.get("Chat", LOADING)),
    }


def not_ready(config: AppConfig, states: States) -> dict[str, str]:
    """Enabled parts that do not serve yet, and why. A part that is scaled to zero starts when it is asked."""
    parts = {"embedding_model": "Embedder", "summarizer": "Summarizer"}
    if config.chat.enabled:
        parts["chat_model"] = "Chat"
    if config.summary.model and config.summary.model.enabled:
        parts["local_summarization_model"] = "SummaryModel"
    found = {name: states.get(deployment, LOADING) for name, deployment in parts.items()}
    return {
        name: ": ".join(filter(None, (state.status, state.detail))) for name, state in found.items() if state.is_absent
    }


def context_length(config: GeneratorConfig, state: ModelState) -> int | None:
    """Tokens per conversation; None until a model that chooses them itself is loaded."""
    return state.context_tokens if config.context_tokens == "auto" else config.context_tokens


def _overall(config: AppConfig, states: States) -> Literal["ok", "loading", "degraded"]:
    waiting = not_ready(config, states).values()
    if any(not reason.startswith("loading") for reason in waiting):
        return "degraded"
    return "loading" if waiting else "ok"


def _chat(config: GeneratorConfig, state: ModelState) -> dict[str, Any]:
    if not config.enabled:
        return {"status": "disabled"}
    return {
        "name": served_name(config.name, config.model),
        "path": PurePath(config.model).name,
        **_described(state),
        "context_length": context_length(config, state),
        "supports_tools": state.supports_tools,
    }


def _summary_model(config: AppConfig, states: States) -> dict[str, Any]:
    if config.summary_model is None:
        return {"status": "disabled"}
    deployment, model = config.summary_model
    described = _described(states.get(deployment, LOADING))
    return {"name": served_name(model.name, model.model), "basename": PurePath(model.model).name, **described}


def _described(state: ModelState) -> dict[str, Any]:
    detail = {"detail": state.detail} if state.detail else {}
    return {"status": state.status, "replicas": {"running": state.running, "target": state.target}, **detail}
