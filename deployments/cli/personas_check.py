"""Whether the personas of a file could be read, before replicas that run would fall over them."""

from collections.abc import Iterator

from pydantic import ValidationError

from deployments.cli.serve_file import ServeFile, problems_of
from deployments.errors import ConfigError
from deployments.summary.persona_files import PersonasUpdate, read_personas

PLACE = "Summarizer.user_config"


def persona_problems(file: ServeFile) -> Iterator[str]:
    """Of the Summarizer's `user_config`, with the folder, unless that is on another machine."""
    user_config, folder = file.user_config("Summarizer"), file.config.summary.personas
    if user_config is None:
        return
    try:
        update = PersonasUpdate.model_validate(user_config)
        if folder is None or folder.exists():
            read_personas(file.config.summary, update)
    except ValidationError as error:
        yield from (f"{PLACE}: {problem}" for problem in problems_of(error))
    except ConfigError as error:
        yield f"{PLACE}: {error}"
