"""What `POST /parse-ast` answers, key by key. It knows no language and does no work.

Texts of annotations, defaults, decorators, bases and receivers are source text: Python's as `ast.unparse` writes it,
that of other languages as it stands there, but on one line. Lists keep the order of the file, and the same file gives
the same outline.
"""

from typing import Literal, NotRequired, TypedDict

Kind = Literal["positional_only", "positional_or_keyword", "var_positional", "keyword_only", "var_keyword"]


class Param(TypedDict):
    """`name` has no stars; an absent annotation is the text `None`, an absent default is no key."""

    name: str
    kind: Kind
    type: str
    default: NotRequired[str]


class BodyDependencies(TypedDict):
    """What the body of a function calls itself; the bodies of definitions inside it count for those.

    `instantiations` are called names that begin with a capital (`User(…)`), or what `new` makes in a language that has
    it, sorted, each once. `method_calls` are [receiver, method] for each `receiver.method(…)`, as often as it stands
    there.
    """

    instantiations: list[str]
    method_calls: list[list[str]]


class Definition(TypedDict):
    """A function or a class. An absent docstring is empty; `lineno` is the line of its `def` or
    `class`, in other languages that of its name.

    `conditional` is there, and true, if it stands under an if, for, while, try, with or match of its parent's body.
    """

    name: str
    qualname: str
    lineno: int
    end_lineno: int
    docstring: str
    decorators: list[str]
    conditional: NotRequired[Literal[True]]


class Function(Definition):
    """`nested` holds the functions and classes defined inside; a class is the one that has `methods`."""

    params: list[Param]
    returns: str
    is_async: bool
    body_dependencies: BodyDependencies
    nested: list["Function | Class"]


class Class(Definition):
    """`base_classes` are positional bases only; `nested` holds the classes defined inside."""

    base_classes: list[str]
    methods: list[Function]
    nested: list["Class"]


class Outline(TypedDict):
    """A file.

    `imports` names every module imported anywhere in it, once each; `from` counts, and a relative one keeps its dots.
    `imported_symbols` maps each name that a `from` import binds to its module; `*` stands for all of one.
    `functions` and `classes` are those of the top level; `exports` are the names of both, in source order, or, where a
    language marks what other files may use, the names by which they know it.
    `unread_lines` are there if a grammar made no whole of some lines; what it could tell in and around them stands here
    all the same.
    """

    language: str
    docstring: str
    imports: list[str]
    imported_symbols: dict[str, str]
    functions: list[Function]
    classes: list[Class]
    exports: list[str]
    unread_lines: NotRequired[list[int]]
