"""How the service is doing, what it allows, and what it knows."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from deployments.api.health import health_report, not_ready
from deployments.api.services import ServicesDep

router = APIRouter(tags=["Operations"])

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/health")
async def health(services: ServicesDep) -> dict[str, Any]:
    """What is loaded. Always 200, at once."""
    return health_report(services.config, services.health.states, gemini_key_set=services.gemini_key_set)


@router.get("/health/ready")
async def ready(services: ServicesDep) -> JSONResponse:
    """200 when every enabled model is loaded, else 503 with those that are not."""
    missing = not_ready(services.config, services.health.states)
    return JSONResponse({"ready": not missing, "not_ready": missing}, 503 if missing else 200)


@router.get("/rate-limits")
async def rate_limits(services: ServicesDep) -> dict[str, dict[str, int]]:
    """The limits per client address."""
    return services.config.limits.model_dump(include={"embed", "summarize", "chat"})


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(services: ServicesDep) -> PlainTextResponse:
    """All counters of the cluster, for Prometheus."""
    return PlainTextResponse(await services.metrics.text(), media_type=PROMETHEUS)


@router.get("/personas")
async def personas(services: ServicesDep) -> dict[str, Any]:
    """The personas that /summarize knows."""
    return {
        "personas": [
            {"name": persona.name, "kind": persona.kind, "description": persona.description}
            for persona in services.personas
        ]
    }
