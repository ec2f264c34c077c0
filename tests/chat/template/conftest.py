import pytest

from deployments.chat.constraints.compiler import Compiler
from deployments.chat.request import ChatRequest
from tests.chat.template.models import model


@pytest.fixture
def follow():
    """The matcher of a request's grammar behind a transcript, or None where the transcript breaks it."""

    compilers = {}

    async def follow(name: str, request: ChatRequest, transcript: str):
        vocabulary, dialect = model(name)
        compiler = compilers.setdefault(name, Compiler(vocabulary))
        matcher = await compiler.matcher(dialect.grammar(request))
        for token in vocabulary.spell(transcript):
            if not matcher.allows(token):
                return None
            matcher.accept(token)
        return matcher

    return follow


@pytest.fixture
def accepts(follow):
    """Whether an answer may be this one."""

    async def accepts(name: str, request: ChatRequest, transcript: str) -> bool:
        matcher = await follow(name, request, transcript)
        return matcher is not None and matcher.allows(256)

    return accepts


@pytest.fixture
def refuses(follow):
    """Whether an answer may begin like this, and not go on like that. An empty end is the end of the answer."""

    async def refuses(name: str, request: ChatRequest, begin: str, end: str) -> bool:
        matcher = await follow(name, request, begin)
        assert matcher is not None, begin
        return not matcher.allows(256) if not end else await follow(name, request, begin + end) is None

    return refuses
