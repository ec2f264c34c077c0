"""The deployments of a running graph, as Serve sees them."""

from ray import serve
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deployments.cli.running import applications
from deployments.states import look


def show(console: Console) -> None:
    """Raises ConfigError when nothing runs here."""
    for name, overview in applications().items():
        console.print(_table(name, overview.status.value))


def _table(application: str, status: str) -> Table:
    table = Table(title=f"{application}: {status}", title_justify="left")
    for column in ("deployment", "model", "replicas", "message"):
        table.add_column(column)
    overview = serve.status().applications[application]
    states = look(application)
    for name, deployment in overview.deployments.items():
        replicas = ", ".join(f"{count} {state.lower()}" for state, count in deployment.replica_states.items() if count)
        table.add_row(name, states[name].status, replicas or "none", escape(states[name].detail or ""))
    return table
