"""A file in any language that tree-sitter reads → its outline. It knows definitions and what they hold, no syntax."""

from collections.abc import Iterator

from tree_sitter import Query

from deployments.errors import InvalidRequest
from deployments.parsing.captures import Item, items
from deployments.parsing.comments import Comments
from deployments.parsing.grammars import GRAMMARS
from deployments.parsing.outline import Class, Definition, Function, Outline
from deployments.parsing.parts import module, names, owner, params, path, returns, text
from deployments.parsing.scopes import Nesting, Scope
from deployments.parsing.source import TOO_COMPLEX, decode_utf8

_BEFORE_CODE = ("comment", "php_tag", "hash_bang_line", "inner_attribute_item", "preproc_call")


def parse(language: str, data: bytes) -> Outline:
    """Nothing of the file is run. Lines that its grammar cannot read are named; what is no such code is refused."""
    source = decode_utf8(data).encode()
    tree, query = GRAMMARS[language].parse(source)
    if tree.root_node.type == "ERROR":
        raise InvalidRequest(f"The file is not {language}, or no {language} that its grammar knows.")
    file = Item("file", tree.root_node, source)
    nesting = Nesting(file).take(items(query, file))
    try:
        return _Outliner(language, nesting).outline(has_exports=_has_exports(query))
    except RecursionError as error:
        raise InvalidRequest(TOO_COMPLEX) from error


def _has_exports(query: Query) -> bool:
    return "export" in (query.capture_name(i) for i in range(query.capture_count))


class _Outliner:
    def __init__(self, language: str, nesting: Nesting) -> None:
        self._language = language
        self._nesting = nesting
        self._comments = Comments(nesting.others.get("comment", []), nesting.file.item.source.split(b"\n"))

    def outline(self, *, has_exports: bool) -> Outline:
        functions, classes = self._members(self._nesting.file, "")
        outline: Outline = {
            "language": self._language,
            "docstring": self._comments.opening(self._first_row),
            "imports": list(dict.fromkeys(module(item) for item in self._nesting.imports)),
            "imported_symbols": self._symbols(),
            "functions": functions,
            "classes": classes,
            "exports": self._exported() if has_exports else _names([*functions, *classes]),
        }
        if errors := self._nesting.others.get("error"):
            outline["unread_lines"] = sorted({line for item in errors for line in item.lines})
        return outline

    @property
    def _first_row(self) -> int:
        """Of what is no comment."""
        root = self._nesting.file.item.node
        code = (node for node in root.named_children if not node.type.endswith(_BEFORE_CODE))
        return next((node.start_point.row for node in code), root.end_point.row + 1)

    def _symbols(self) -> dict[str, str]:
        imports = self._nesting.imports
        return {symbol.text: module(item) for item in imports for symbol in item.all("symbol")}

    def _exported(self) -> list[str]:
        return list(dict.fromkeys(item.text for item in self._nesting.others.get("export", [])))

    def _members(self, scope: Scope, prefix: str) -> tuple[list[Function], list[Class]]:
        """What stands right inside. What is written elsewhere but belongs to a class here goes to that class."""
        inner = list(_flat(scope, prefix))
        classes = [self._class(found, before) for found, before in inner if found.item.role == "class"]
        by_name = {known["name"]: known for known in reversed(classes)}
        for extension in (self._class(found, before) for found, before in inner if found.item.role == "extension"):
            if known := by_name.get(extension["name"]):
                _extend(known, extension)
            else:
                by_name[extension["name"]] = extension
                classes.append(extension)
        functions: list[Function] = []
        for found, before in inner:
            if found.is_function:
                its_class = by_name.get(owner(found.item))
                (its_class["methods"] if its_class else functions).append(self._function(found, before))
        return functions, classes

    def _class(self, scope: Scope, prefix: str) -> Class:
        head = self._head(scope, prefix)
        methods, nested = self._members(scope, f"{head['qualname']}.")
        bases = [item.text.removeprefix("extends ") for item in scope.item.all("base")]
        return {**head, "base_classes": bases, "methods": methods, "nested": nested}

    def _function(self, scope: Scope, prefix: str) -> Function:
        head = self._head(scope, prefix)
        functions, classes = self._members(scope, f"{head['qualname']}.")
        nested = functions + classes
        calls = sorted(scope.calls, key=lambda item: item.place)
        return {
            **head,
            "params": params(scope.item),
            "returns": returns(scope.item),
            "is_async": "async" in scope.item.parts,
            "body_dependencies": {
                "instantiations": sorted({item.text for item in scope.instantiated}),
                "method_calls": [[text(call, "receiver"), call.text] for call in calls],
            },
            "nested": sorted(nested, key=lambda definition: definition["lineno"]),
        }

    def _head(self, scope: Scope, prefix: str) -> Definition:
        name = scope.item.first("name") or scope.item
        written = names(scope.item)
        end = scope.item.node.end_point
        return {
            "name": written[-1],
            "qualname": prefix + ".".join(written),
            "lineno": name.node.start_point.row + 1,
            "end_lineno": end.row + (end.column > 0),
            "docstring": self._comments.above(scope.first_row),
            "decorators": [item.text for item in scope.decorators if item.role == "decorator"],
        }


def _flat(scope: Scope, prefix: str) -> Iterator[tuple[Scope, str]]:
    """A namespace is no definition: what it holds counts as standing where it stands."""
    for inner in scope.inner:
        if inner.item.role == "scope":
            yield from _flat(inner, f"{prefix}{path(inner.item)}.")
        elif path(inner.item):
            yield inner, prefix


def _extend(known: Class, more: Class) -> None:
    """Several parts of one class, such as Rust's `impl` blocks, become one."""
    known["base_classes"] += [base for base in more["base_classes"] if base not in known["base_classes"]]
    known["methods"] += more["methods"]
    known["nested"] += more["nested"]


def _names(definitions: list[Function | Class]) -> list[str]:
    in_order = sorted(definitions, key=lambda definition: definition["lineno"])
    return list(dict.fromkeys(definition["name"] for definition in in_order))
