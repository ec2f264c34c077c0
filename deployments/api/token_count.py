"""What clients want the tokens of: a text, or a conversation as the served model would read it."""

from pydantic import BaseModel, ConfigDict, Field

from deployments.api.openai.messages import WireMessages, to_message
from deployments.api.openai.tools import WireTools, offer_of
from deployments.api.services import Services
from deployments.chat.request import ChatRequest
from deployments.errors import InvalidField


class CountTokensBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str | None = None
    messages: WireMessages | None = Field(None, min_length=1)
    tools: WireTools | None = None


async def counted(services: Services, in_query: str | None, body: CountTokensBody) -> dict[str, int]:
    """Raises InvalidField where one thing is not all that was sent."""
    _require_one(in_query, body)
    text = body.text if in_query is None else in_query
    if text is not None:
        return {"text_length": len(text), "token_count": await services.chat.count_tokens(text)}
    messages = tuple(map(to_message, body.messages or []))
    asked = ChatRequest(messages, max_tokens=1, tools=offer_of(body.tools or [], None).tools)
    count = await services.chat.count_prompt_tokens(asked)
    return {"text_length": sum(len(message.content) for message in messages), "token_count": count}


def _require_one(in_query: str | None, body: CountTokensBody) -> None:
    kinds = {"text in the query": in_query, "text in the body": body.text, "messages": body.messages}
    sent = [kind for kind, value in kinds.items() if value is not None]
    if not sent:
        raise InvalidField("Send text or messages.", param="text")
    if len(sent) > 1:
        raise InvalidField(f"Send one of these, not both: {sent[0]}, {sent[1]}.", param="text")
    if body.tools and body.messages is None:
        raise InvalidField("tools are read with messages; a text has none.", param="tools")
