"""`response_format`: the form in which an answer is wanted."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from deployments.api.openai.messages import WireModel
from deployments.api.openai.schema import SchemaObject
from deployments.chat.constraints.grammar import JsonSchema

ANY_OBJECT = JsonSchema({"type": "object"})


class NamedSchema(WireModel):
    """An answer always follows the schema, so `strict` changes nothing. The model reads the description."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    schema_: Annotated[SchemaObject, Field(alias="schema")]
    description: str | None = None
    strict: bool | None = None

    def wanted(self) -> JsonSchema:
        described = {"description": self.description} if self.description else {}
        return JsonSchema(described | self.schema_, self.name)


class ResponseFormat(WireModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: NamedSchema | None = None

    @model_validator(mode="after")
    def _a_schema_has_its_type(self) -> Self:
        if (self.type == "json_schema") != (self.json_schema is not None):
            raise ValueError("json_schema is needed with type 'json_schema', and only there")
        return self

    def schema_wanted(self) -> JsonSchema | None:
        if self.json_schema:
            return self.json_schema.wanted()
        return ANY_OBJECT if self.type == "json_object" else None
