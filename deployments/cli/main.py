"""The commands. Each does its work through a plain function and turns a ConfigError into words and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from deployments.cli import lines
from deployments.cli.ray_environment import present_token, set_switches
from deployments.environment import load_env_file
from deployments.errors import ConfigError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="eGemma Serve, a model-serving workbench.")
console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False)

File = Annotated[Path, typer.Argument(help="A Serve YAML, such as serve_config.yaml.", show_default=False)]


@app.command()
def up(
    file: File, host: Annotated[str | None, typer.Option(help="Listen there, rather than where FILE says.")] = None
) -> None:
    """Start the graph of FILE, wait until it runs, and stop it with Ctrl-C."""
    set_switches()
    from deployments.cli import ray_address
    from deployments.cli.check import check, require_none
    from deployments.cli.machine import Machine
    from deployments.cli.memory_plan import memory_plans, memory_shortages
    from deployments.cli.up import run

    with explained():
        load_env_file()
        machine = None if ray_address.given() else Machine.here()  # else a cluster, which may yet grow
        report = check(file, machine, host=host)
        if machine:
            require_none(memory_shortages(memory_plans(report.file, machine), machine))
        run(report, console)


@app.command()
def check(
    file: File,
    gpus: Annotated[str | None, typer.Option(help="Of another machine: 2, 2x24GiB, or 24GiB,48GiB.")] = None,
    cpus: Annotated[float | None, typer.Option(help="Of another machine.")] = None,
    memory: Annotated[str | None, typer.Option(help="Of another machine, such as 64GiB.")] = None,
    ask_hub: Annotated[bool, typer.Option("--ask-hub", help="Judge models that are not here by their heads.")] = False,
) -> None:
    """Validate FILE strictly, Ray's parts and ours, and plan its memory, without starting anything."""
    from deployments.cli.check import check as check_file
    from deployments.cli.check import require_none
    from deployments.cli.machine import described
    from deployments.cli.memory_plan import memory_plans, memory_shortages, unknown
    from deployments.cli.memory_table import memory_table

    with explained(), TemporaryDirectory() as heads:
        load_env_file()
        machine = described(cpus, gpus, memory)
        report = check_file(file, machine)
        plans = memory_plans(report.file, machine, heads=Path(heads) if ask_hub else None)
        if table := memory_table(plans):
            console.print(table)
        require_none(memory_shortages(plans, machine))
    unjudged = list(unknown(plans))
    for line in [*report.notes, *unjudged]:
        lines.note(console, line)
    exception = ", but for the memory of models that are not here yet" if unjudged else ""
    console.print(f"[green]{escape(str(file))} is fine[/] for {machine}{exception}", soft_wrap=True)


@app.command()
def kuberay(
    file: File,
    image: Annotated[str | None, typer.Option(help="The container image; default: as the Dockerfile names it.")] = None,
    gpu_memory: Annotated[str, typer.Option(help="Host memory of a node with GPUs.")] = "32Gi",
) -> None:
    """Print a RayService for KubeRay that serves FILE: `workbench kuberay FILE | kubectl apply -f -`."""
    set_switches()
    from deployments.cli.kuberay import manifest, written
    from deployments.cli.serve_file import read

    with explained():
        print(written(manifest(read(file), image=image, gpu_memory=gpu_memory)), end="")


@app.command()
def deploy(file: File) -> None:
    """Give a changed FILE to the graph that runs on this machine, or where RAY_ADDRESS says."""
    set_switches()
    present_token()
    from deployments.cli.check import check as check_file
    from deployments.cli.deploy import deploy as deploy_file

    with explained():
        load_env_file()
        deploy_file(check_file(file, None).file, console)


@app.command()
def status() -> None:
    """Show the deployments of the graph that runs on this machine."""
    set_switches()
    present_token()
    from deployments.cli.status import show

    with explained():
        show(console)


@app.command()
def key(file: File) -> None:
    """Print the API key that clients of FILE need."""
    from deployments.cli.api_key import ApiKey
    from deployments.cli.serve_file import read

    with explained():
        load_env_file()
        print(ApiKey.of(read(file)).value)


@contextmanager
def explained() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        for line in str(error).splitlines():
            lines.error(complaints, line)
        sys.exit(1)
