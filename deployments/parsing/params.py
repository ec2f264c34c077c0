"""The parameters of a function, in the order of its signature. It knows nothing of the rest of it."""

import ast
from itertools import repeat

from deployments.parsing.outline import Kind, Param
from deployments.parsing.source import Source


def params(source: Source, arguments: ast.arguments) -> list[Param]:
    positional = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    kinds: list[Kind] = ["positional_only"] * len(arguments.posonlyargs)
    kinds += ["positional_or_keyword"] * len(arguments.args)

    rows: list[tuple[ast.arg, Kind, ast.expr | None]] = list(zip(positional, kinds, defaults, strict=True))
    if arguments.vararg:
        rows.append((arguments.vararg, "var_positional", None))
    rows.extend(zip(arguments.kwonlyargs, repeat("keyword_only"), arguments.kw_defaults))
    if arguments.kwarg:
        rows.append((arguments.kwarg, "var_keyword", None))
    return [_param(source, *row) for row in rows]


def _param(source: Source, argument: ast.arg, kind: Kind, default: ast.expr | None) -> Param:
    param: Param = {"name": argument.arg, "kind": kind, "type": source.text(argument.annotation)}
    if default is not None:
        param["default"] = source.text(default)
    return param
