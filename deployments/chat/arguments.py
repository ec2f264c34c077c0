"""What the arguments of a call must be: an object of what its tool declares, and of nothing else."""

from typing import Any

from deployments.chat.constraints.grammar import JsonSchema
from deployments.chat.tools import Tool
from deployments.errors import InvalidField

_ANNOTATIONS = {"$schema", "description", "title", "type"}


def takes_nothing(tool: Tool) -> bool:
    asked = {key: value for key, value in tool.parameters.items() if key not in _ANNOTATIONS}
    return not any(asked.values()) and asked.get("additionalProperties") != {}


def arguments_of(tool: Tool) -> JsonSchema:
    """Raises InvalidField for parameters that are no object."""
    kind = tool.parameters.get("type", "object")
    if "object" not in (kind if isinstance(kind, list) else [kind]):
        raise InvalidField(f'The parameters of the tool "{tool.name}" must be of type "object".', param="tools")
    schema: dict[str, Any] = {**tool.parameters, "type": "object"}
    if takes_nothing(tool):
        schema["additionalProperties"] = False
    return JsonSchema(schema, tool.name)
