"""The smaller parts of a request for a response, each strict."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from deployments.api.openai.messages import WireModel, type_of
from deployments.api.openai.response_format import ANY_OBJECT, NamedSchema
from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.messages import ReasoningEffort

SEALED, LOGPROBS = "reasoning.encrypted_content", "message.output_text.logprobs"

# Of tools that run at OpenAI, and of images: there are none here that could have them.
HostedInclude = Literal[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
]
ItemInclude = Literal["reasoning.encrypted_content", HostedInclude]
Include = Literal["message.output_text.logprobs", ItemInclude]

Summary = Literal["auto", "concise", "detailed"]

Metadata = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]],
    Field(max_length=16, fail_fast=True),
]


class Reasoning(WireModel):
    """A summary is the reasoning itself, so there is no concise one. The model reads that of the current turn."""

    effort: ReasoningEffort | None = None
    summary: Summary | None = None
    generate_summary: Summary | None = None
    mode: Literal["standard", "pro"] | None = None
    context: Literal["auto", "current_turn", "all_turns"] | None = None

    @property
    def wanted_summary(self) -> Summary | None:
        return self.summary or self.generate_summary


class PlainFormat(WireModel):
    type: Literal["text"]

    def wanted(self) -> JsonSchema | None:
        return None


class ObjectFormat(WireModel):
    type: Literal["json_object"]

    def wanted(self) -> JsonSchema | None:
        return ANY_OBJECT


class SchemaFormat(NamedSchema):
    type: Literal["json_schema"]


Format = Annotated[
    Annotated[PlainFormat, Tag("text")]
    | Annotated[ObjectFormat, Tag("json_object")]
    | Annotated[SchemaFormat, Tag("json_schema")],
    Discriminator(
        type_of,
        custom_error_type="format_type",
        custom_error_message="A format is of the type text, json_object or json_schema",
    ),
]


class Text(WireModel):
    format: Format | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class ConversationReference(WireModel):
    id: str


class StreamOptions(WireModel):
    """Nothing is padded, whatever is asked."""

    include_obfuscation: bool | None = None
