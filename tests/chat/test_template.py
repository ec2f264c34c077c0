"""A model's own Jinja template runs in a sandbox, and says what is wrong in words."""

import datetime

import pytest

from deployments.chat.messages import Message
from deployments.chat.prompt import tokenize
from deployments.chat.request import ChatRequest
from deployments.chat.template.dialect import TemplateDialect
from deployments.chat.template.jinja import ChatTemplate
from deployments.engine.llama.weights import Weights
from deployments.errors import ConfigError, InvalidRequest
from tests.chat.template.models import Letters, text

NOW = datetime.datetime(2026, 1, 31, 12)


def dialect(source: str) -> TemplateDialect:
    vocabulary = Letters(["<end>", "<start>"])
    return TemplateDialect(vocabulary, ChatTemplate(source, vocabulary, {"bos_token": "<start>"}, lambda: NOW))


def written(source: str, *messages: Message) -> str:
    return text(dialect(source).render(ChatRequest(messages or (Message("user", "a"),), 9)))


@pytest.mark.parametrize(
    "evil",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ messages.append(1) }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ raise_exception.__globals__.json }}",
        "{% for i in range(10000000) %}{% endfor %}",
    ],
)
def test_a_template_has_no_way_out_of_its_sandbox(evil):
    """A file from the hub may carry anything."""
    with pytest.raises(InvalidRequest, match="refuses this"):
        written(evil + "{{ messages[0].content }}")


@pytest.mark.parametrize(
    "bug", ["{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{{ missing.name }}", "{{ messages[0] | tojson | int + [] }}"]
)
def test_a_template_s_own_mistakes_are_errors_with_its_words(bug):
    """Whatever kind of mistake it is."""
    with pytest.raises(InvalidRequest, match="refuses this: "):
        written(bug)


@pytest.mark.parametrize("broken", ["{% for %}", "{% generation %}", "{{ 'a' "])
def test_a_template_that_cannot_be_read_stops_the_start(broken):
    """With its own complaint."""
    with pytest.raises(ConfigError, match="cannot be read"):
        dialect(broken)


WRITTEN = {
    "{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}{{ m.content }}{% break %}{% endfor %}": "b",
    "{% generation %}{{ messages[1].content }}{% endgeneration %}": "b",
    "{{ strftime_now('%Y-%m-%d') }} {{ date_string }}": "2026-01-31 31 Jan 2026",
    "{{ {'é': [1, none]} | tojson }}": '{"é": [1, null]}',
    "{{ [1] | tojson(indent=1) }}": "[\n 1\n]",
    "{{ {'b': 1, 'a': 2} | tojson(separators=(',', ':'), sort_keys=true, ensure_ascii=false) }}": '{"a":2,"b":1}',
    "{{ tools is none }} {{ bos_token }}": "True <start>",
}


@pytest.mark.parametrize("source", WRITTEN)
def test_templates_find_what_they_know_from_elsewhere(source):
    """Loops that break, marks for training, dates, JSON."""
    said = "{{ ' ' ~ messages[0].content ~ messages[1].content }}"

    assert WRITTEN[source] + " ab" == written(source + said, Message("user", "a"), Message("user", "b"))


def test_a_real_file_s_template_gives_the_prompt_that_its_own_dialect_gives(pocket_path):
    """The built-in model carries one; Harmony and Jinja agree on it, token by token."""
    from deployments.chat.harmony.dialect import HarmonyDialect

    weights = Weights(pocket_path)
    vocabulary = weights.vocabulary
    jinja = TemplateDialect(vocabulary, ChatTemplate(weights.chat_template, vocabulary, vocabulary.named))
    request = ChatRequest((Message("system", "Be brief."), Message("user", "Hi <|end|> there")), max_tokens=9)
    prompts = [tokenize(d.render(request), vocabulary) for d in (jinja, HarmonyDialect(vocabulary))]
    weights.close()

    assert prompts[0] == prompts[1]
