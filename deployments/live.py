"""What may change while the Ingress runs: its `user_config`. What it does not say stays as `args` have it."""

from typing import TypeVar

from deployments.config import AnswerDefaults, AppConfig, Section, Windows

Kept = TypeVar("Kept", bound=Section)


class LiveConfig(Section):
    """Sections of `AppConfig`, as far as nothing has to start anew for them."""

    limits: Windows = Windows()
    chat: AnswerDefaults = AnswerDefaults()

    def applied_to(self, config: AppConfig) -> AppConfig:
        """Only with what was said."""
        limits, chat = _said(config.limits, self.limits), _said(config.chat, self.chat)
        return config.model_copy(update={"limits": limits, "chat": chat})


def _said(section: Kept, changes: Section) -> Kept:
    return section.model_copy(update={name: getattr(changes, name) for name in changes.model_fields_set})
