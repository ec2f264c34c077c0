"""GET /v1/models: what is served, and by which names."""

from typing import Any

from fastapi import APIRouter

from deployments.api.health import LOADING, context_length
from deployments.api.openai.objects import Model, Models
from deployments.api.openapi import answers
from deployments.api.services import Services, ServicesDep
from deployments.errors import ModelNotFound, ModelNotReady
from deployments.models.source import served_name

router = APIRouter(tags=["Models"])


@router.get("/v1/models", responses=answers(Models))
async def list_models(services: ServicesDep) -> dict[str, Any]:
    """Every model that the configuration enables."""
    return {"object": "list", "data": list(_models(services).values())}


@router.get("/v1/models/{model:path}", responses=answers(Model))
async def retrieve_model(model: str, services: ServicesDep) -> dict[str, Any]:
    """One of them."""
    models = _models(services)
    if model not in models:
        raise _unknown(model, list(models))
    return models[model]


def require_chat_model(services: Services, asked: str | None) -> str:
    """The chat model's name, if that is what was asked for."""
    name = chat_name(services)
    if not services.config.chat.enabled:
        raise ModelNotReady("Chat is disabled in the configuration.")
    return _require(asked, name)


def require_embedding_model(services: Services, asked: str | None) -> str:
    return _require(asked, embedding_name(services))


def chat_name(services: Services) -> str:
    return served_name(services.config.chat.name, services.config.chat.model)


def chat_context_length(services: Services) -> int | None:
    """Tokens per conversation; None until a model that chooses them itself is loaded."""
    return context_length(services.config.chat, services.health.states.get("Chat", LOADING))


def embedding_name(services: Services) -> str:
    return served_name(services.config.embedding.name, services.config.embedding.model)


def _require(asked: str | None, name: str) -> str:
    if asked not in (None, name):
        raise _unknown(asked or "", [name])
    return name


def _unknown(model: str, known: list[str]) -> ModelNotFound:
    return ModelNotFound(f"The model {model!r} is not served here. Known: {', '.join(known)}.", param="model")


def _models(services: Services) -> dict[str, dict[str, Any]]:
    chat, found = services.config.chat, []
    window = services.health.states.get("Embedder", LOADING).context_tokens
    found.append(_model(embedding_name(services), kind="embedding", context_length=window))
    if chat.enabled:
        found.append(_model(chat_name(services), kind="chat", context_length=chat_context_length(services)))
    reader = services.config.summary.model
    if reader and reader.enabled:
        name = served_name(reader.name, reader.model)
        length = context_length(reader, services.health.states.get("SummaryModel", LOADING))
        found.append(_model(name, kind="summary", context_length=length))
    return {model["id"]: model for model in found}


def _model(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "egemma-serve", **more}
