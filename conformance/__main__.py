"""`python -m conformance [NAME …]`: starts a workbench and lets real clients talk to it; fails if one of them does.

Without names, all of them. Each is installed beside its tests when it is first asked for, and when its pins change.
"""

import argparse
import sys
from pathlib import Path

from conformance.client import Client
from conformance.install import node, python
from conformance.workbench import address, starting

FOLDERS = Path(__file__).parent / "clients"
PYTEST = (".venv/bin/python", "-m", "pytest", "-c", "../../pytest.ini", ".")
NODE_TEST = ("node", "--test")
SCHEMATHESIS = ("sh", "-c", 'exec .venv/bin/python -m schemathesis.cli run "${OPENAI_BASE_URL%/v1}/openapi.json"')

CLIENTS = {
    client.name: client
    for client in (
        Client(FOLDERS / "langchain", python, PYTEST),
        Client(FOLDERS / "agents", python, PYTEST),
        Client(FOLDERS / "agents-js", node, NODE_TEST),
        Client(FOLDERS / "pydantic-ai", python, PYTEST),
        Client(FOLDERS / "instructor", python, PYTEST),
        Client(FOLDERS / "llama-index", python, PYTEST),
        Client(FOLDERS / "vercel", node, NODE_TEST),
        Client(FOLDERS / "schemathesis", python, SCHEMATHESIS),
    )
}


def main() -> None:
    names = _names()
    for name in names:
        CLIENTS[name].ensure_installed()
    with starting() as workbench:
        failed = [name for name in names if not CLIENTS[name].passes(address(workbench))]
    print(f"\nclients: {len(names) - len(failed)} passed, {len(failed)} failed")
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def _names() -> list[str]:
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CLIENTS)}; default: all")
    names: list[str] = parser.parse_args().names or list(CLIENTS)
    if unknown := set(names) - set(CLIENTS):
        parser.error(f"no such client: {', '.join(unknown)}")
    return names


if __name__ == "__main__":
    main()
