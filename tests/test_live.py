"""What changes while the Ingress runs, and what stays."""

import pytest
from pydantic import ValidationError

from deployments.config import AppConfig, RateLimit
from deployments.live import LiveConfig

CONFIG = AppConfig.model_validate(
    {"limits": {"chat": {"calls": 7, "seconds": 9}, "tracked_clients": 5}, "chat": {"temperature": 0.1, "slots": 3}}
)


def test_only_what_is_said_changes():
    """All else stays as `args` have it, also what is said to be the default."""
    live = LiveConfig.model_validate({"limits": {"chat": {"calls": 1, "seconds": 2}}, "chat": {"max_tokens": 10}})
    changed = live.applied_to(CONFIG)

    assert RateLimit(calls=1, seconds=2) == changed.limits.chat
    assert (10, 0.1, 3) == (changed.chat.max_tokens, changed.chat.temperature, changed.chat.slots)
    assert CONFIG == LiveConfig().applied_to(CONFIG)
    assert CONFIG.limits.embed == changed.limits.embed


def test_a_default_that_is_said_counts():
    """It is a change back."""
    said = LiveConfig.model_validate({"chat": {"temperature": 0.7}})

    assert 0.7 == said.applied_to(CONFIG).chat.temperature


@pytest.mark.parametrize("said", [{"chat": {"slots": 4}}, {"limits": {"url": "redis://a"}}, {"http": {}}])
def test_what_needs_a_restart_is_refused(said):
    """It would not be obeyed."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        LiveConfig.model_validate(said)
