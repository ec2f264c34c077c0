"""The words of the training data, read from texts/*.toml, and how a template of them is filled."""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"


@cache
def phrases(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def fill(template: str, draw: Callable[[str], str]) -> str:
    """Every `{kind}` is drawn anew; `{{` and `}}` are braces."""

    def replace(match: re.Match[str]) -> str:
        return match[0][0] if match[0] in ("{{", "}}") else draw(match[1])

    return re.sub(r"\{\{|\}\}|\{(\w+)\}", replace, template)
