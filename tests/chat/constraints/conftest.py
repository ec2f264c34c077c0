import pytest

from deployments.chat.constraints.compiler import Compiler
from deployments.engine.llama.weights import Weights


@pytest.fixture(scope="session")
def vocabulary(pocket_path):
    weights = Weights(pocket_path)
    yield weights.vocabulary
    weights.close()


@pytest.fixture
def compiler(vocabulary):
    return Compiler(vocabulary)


@pytest.fixture
def accepts(vocabulary):
    """Whether a matcher takes the text token by token, and may end after it. Leaves it where the text went wrong."""

    def accepts(matcher, text: str) -> bool:
        for token in vocabulary.plain(text):
            if not matcher.allows(token):
                return False
            matcher.accept(token)
        return all(matcher.allows(end) for end in vocabulary.ends)

    return accepts
