"""How the service is doing, what it allows, and what it knows."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from deployments.api.health import health_report, not_ready
from deployments.api.services import ServicesDep
from deployments.summary.personas import Persona

router = APIRouter(tags=["Operations"])
keyed = APIRouter(tags=["Operations"])

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/health")
async def health(services: ServicesDep) -> dict[str, Any]:
    """What is loaded. Always 200, at once."""
    return health_report(services.config, services.health.states, gemini_key_set=services.gemini_key_set)


@router.get("/health/ready", responses={503: {"model": dict[str, Any], "description": "Some are not"}})
async def ready(services: ServicesDep) -> JSONResponse:
    """200 when every enabled model is loaded, else 503 with those that are not."""
    missing = not_ready(services.config, services.health.states)
    return JSONResponse({"ready": not missing, "not_ready": missing}, 503 if missing else 200)


@router.get("/rate-limits")
async def rate_limits(services: ServicesDep) -> dict[str, dict[str, int]]:
    """The limits per client address."""
    return services.config.limits.model_dump(include={"embed", "summarize", "chat"})


@keyed.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(services: ServicesDep) -> PlainTextResponse:
    """All counters of the cluster, for Prometheus."""
    return PlainTextResponse(await services.metrics.text(), media_type=PROMETHEUS)


@keyed.get("/personas")
async def personas(services: ServicesDep) -> dict[str, Any]:
    """The personas that /summarize knows. `languages` are those that each reads where none is named."""
    return {"personas": [_described(persona) for persona in await services.summarizer.personas()]}


def _described(persona: Persona) -> dict[str, Any]:
    return {name: value for name, value in asdict(persona).items() if name != "text"}
