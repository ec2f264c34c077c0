"""Which item a piece of an answer begins."""

from deployments.api.openai.responses.call_output import CallOutput
from deployments.api.openai.responses.message_output import MessageOutput
from deployments.api.openai.responses.parts import Shown
from deployments.api.openai.responses.reasoning_output import ReasoningOutput
from deployments.chat.deltas import CallStarted, Content, Piece, Reasoning

Output = ReasoningOutput | MessageOutput | CallOutput


def begun(piece: Piece, response: str, index: int, shown: Shown) -> Output:
    """The item that a piece begins, at this place of the response with this id."""
    kinds: dict[type, type[Output]] = {Reasoning: ReasoningOutput, Content: MessageOutput, CallStarted: CallOutput}
    return kinds[type(piece)].begun(response, index, shown, piece)
