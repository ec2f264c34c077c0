"""Everything that can be known to be wrong with a file before anything is started."""

import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ray.serve.config import AutoscalingConfig
from ray.serve.schema import DeploymentSchema

from deployments.api.keys import configured_keys
from deployments.cli.capacity import Demand, ceilings, shortages
from deployments.cli.live_check import live_problems
from deployments.cli.machine import Machine
from deployments.cli.personas_check import persona_problems
from deployments.cli.replacement import standstills
from deployments.cli.serve_file import ServeFile, problems_of, read
from deployments.cli.stores_check import store_problems
from deployments.config import GeneratorConfig
from deployments.edge import DEFAULT_BODY_BYTES
from deployments.errors import ConfigError
from deployments.models.builtin import builtin_model
from deployments.models.source import Builtin, LocalPath, parse

EDGE_VARIABLE, EDGE = "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH", "deployments.edge:middlewares"
PROXIES_VARIABLE = "FORWARDED_ALLOW_IPS"
BODY_VARIABLE = "WORKBENCH_MAX_BODY_BYTES"
MESSAGE_VARIABLE = "RAY_SERVE_REPLICA_GRPC_MAX_MESSAGE_LENGTH"


@dataclass(frozen=True)
class Report:
    """A file that can run, and what is worth knowing about it."""

    file: ServeFile
    notes: list[str]


def check(path: Path, machine: Machine | None, *, host: str | None = None) -> Report:
    """Without a `machine`, whether replicas find room is left open. `host` stands in for the file's own.

    Raises ConfigError that lists everything wrong, a line each.
    """
    file = read(path, host=host)
    configured_keys(os.environ)
    scaling = [problem for deployment in file.deployments.values() for problem in _scaling(deployment)]
    require_none([*_names(file), *scaling, *_edge(file), *_models(file), *store_problems(file), *_user_configs(file)])
    demands = [Demand.of(deployment) for deployment in file.deployments.values()]
    require_none([*(shortages(demands, machine) if machine else ()), *_hidden_gpus(file, demands)])
    if not machine:
        return Report(file, [])
    return Report(file, [*ceilings(demands, machine), *standstills(file.deployments.values(), demands, machine)])


def require_none(problems: Iterable[str]) -> None:
    """Raises ConfigError that lists them."""
    if lines := list(problems):
        raise ConfigError("\n".join(lines))


def expected_deployments(file: ServeFile) -> set[str]:
    names = {"Ingress", "Embedder", "Chat", "Summarizer", "Gemini"}
    return names | {"SummaryModel"} if file.config.summary.model else names


def _names(file: ServeFile) -> Iterator[str]:
    expected, listed = expected_deployments(file), [d.name for d in file.application.deployments]
    for name in sorted(set(listed) - expected):
        yield f"deployments: there is no {name} in the graph; there are {', '.join(sorted(expected))}"
    for name in sorted(expected - set(listed)):
        yield f"deployments: {name} is missing; without an entry Ray reserves a whole CPU for it"
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"deployments: {name} stands there more than once"


def _scaling(deployment: DeploymentSchema) -> Iterator[str]:
    if not isinstance(deployment.autoscaling_config, dict):
        return
    place = f"{deployment.name}.autoscaling_config"
    try:
        scaling = AutoscalingConfig.model_validate(deployment.autoscaling_config)
    except ValueError as error:
        yield from (f"{place}: {problem}" for problem in problems_of(error))
        return
    ongoing = deployment.max_ongoing_requests
    if isinstance(ongoing, int) and scaling.get_target_ongoing_requests() > ongoing:
        target = scaling.get_target_ongoing_requests()
        yield f"{place}.target_ongoing_requests: {target:g} is never reached with max_ongoing_requests {ongoing}"


def _edge(file: ServeFile) -> Iterator[str]:
    variables = file.controller_environment
    place = "controller_options.runtime_env.env_vars"
    if variables.get(EDGE_VARIABLE) != EDGE:
        yield f"{place}.{EDGE_VARIABLE}: must be {EDGE}, which guards the proxy"
    if PROXIES_VARIABLE not in variables:
        yield f'{place}.{PROXIES_VARIABLE}: must be set, "" for no reverse proxy; else X-Forwarded-For is trusted'
    yield from _body_limit(file, f"{place}.{BODY_VARIABLE}")
    enough = 2 * file.config.http.max_json_bytes
    bytes_set = str(variables.get(MESSAGE_VARIABLE, ""))
    if not bytes_set.isdecimal() or int(bytes_set) < enough:
        yield f"{place}.{MESSAGE_VARIABLE}: must be {enough} or more, or large requests fail between deployments"


def _body_limit(file: ServeFile, place: str) -> Iterator[str]:
    """Of the proxy, which reads bodies before anybody looks at them."""
    http = file.config.http
    most = max(http.max_json_bytes, http.max_upload_bytes)
    limit = str(file.controller_environment.get(BODY_VARIABLE, os.environ.get(BODY_VARIABLE, DEFAULT_BODY_BYTES)))
    if not limit.isdecimal() or int(limit) < most:
        yield f"{place}: {limit} must be {most} or more, or the proxy refuses what args.http allows"


def _hidden_gpus(file: ServeFile, demands: list[Demand]) -> Iterator[str]:
    """A replica sees no more GPUs than are reserved for it."""
    sections = {"Chat": ("chat", file.config.chat), "SummaryModel": ("summary.model", file.config.summary.model)}
    for demand in demands:
        place, section = sections.get(demand.name, ("", None))
        if not section or not section.enabled:
            continue
        seen = max(1, math.ceil(demand.gpus))
        reserved = f"{demand.name} sees {seen} (ray_actor_options.num_gpus {demand.gpus:g})"
        if len(section.tensor_split or ()) > seen:
            yield f"args.{place}.tensor_split: has shares for {len(section.tensor_split or ())} GPUs, but {reserved}"
        if section.main_gpu >= seen:
            yield f"args.{place}.main_gpu: {section.main_gpu} is counted from 0, but {reserved}"


def _user_configs(file: ServeFile) -> Iterator[str]:
    yield from live_problems(file)
    yield from persona_problems(file)


def _models(file: ServeFile) -> Iterator[str]:
    config = file.config
    generators: dict[str, GeneratorConfig | None] = {"chat": config.chat, "summary.model": config.summary.model}
    sources = {place: section.model for place, section in generators.items() if section and section.enabled}
    for place, text in {"embedding": config.embedding.model, **sources}.items():
        try:
            source = parse(text)
            path = builtin_model(source.name) if isinstance(source, Builtin) else None
            path = source.path if isinstance(source, LocalPath) else path
        except ConfigError as error:
            yield f"args.{place}.model: {error}"
            continue
        if path and not path.exists():
            yield f"args.{place}.model: {path} does not exist"
