"""A vocabulary as llguidance wants it. It knows no grammar."""

from llguidance import LLTokenizer, TokenizerWrapper

from deployments.chat.constraints.uncut import Uncut
from deployments.engine.llama.vocabulary import Vocabulary


class Spellings(Uncut):
    """The bytes of every token, control tokens marked as such, and one token more: llguidance's own end.

    The model's ends are ordinary control tokens to llguidance, so that a grammar may name them.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        names = {token: name for name, token in vocabulary.controls.items()}
        mute = [token for token, piece in enumerate(vocabulary.pieces) if not piece]
        self.tokens = [*vocabulary.pieces, b"<|end of grammar|>"]
        self.eos_token_id = vocabulary.size
        self.special_token_ids = [*mute, self.eos_token_id]
        for token in mute:
            self.tokens[token] = names.get(token, f"<|{token}|>").encode()


def tokenizer_of(vocabulary: Vocabulary) -> LLTokenizer:
    """Takes a second for a quarter of a million tokens, and holds the interpreter for it."""
    spellings = Spellings(vocabulary)
    return LLTokenizer(TokenizerWrapper(spellings), n_vocab=len(spellings.tokens), eos_token=spellings.eos_token_id)
