"""What llguidance asks of a vocabulary and never uses here: to cut text into tokens."""


class Uncut:
    bos_token_id = None

    def __call__(self, text: bytes) -> list[int]:
        raise NotImplementedError("Grammars force no text, so none is ever cut into tokens.")
