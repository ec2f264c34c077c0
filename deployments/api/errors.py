"""Errors → responses: OpenAI's shape on /v1, FastAPI's elsewhere. Translated here and nowhere else."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.api.json_text import AnyJson
from deployments.api.methods import allowed
from deployments.api.problems import first_problem, written
from deployments.errors import InvalidField, InvalidRequest, NotAuthenticated, NotFound, PayloadTooLarge, ServingError

logger = logging.getLogger(__name__)

_TYPES = {401: "authentication_error", 404: "not_found_error", 409: "conflict_error", 429: "rate_limit_error"}
_FRAMEWORK_CODES = {404: NotFound.code, 405: "method_not_allowed", 413: PayloadTooLarge.code}
INTERNAL = "Something went wrong on our side. The request id names it in the server's log."


def is_openai(path: str) -> bool:
    return path.startswith("/v1/")


def error_object(error: ServingError) -> dict[str, Any]:
    """OpenAI's error object, as in a body on /v1 or in an event of a stream."""
    return _openai_object(_openai_status(error), error.message, error.code, error.param)


def error_response(error: ServingError, path: str) -> AnyJson:
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if is_openai(path):
        content = {"error": error_object(error), "detail": error.message}
        return AnyJson(content, _openai_status(error), headers)
    if isinstance(error, InvalidField):  # in the shape of the framework's own validation errors
        detail = [{"type": "value_error", "loc": ["request", error.param], "msg": error.message}]
        return AnyJson({"detail": detail}, error.status, headers)
    return AnyJson({"detail": error.message}, error.status, headers)


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ServingError, _serving_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _framework_error)


class UnexpectedErrors:
    """Around everything that may fail: what nobody foresaw is logged, and the client gets a plain 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def watched(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            logger.exception("Unexpected error in %s", scope.get("path"))
            if has_started:
                raise
            await error_response(ServingError(INTERNAL), scope["path"])(scope, receive, send)


def _openai_status(error: ServingError) -> int:
    return InvalidRequest.status if isinstance(error, InvalidField) else error.status


def _openai_object(status: int, message: str, code: str, param: str | None = None) -> dict[str, Any]:
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"message": message, "type": kind, "param": param, "code": code}


async def _serving_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServingError)
    return error_response(error, request.url.path)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if not is_openai(request.url.path):
        return AnyJson({"detail": jsonable_encoder(written(error.errors()))}, 422)
    return error_response(first_problem(error.errors(), error.body), request.url.path)


async def _framework_error(request: Request, error: Exception) -> Response:
    """Unknown routes, wrong methods, bodies that cannot be read."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        error.headers = {"Allow": allowed(request)}
    if not is_openai(request.url.path):
        return await http_exception_handler(request, error)
    code = _FRAMEWORK_CODES.get(error.status_code, InvalidRequest.code)
    content = {"error": _openai_object(error.status_code, error.detail, code), "detail": error.detail}
    return AnyJson(content, error.status_code, error.headers)
