"""Keys that Ray's schemas do not know, which Ray ignores without a word."""

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from ray.serve.config import AutoscalingConfig, RequestRouterConfig
from ray.serve.schema import ServeDeploySchema

# Typed as plain dictionaries by Ray, checked only after the deploy began.
_HIDDEN_MODELS: dict[str, type[BaseModel]] = {
    "autoscaling_config": AutoscalingConfig,
    "request_router_config": RequestRouterConfig,
}


def unknown_keys(raw: dict[str, Any]) -> Iterator[str]:
    """A line for each, with the place and the nearest key that exists."""
    return _walk(raw, ServeDeploySchema, "")


def _walk(value: Any, model: type[BaseModel], place: str) -> Iterator[str]:
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _walk(item, model, f"{place}[{i}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            where = f"{place}.{key}".lstrip(".")
            if key not in model.model_fields:
                yield f"{where}: unknown key{_hint(str(key), model)}"
            elif nested := _model_of(key, model):
                yield from _walk(inner, nested, where)


def _hint(key: str, model: type[BaseModel]) -> str:
    nearest = difflib.get_close_matches(key, model.model_fields, n=1)
    return f"; did you mean {nearest[0]}?" if nearest else ""


def _model_of(key: str, model: type[BaseModel]) -> type[BaseModel] | None:
    return _HIDDEN_MODELS.get(key) or _inner_model(model.model_fields[key].annotation)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _inner_model(inner))), None)
