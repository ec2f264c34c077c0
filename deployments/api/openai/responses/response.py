"""The response object: as a request makes it, and when it has failed."""

import secrets
import time
from collections.abc import Mapping
from typing import Any

from deployments.api.openai.responses.request import ResponseRequest
from deployments.api.openai.responses.sealed import sealed
from deployments.api.openai.responses.tools import FunctionTool
from deployments.config import GeneratorConfig
from deployments.engine.sampling import Sampling
from deployments.errors import InvalidRequest, ServingError

ECHOED = {"user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"}


def new_response(body: ResponseRequest, model: str, config: GeneratorConfig) -> dict[str, Any]:
    """Before anything was said. What the request leaves open is as it will be."""
    return {
        "id": f"resp_{secrets.token_hex(16)}",
        "object": "response",
        "created_at": int(time.time()),
        "completed_at": None,
        "status": "queued" if body.background else "in_progress",
        "background": bool(body.background),
        "error": None,
        "incomplete_details": None,
        "model": model,
        "output": [],
        "usage": None,
        "previous_response_id": body.previous_response_id,
        "conversation": {"id": body.conversation_id} if body.conversation_id else None,
        "store": body.is_stored,
        "metadata": body.metadata or {},
        "service_tier": "default",
        **_asked(body, config),
        **body.model_dump(include=ECHOED, exclude_none=True),
    }


def failed(response: Mapping[str, Any], error: ServingError) -> dict[str, Any]:
    return {**response, "status": "failed", "error": {"code": _code(error), "message": error.message}}


def with_sealed(response: Mapping[str, Any]) -> dict[str, Any]:
    """As if `include` had asked for it from the beginning."""
    return {
        **response,
        "output": [_sealed(item) if item["type"] == "reasoning" else item for item in response["output"]],
    }


def _sealed(reasoning: Mapping[str, Any]) -> dict[str, Any]:
    return {**reasoning, "encrypted_content": sealed("".join(part["text"] for part in reasoning["content"]))}


def _asked(body: ResponseRequest, config: GeneratorConfig) -> dict[str, Any]:
    reasoning = body.reasoning
    return {
        "instructions": body.instructions,
        "max_output_tokens": body.max_output_tokens,
        "max_tool_calls": body.max_tool_calls,
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "reasoning": {
            "effort": (reasoning and reasoning.effort) or "medium",
            "summary": reasoning.wanted_summary if reasoning else None,
        },
        "temperature": config.temperature if body.temperature is None else body.temperature,
        "text": {"format": _format(body), "verbosity": "medium"},
        "tool_choice": _choice(body),
        "tools": [_tool(tool) for tool in body.tools or [] if isinstance(tool, FunctionTool)],
        "top_logprobs": body.top_logprobs or 0,
        "top_p": Sampling().top_p if body.top_p is None else body.top_p,
        "truncation": body.truncation or "disabled",
    }


def _format(body: ResponseRequest) -> dict[str, Any]:
    if not body.text or not body.text.format:
        return {"type": "text"}
    return body.text.format.model_dump(by_alias=True)


def _choice(body: ResponseRequest) -> Any:
    wish = body.tool_choice or "auto"
    return wish if isinstance(wish, str) else wish.model_dump()


def _tool(tool: FunctionTool) -> dict[str, Any]:
    strict = tool.strict is not False
    return tool.model_dump(include={"type", "name", "description", "parameters"}) | {"strict": strict}


def _code(error: ServingError) -> str:
    """OpenAI has few words for it; the message says more."""
    return "invalid_prompt" if isinstance(error, InvalidRequest) else "server_error"
