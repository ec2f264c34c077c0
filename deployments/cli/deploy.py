"""Give a changed file to the graph that runs: what the change does not touch goes on without a restart."""

from ray import serve
from ray.serve.context import _get_global_client
from rich.console import Console

from deployments.cli.coming_up import POLL_S, wait_until_up
from deployments.cli.running import applications
from deployments.cli.serve_file import ServeFile
from deployments.cli.stop_signal import StopSignal
from deployments.errors import ConfigError


def deploy(file: ServeFile, console: Console) -> None:
    """Returns when the graph is as the file says, or a signal came. Raises ConfigError when it does not come up."""
    name, stop = file.application.name, StopSignal()
    if name not in applications():
        raise ConfigError(f"No application {name!r} runs here. Start it with `workbench up {file.path}`.")
    client = _get_global_client()
    assert client
    client.deploy_apps(file.schema)
    stop.listen()
    with console.status("Deploying …"):
        while serve.status().applications[name].status == "DEPLOYING" and not stop.wait(POLL_S):
            pass
    if wait_until_up(file, console, stop):
        console.print(f"{file.path} is deployed.", soft_wrap=True)
