"""The HTTP application, made of services. What stands around the routes is listed here from the outside in."""

from collections.abc import Callable

from fastapi import FastAPI, Security
from fastapi.security import HTTPBearer
from starlette.middleware import Middleware

from deployments import __version__
from deployments.api import docs, embed, operations, parse_ast, sessions, summarize
from deployments.api.access_log import AccessLog
from deployments.api.body_limit import BodyLimit
from deployments.api.errors import UnexpectedErrors, add_error_handlers
from deployments.api.gate import Gate
from deployments.api.limits import RateLimitHeaders
from deployments.api.openai import chat, conversations, embeddings, models, text
from deployments.api.openai.responses import routes as responses
from deployments.api.openapi import Api, openai_refusals, refusals
from deployments.api.services import Services
from deployments.api.short_body import TakeShortBody
from deployments.config import HttpConfig
from deployments.limits.limiter import Kind

LIMITED: dict[str, Kind] = {
    "/embed": "embed",
    "/v1/embeddings": "embed",
    "/summarize": "summarize",
    "/v1/chat/completions": "chat",
    "/v1/completions": "chat",
    "/v1/responses": "chat",
}
GUARDED = (401, 429, 503)  # how whatever asks for a key may be refused
UPLOADS = frozenset({"/embed", "/summarize", "/parse-ast"})

# Only for the documentation's Authorize button; the gate has looked at the header long before.
_documented_key = Security(HTTPBearer(auto_error=False, description="The API key."))


def create_api(services: Services) -> FastAPI:
    app = Api(
        title="eGemma Serve",
        version=__version__,
        description="Embeddings, summaries by persona, OpenAI-compatible chat and outlines of source code.",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(TakeShortBody),
            Middleware(AccessLog),
            Middleware(RateLimitHeaders, limiter=services.limiter, kinds=LIMITED),
            Middleware(UnexpectedErrors),
            Middleware(Gate, keys=services.keys, limiter=services.limiter),
            Middleware(BodyLimit, limit_of=_body_limits(services.config.http)),
        ],
    )
    app.state.services = services
    add_error_handlers(app)
    for router in (embed.router, summarize.router, parse_ast.router):
        app.include_router(router, dependencies=[_documented_key], responses=refusals(400, *GUARDED, 413))
    for module in (chat, text, embeddings, models, sessions, responses, conversations):
        documented = openai_refusals(400, *GUARDED, 404, 413)
        app.include_router(module.router, dependencies=[_documented_key], responses=documented)
    app.include_router(operations.keyed, dependencies=[_documented_key], responses=refusals(*GUARDED))
    app.include_router(operations.router)
    app.include_router(docs.router)
    docs.mount_static(app)
    return app


def _body_limits(config: HttpConfig) -> Callable[[str], int]:
    return lambda path: config.max_upload_bytes if path in UPLOADS else config.max_json_bytes
