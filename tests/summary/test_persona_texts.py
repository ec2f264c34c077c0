"""The personas that ship keep what their names promise."""

import re

import pytest

from deployments.config import SummaryConfig
from deployments.resources import resource
from deployments.summary.persona_files import read_personas

FOLDER = resource("personas")
PERSONAS = read_personas(SummaryConfig())
NAMES = {
    "code": "default developer log_analyst parser_generator sdet structural_analyst tool_output_summarizer",
    "docs": (
        "assistant coherence_validator conversation_memory_assistant default knowledge_assistant lineage_validator"
        " mission_validator operational_validator proof_validator query_analyst security_meta_validator"
        " security_validator"
    ),
}
each = pytest.mark.parametrize("persona", list(PERSONAS), ids=lambda persona: f"{persona.kind}/{persona.name}")


@pytest.mark.parametrize("kind", NAMES)
def test_all_are_there(kind):
    """Clients rely on these names."""
    assert NAMES[kind].split() == [persona.name for persona in PERSONAS if persona.kind == kind]


@each
def test_each_fits_on_a_page_and_describes_itself(persona):
    """Long enough to shape an answer, short enough to be read."""
    assert 10 <= len(persona.text.splitlines()) <= 45
    assert persona.description


@each
def test_each_respects_the_limit_and_leaves_no_brace_behind(persona):
    """The placeholders are spelt right, and nothing else looks like one."""
    rendered = persona.render(language="Klingon", max_tokens=123)

    assert "123" in rendered
    assert [] == re.findall(r"[{}]", rendered)


def test_the_security_validator_answers_in_five_lines():
    """Programs read these labels."""
    text = PERSONAS.find("security_validator", prefer="docs").text
    labels = [
        "THREAT ASSESSMENT: [SAFE | SUSPICIOUS | MALICIOUS]",
        "DETECTED PATTERNS:",
        "SPECIFIC CONCERNS:",
        "RECOMMENDATION: [APPROVE | REVIEW | REJECT]",
        "REASONING:",
    ]

    assert labels == [label for line in text.splitlines() for label in labels if line.startswith(label)]


def test_the_readme_lists_each_with_its_description():
    """The table is what the files say."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", readme, re.MULTILINE)

    assert [(persona.name, persona.description) for persona in PERSONAS] == rows
