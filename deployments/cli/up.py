"""Start a graph in a Ray of its own, tell how it comes up, and take it down again."""

import io
import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import ray
from ray import serve
from ray.serve._private.api import serve_start
from rich.console import Console

from deployments.cli import ray_address
from deployments.cli.api_key import ApiKey
from deployments.cli.banner import banner
from deployments.cli.capacity import Demand, shortages
from deployments.cli.check import Report
from deployments.cli.coming_up import wait_until_up
from deployments.cli.lines import note
from deployments.cli.machine import Machine
from deployments.cli.running import beside_others
from deployments.cli.serve_file import ServeFile
from deployments.cli.session_folder import removed_after_use
from deployments.cli.stop_signal import StopSignal
from deployments.errors import ConfigError

OBJECT_STORE_BYTES = 256 * 1024 * 1024  # requests and answers are small; Ray's default is a third of the memory
FALSE_ALARM = "ServeController.graceful_shutdown failed"


def run(report: Report, console: Console) -> None:
    """Returns when a signal has stopped the graph. Raises ConfigError when it does not come up."""
    file = report.file
    key = ApiKey.of(file)
    require_free_port(file)
    stop = StopSignal()
    with _ray(file, stop, console), _serve(file):
        for line in _without_room(file):
            note(console, f"{line}; some will wait until there are more")
        if wait_until_up(file, console, stop):
            console.print(banner(file, key), soft_wrap=True)
            stop.wait()
        console.print("Stopping; once more to hurry.")


def require_free_port(file: ServeFile) -> None:
    options = file.schema.http_options
    with socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise ConfigError(
                f"{options.host}:{options.port} cannot be used: {error.strerror}. Change http_options in {file.path}."
            ) from None


def _without_room(file: ServeFile) -> Iterator[str]:
    """What the running Ray cannot give yet."""
    yield from shortages([Demand.of(deployment) for deployment in file.deployments.values()], Machine.of_ray())


@contextmanager
def _ray(file: ServeFile, stop: StopSignal, console: Console) -> Iterator[None]:
    """The Ray that RAY_ADDRESS names, or one of our own."""
    with ExitStack() as afterwards:
        if ray_address.given():
            ray_address.join(log_to_driver=True)
        else:
            afterwards.enter_context(removed_after_use(_own_ray(file), console))
        try:
            stop.listen()  # only now: Ray sets a handler of its own
            yield
        finally:
            with _quietly():
                ray.shutdown()


def _own_ray(file: ServeFile) -> Path:
    """Its session folder."""
    # what `controller_options` would set: before Ray starts, it costs no environment of its own per worker
    os.environ.update(file.controller_environment)
    context: Any = ray.init(
        address="local",
        namespace="serve",
        include_dashboard=False,
        object_store_memory=OBJECT_STORE_BYTES,
        logging_level=logging.ERROR,
    )
    return Path(context.address_info["session_dir"])


@contextmanager
def _serve(file: ServeFile) -> Iterator[None]:
    """All of Serve is ours, unless it was there before us; then only our application is."""
    logging.getLogger("ray.serve").setLevel(logging.WARNING)  # that it has started is said by `up`
    schema, is_ours = file.schema, not ray_address.given()
    was_running = not is_ours and bool(serve.status().proxies)
    client = serve_start(
        http_options=schema.http_options.model_dump(),
        grpc_options=schema.grpc_options.model_dump(),
        proxy_location=schema.proxy_location,
        controller_options=None if is_ours else schema.controller_options,
        global_logging_config=schema.logging_config,
    )
    try:
        client.deploy_apps(beside_others(schema), _blocking=False)
        yield
    finally:
        if was_running:
            serve.delete(file.application.name)
        else:
            with _quietly():
                serve.shutdown()  # type: ignore[no-untyped-call]


@contextmanager
def _quietly() -> Iterator[None]:
    """The controller dies while it answers that it shuts down, about which Ray writes errors that are none."""
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(io.StringIO()):
            yield
    finally:
        sys.stdout.writelines(line for line in said.getvalue().splitlines(keepends=True) if FALSE_ALARM not in line)
