"""The one tree of errors that a client may see. It knows statuses and codes, not HTTP frameworks.

ServingError                       500  internal_error
├── InvalidRequest                 400  invalid_request_error     the request as a whole cannot be served
│   ├── InvalidField               422  invalid_request_error     one field has a wrong value (400 on /v1)
│   ├── UnsupportedParameter       400  unsupported_parameter
│   ├── SafetyBlocked              422  safety_blocked            a remote model refused the content
│   └── ContextLengthExceeded      400  context_length_exceeded
├── NothingSaid                    400  nothing_said              a model of ours ended its answer without a word
├── NotAuthenticated               401  invalid_api_key
├── NotFound                       404  not_found
│   ├── ModelNotFound              404  model_not_found
│   ├── PersonaNotFound            404  persona_not_found
│   ├── SessionNotFound            404  session_not_found
│   ├── ConversationNotFound       404  conversation_not_found
│   ├── ResponseNotFound           404  response_not_found
│   └── ItemNotFound               404  item_not_found
├── SessionBusy                    409  session_busy
│   └── ConversationBusy           409  conversation_locked       the same, by OpenAI's name
├── PayloadTooLarge                413  payload_too_large
├── RateLimitExceeded              429  rate_limit_exceeded
├── Overloaded                     503  overloaded                the queue is full
│   └── Uncounted                  503  overloaded                nobody can count what costs money
├── StorageUnavailable             503  storage_unavailable       the database is away, locked or full
├── ModelNotReady                  503  model_not_ready           loading, disabled, failed, or its replica died
├── DeadlineExceeded               504  deadline_exceeded         the answer took longer than is allowed
└── UpstreamError                  502  upstream_refused          a remote model's service failed
    ├── UpstreamQuota              429  upstream_quota
    ├── UpstreamOverloaded         503  upstream_overloaded
    ├── UpstreamSilent             502  upstream_refused          a remote model ended its answer without a word
    └── UpstreamTimeout            504  upstream_timeout

Every class takes one message, so an error survives the way between processes. Not part of the tree, because no
client sees it: ConfigError, which stops a start.
"""

from typing import ClassVar, Self


class ServingError(Exception):
    """Something a client should hear about.

    `param` names the offending field; `retry_after_s` (whole seconds) says when to try again.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    default_retry_after_s: ClassVar[int | None] = None

    def __init__(self, message: str, *, param: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.retry_after_s = retry_after_s or self.default_retry_after_s

    @property
    def message(self) -> str:
        return str(self.args[0])


class InvalidRequest(ServingError):
    status = 400
    code = "invalid_request_error"


class InvalidField(InvalidRequest):
    status = 422


class UnsupportedParameter(InvalidRequest):
    code = "unsupported_parameter"


class SafetyBlocked(InvalidRequest):
    status = 422
    code = "safety_blocked"


class ContextLengthExceeded(InvalidRequest):
    code = "context_length_exceeded"


class NothingSaid(ServingError):
    status = 400
    code = "nothing_said"


class NotAuthenticated(ServingError):
    status = 401
    code = "invalid_api_key"


class NotFound(ServingError):
    status = 404
    code = "not_found"


class ModelNotFound(NotFound):
    code = "model_not_found"


class PersonaNotFound(NotFound):
    code = "persona_not_found"


class SessionNotFound(NotFound):
    code = "session_not_found"


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class ResponseNotFound(NotFound):
    code = "response_not_found"


class ItemNotFound(NotFound):
    code = "item_not_found"


class SessionBusy(ServingError):
    status = 409
    code = "session_busy"


class ConversationBusy(SessionBusy):
    code = "conversation_locked"


class PayloadTooLarge(ServingError):
    status = 413
    code = "payload_too_large"


class RateLimitExceeded(ServingError):
    """`limit`: how many calls, or tokens, there are until `retry_after_s` has passed."""

    status = 429
    code = "rate_limit_exceeded"
    limit = 0

    @classmethod
    def until(cls, seconds: int, limit: int) -> Self:
        """In words that clients parse."""
        error = cls(f"Rate limit exceeded. Try again in {seconds} seconds.", retry_after_s=seconds)
        error.limit = limit
        return error


class Overloaded(ServingError):
    status = 503
    code = "overloaded"
    default_retry_after_s = 1


class Uncounted(Overloaded):
    """It may last: who waits for it may wait for ever."""


class StorageUnavailable(ServingError):
    status = 503
    code = "storage_unavailable"
    default_retry_after_s = 1


class ModelNotReady(ServingError):
    status = 503
    code = "model_not_ready"
    default_retry_after_s = 5


class DeadlineExceeded(ServingError):
    status = 504
    code = "deadline_exceeded"


class UpstreamError(ServingError):
    status = 502
    code = "upstream_refused"


class UpstreamQuota(UpstreamError):
    status = 429
    code = "upstream_quota"
    default_retry_after_s = 30


class UpstreamOverloaded(UpstreamError):
    status = 503
    code = "upstream_overloaded"
    default_retry_after_s = 5


class UpstreamSilent(UpstreamError):
    pass


class UpstreamTimeout(UpstreamError):
    status = 504
    code = "upstream_timeout"


class ConfigError(Exception):
    """The configuration cannot work. The message is one line: what is wrong and what to do."""


class MissingExtra(ConfigError):
    """A setting needs packages that come with an extra of pyproject.toml."""

    def __init__(self, setting: str, extra: str) -> None:
        super().__init__(
            f"{setting} needs packages that are not installed: pip install 'egemma-serve[{extra}]', or in a clone "
            f".venv/bin/pip install -c constraints.txt -e '.[{extra}]'."
        )
