"""What goes wrong, in the words of the Responses API: its own fields, and events where a stream has begun."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deployments.api.errors import INTERNAL, error_object
from deployments.api.openai.responses.writer import numbered
from deployments.errors import InvalidRequest, ServingError

logger = logging.getLogger(__name__)

_FIELDS = {"messages": "input", "response_format": "text.format"}  # what chat calls them


@contextmanager
def own_fields() -> Iterator[None]:
    """Errors of what chat is asked name the fields of this API."""
    try:
        yield
    except InvalidRequest as error:
        error.param = _FIELDS.get(error.param or "", error.param)
        raise


def failure_events(failed: Mapping[str, Any], error: ServingError, number: int) -> str:
    """The last two of a stream. Clients that know the one may not know the other."""
    said = error_object(error)
    last = {"type": "error", "code": said["code"], "message": said["message"], "param": said["param"], "error": said}
    return numbered({"type": "response.failed", "response": failed}, number) + numbered(last, number + 1)


def as_ours(error: Exception) -> ServingError:
    """What nobody foresaw is for the log alone."""
    if isinstance(error, ServingError):
        return error
    logger.error("Unexpected error in a response", exc_info=error)
    return ServingError(INTERNAL)
