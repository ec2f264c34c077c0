"""Whether the Ingress could take over its `user_config`, before replicas that run would fall over it."""

from collections.abc import Iterator

from pydantic import ValidationError

from deployments.cli.serve_file import ServeFile, problems_of
from deployments.live import LiveConfig


def live_problems(file: ServeFile) -> Iterator[str]:
    user_config = file.user_config("Ingress")
    if user_config is None:
        return
    try:
        LiveConfig.model_validate(user_config)
    except ValidationError as error:
        yield from (f"Ingress.user_config.{problem}" for problem in problems_of(error))
