"""A Serve YAML read strictly: Ray's parts, which Ray itself would take with any typo, and ours."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from ray.serve.schema import DeploymentSchema, ServeApplicationSchema, ServeDeploySchema

from deployments.cli.keys import unknown_keys
from deployments.config import AppConfig
from deployments.environment import override
from deployments.errors import ConfigError

BUILDER = "deployments.app:build_app"


@dataclass(frozen=True)
class ServeFile:
    """`config` is what the application will run with, the environment's share included."""

    path: Path
    raw: dict[str, Any]
    schema: ServeDeploySchema
    config: AppConfig

    @property
    def application(self) -> ServeApplicationSchema:
        return self.schema.applications[0]

    @property
    def deployments(self) -> dict[str, DeploymentSchema]:
        return {deployment.name: deployment for deployment in self.application.deployments}

    def user_config(self, deployment: str) -> dict[str, Any] | None:
        """What that deployment takes over while it runs, if the file says any of it."""
        entry = self.deployments.get(deployment)
        user_config = entry.user_config if entry else None
        return user_config if isinstance(user_config, dict) else None

    @property
    def controller_environment(self) -> dict[str, str]:
        """Variables of Serve's controller, which the proxies and all replicas inherit."""
        options = self.schema.controller_options
        variables: dict[str, str] = ((options.runtime_env if options else None) or {}).get("env_vars", {})
        return variables

    @property
    def url(self) -> str:
        options = self.schema.http_options
        host = "127.0.0.1" if options.host == "0.0.0.0" else options.host
        scheme = "https" if options.ssl_certfile else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{options.port}"


def read(path: Path, *, host: str | None = None) -> ServeFile:
    """`host` stands in for the file's own. Raises ConfigError that lists everything wrong with it, a line each."""
    raw = _parse(path)
    if host is not None:
        raw["http_options"] = {**(raw.get("http_options") or {}), "host": host}
    problems = list(unknown_keys(raw))
    try:
        schema = ServeDeploySchema.model_validate(raw)
    except (ValidationError, ImportError, AttributeError) as error:
        raise ConfigError("\n".join([*problems, *problems_of(error)])) from None
    problems += _wrong_applications(schema)
    if problems:
        raise ConfigError("\n".join(problems))
    try:
        config = AppConfig.model_validate(schema.applications[0].args)
    except ValidationError as error:
        raise ConfigError("\n".join(f"args.{line}" for line in problems_of(error))) from None
    return ServeFile(path, raw, schema, override(config))


def _parse(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(raw, dict):
        raise ConfigError(f"{path} is not a Serve config: it must be a mapping with `applications`.")
    return raw


def _wrong_applications(schema: ServeDeploySchema) -> list[str]:
    if len(schema.applications) != 1:
        return [f"applications: exactly one is expected, not {len(schema.applications)}"]
    application = schema.applications[0]
    wrong = []
    if application.import_path != BUILDER:
        wrong.append(f"applications[0].import_path: {application.import_path!r} should be {BUILDER!r}")
    for place, path in {
        "applications[0].route_prefix": application.route_prefix,
        "http_options.root_path": schema.http_options.root_path,
    }.items():
        if path not in ("/", "", None):
            wrong.append(f"{place}: {path!r} should be '/'; to serve under a path, let a reverse proxy take it off")
    return wrong


def problems_of(error: Exception) -> list[str]:
    """A line each, with the place of the field."""
    if not isinstance(error, ValidationError):
        return [str(error)]
    places = [(".".join(map(str, item["loc"])), item["msg"]) for item in error.errors()]
    return [f"{place}: {message}" if place else message for place, message in places]
