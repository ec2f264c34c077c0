"""Watching a graph come up: what is loading, how far, and whether it serves."""

import ssl
import time
import urllib.error
import urllib.request

from ray import serve
from rich.console import Console
from rich.markup import escape

from deployments.api.health import ModelState, States
from deployments.cli.serve_file import ServeFile
from deployments.cli.stop_signal import StopSignal
from deployments.errors import ConfigError
from deployments.notices import read_notice
from deployments.states import look

POLL_S = 0.2


def wait_until_up(file: ServeFile, console: Console, stop: StopSignal) -> bool:
    """True once every deployment serves and HTTP answers; False when a signal came first.

    Raises ConfigError with the cause when a deployment fails.
    """
    begun, told = time.monotonic(), dict[str, ModelState]()
    with console.status("Starting …") as status:
        while not stop.wait(POLL_S):
            states = look(file.application.name)
            _require_no_failure(file.application.name, states)
            _tell(console, states, told, time.monotonic() - begun)
            status.update(_summary(states))
            if _all_serve(file, states) and _answers(file.url):
                return True
    return False


def _require_no_failure(application: str, states: States) -> None:
    for name, state in states.items():
        if state.status == "failed":
            raise ConfigError(f"{name}: {state.detail}")
    overview = serve.status().applications.get(application)
    if overview and overview.status == "DEPLOY_FAILED":
        notices = {name: read_notice(name) for name in states}
        reasons = [f"{name}: {notice.detail}" for name, notice in notices.items() if notice.has_failed]
        raise ConfigError("\n".join(reasons) or f"The graph could not be built: {_last_line(overview.message)}")


def _tell(console: Console, states: States, told: dict[str, ModelState], elapsed_s: float) -> None:
    """A line for each deployment that has come to serve."""
    for name, state in states.items():
        before = told.get(name)
        if not state.is_absent and (before is None or before.status != state.status):
            console.print(f"  [green]✓[/] {name:<12} {state.status.replace('_', ' ')} after {elapsed_s:.1f} s")
        told[name] = state


def _summary(states: States) -> str:
    missing = {name: state for name, state in states.items() if state.status == "loading" or state.is_unplaced}
    waiting = [": ".join(filter(None, (name, escape(state.detail or "")))) for name, state in missing.items()]
    return f"Waiting for {', '.join(waiting)}" if waiting else "Starting …"


def _all_serve(file: ServeFile, states: States) -> bool:
    return set(states) >= set(file.deployments) and not any(state.is_absent for state in states.values())


def _answers(url: str) -> bool:
    """Over TLS too, whatever the certificate says: it is made for the names that clients use, and this is no secret."""
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=1, context=anyone) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _last_line(message: str) -> str:
    """Of a traceback, the line that names the error."""
    return next((line.strip() for line in reversed(message.splitlines()) if line.strip()), "no reason given")
