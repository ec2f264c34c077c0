"""Give a changed file to the graph that runs: what the change does not touch goes on without a restart."""

from dataclasses import replace

from ray import serve
from ray.serve.context import _get_global_client
from ray.serve.schema import ServeApplicationSchema
from rich.console import Console

from deployments.cli import ray_address
from deployments.cli.capacity import Demand
from deployments.cli.check import require_none
from deployments.cli.coming_up import POLL_S, wait_until_up
from deployments.cli.lines import note
from deployments.cli.machine import Machine
from deployments.cli.memory_plan import memory_plans, memory_shortages
from deployments.cli.replacement import absences, replaced, standstills
from deployments.cli.running import applications, beside_others, deployed
from deployments.cli.serve_file import ServeFile
from deployments.cli.stop_signal import StopSignal
from deployments.errors import ConfigError
from deployments.states import look


def deploy(file: ServeFile, console: Console) -> None:
    """Returns when the graph is as the file says, or a signal came.

    Raises ConfigError before anything is changed, or when it does not come up and what ran before is put back.
    """
    name, stop = file.application.name, StopSignal()
    running = applications()
    if name not in running:
        raise ConfigError(f"No application {name!r} runs here. Start it with `workbench up {file.path}`.")
    before = _deployed(file)
    _require_room(file, before.application, console)
    stop.listen()
    try:
        is_done = _apply(file, console, stop)
    except ConfigError as error:
        if running[name].status != "RUNNING":
            raise
        raise ConfigError(f"{error}\n{_put_back(before, console, stop)}") from None
    said = f"{file.path} is deployed." if is_done else "Serve goes on with it; `workbench status` says how far it is."
    console.print(said, soft_wrap=True, markup=False)


def _deployed(file: ServeFile) -> ServeFile:
    """The same file, but with the application as it runs."""
    application = deployed()[file.application.name]
    return replace(file, schema=file.schema.model_copy(update={"applications": [application]}))


def _require_room(file: ServeFile, before: ServeApplicationSchema, console: Console) -> None:
    """Raises ConfigError for models that cannot be loaded, and for replicas that would wait for ever."""
    if changed := replaced(before, file.application):
        machine, taken = _machine(), _taken(before)
        plans = memory_plans(file, machine)
        require_none([*memory_shortages(plans, machine), *standstills(changed, taken, machine)])
        for line in absences(changed, taken, machine):
            note(console, line)


def _taken(before: ServeApplicationSchema) -> list[Demand]:
    """By the replicas that run, however many autoscaling has made them."""
    states, demands = look(before.name), map(Demand.of, before.deployments)
    return [replace(one, replicas=states[one.name].running) if one.name in states else one for one in demands]


def _machine() -> Machine:
    """What the running Ray has; how much memory is known of this machine alone."""
    cluster = Machine.of_ray()
    return cluster if ray_address.given() else replace(Machine.here(), cpus=cluster.cpus, gpus=cluster.gpus)


def _apply(file: ServeFile, console: Console, stop: StopSignal) -> bool:
    """Whether it came up before a signal came. Raises ConfigError."""
    client = _get_global_client()
    assert client
    client.deploy_apps(beside_others(file.schema))
    with console.status("Deploying …"):
        while serve.status().applications[file.application.name].status == "DEPLOYING" and not stop.wait(POLL_S):
            pass
    return wait_until_up(file, console, stop)


def _put_back(before: ServeFile, console: Console, stop: StopSignal) -> str:
    """What became of it."""
    console.print("It does not come up. What ran before is put back.")
    try:
        is_done = _apply(before, console, stop)
    except ConfigError as error:
        return f"What ran before does not come up either: {error}"
    return "What ran before is served." if is_done else "What ran before is on its way back; see `workbench status`."
