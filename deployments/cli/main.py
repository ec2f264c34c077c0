"""The commands. Each does its work through a plain function and turns a ConfigError into words and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deployments.cli.ray_environment import present_token, set_switches
from deployments.environment import load_env_file
from deployments.errors import ConfigError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="eGemma Serve, a model-serving workbench.")
console = Console(highlight=False)
complaints = Console(stderr=True, highlight=False)

File = Annotated[Path, typer.Argument(help="A Serve YAML, such as serve_config.yaml.", show_default=False)]


@app.command()
def up(file: File) -> None:
    """Start the graph of FILE, wait until it runs, and stop it with Ctrl-C."""
    set_switches()
    from deployments.cli.capacity import Machine
    from deployments.cli.check import check
    from deployments.cli.up import run

    with explained():
        load_env_file()
        run(check(file, Machine.here()), console)


@app.command()
def check(
    file: File,
    gpus: Annotated[int | None, typer.Option(help="Check for a machine with so many GPUs.")] = None,
    cpus: Annotated[float | None, typer.Option(help="Check for a machine with so many CPUs.")] = None,
) -> None:
    """Validate FILE strictly, Ray's parts and ours, without starting anything."""
    from deployments.cli.capacity import Machine
    from deployments.cli.check import check as check_file

    with explained():
        load_env_file()
        here = Machine.here()
        machine = Machine(here.cpus if cpus is None else cpus, here.gpus if gpus is None else gpus)
        report = check_file(file, machine)
    for note in report.notes:
        console.print(f"[yellow]note[/] {note}")
    console.print(f"[green]{file} is fine[/] for {machine.cpus:g} CPUs and {machine.gpus} GPUs")


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
            complaints.print(f"[red]error[/] {line}", soft_wrap=True)
        sys.exit(1)
