"""How lists of items are asked for."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from deployments.api.openai.responses.options import ItemInclude

Limit = Annotated[int, Query(ge=1, le=100)]
PageOrder = Literal["asc", "desc"]
Includes = list[ItemInclude] | None


async def _included(
    include: Annotated[Includes, Query()] = None,
    bracketed: Annotated[Includes, Query(alias="include[]", description="as OpenAI's clients write it")] = None,
) -> frozenset[str]:
    return frozenset((*(include or ()), *(bracketed or ())))


Included = Annotated[frozenset[str], Depends(_included)]
