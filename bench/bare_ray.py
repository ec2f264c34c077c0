"""The peer of embed_overhead.py: Ray Serve alone, with an ingress and one deployment behind it that do nothing.

`python -m bench.bare_ray PORT` serves it until its standard input ends.
"""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request

from deployments.cli.ray_environment import set_switches
from tests.ports import free_port


@contextmanager
def running() -> Iterator[str]:
    """The address of one."""
    port = str(free_port())
    command = [sys.executable, "-m", "bench.bare_ray", port]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()  # it is up
        yield f"http://127.0.0.1:{port}/echo"
        process.communicate()


def serve_until_end_of_input(port: int) -> None:
    set_switches()
    import ray
    from ray import serve

    api = FastAPI()

    @serve.deployment(ray_actor_options={"num_cpus": 0.1})
    class Echo:
        async def echo(self, body: Any) -> Any:
            return body

    @serve.deployment(ray_actor_options={"num_cpus": 0.1})
    @serve.ingress(api)
    class Door:
        def __init__(self, echo: Any) -> None:
            self._echo = echo.options(_by_reference=False)

        @api.post("/echo")
        async def echo(self, request: Request) -> Any:
            return await self._echo.echo.remote(await request.json())

    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    serve.start(http_options={"port": port}, logging_config={"log_level": "WARNING", "enable_access_log": False})
    serve.run(Door.bind(Echo.bind()))
    print("up", flush=True)
    sys.stdin.read()
    serve.shutdown()
    ray.shutdown()


if __name__ == "__main__":
    serve_until_end_of_input(int(sys.argv[1]))
