"""JavaScript and TypeScript define, import and export in many ways; each is told."""

from deployments.parsing.structure import parse
from tests.parsing.outlines import told


def lines(language: str, text: str) -> list[str]:
    """Without the docstring and the symbols of the file."""
    return [line for line in told(parse(language, text.encode())).splitlines() if "s: {" not in line][1:]


def test_a_class_may_be_an_expression():
    """Its name is that of its variable, and its methods are its own; without a name it is passed over."""
    text = """const Widget = class extends Shop { render() {} };
module.exports = class Shop { sell() {} };
mix(class { lost() {} });
"""

    assert [
        "imports: []",
        "exports: ['Shop']",
        "1-1 class Widget(Shop)",
        "    1-1 Widget.render() -> None",
        "2-2 class Shop()",
        "    2-2 Shop.sell() -> None",
    ] == lines("javascript", text)


def test_functions_may_be_values_of_objects_and_of_wrappers():
    """What stands in an object that has a name is told with that name."""
    text = """const api = { get(a) {}, put: async (b) => b, one: c => c };
export default { setup() {} };
const View = memo(({ title }) => title);
const Field = React.forwardRef((props, ref) => null);
const sum = xs.map((x) => x);
"""

    assert [
        "imports: []",
        "exports: ['default']",
        "1-1 api.get(a: None) -> None",
        "1-1 async api.put(b: None) -> None",
        "1-1 api.one(c: None) -> None",
        "2-2 setup() -> None",
        "3-3 View({ title }: None) -> None",
        "4-4 Field(props: None, ref: None) -> None",
    ] == lines("javascript", text)


def test_exports_are_the_names_that_others_can_use():
    """Of CommonJS too; what is renamed is known by its new name. What is exported again is imported first."""
    commonjs = "module.exports = { add, sub: minus, mul() {} };\nexports.div = () => 1;\nmodule.exports.x = 1;\n"
    modules = "export { a as b, c } from './z';\nexport * from './y';\nexport * as ns from './x';\nimport('./w');\n"

    assert ["add", "sub", "mul", "div", "x"] == parse("javascript", commonjs.encode())["exports"]
    assert ["b", "c", "ns"] == parse("javascript", modules.encode())["exports"]
    assert ["./z", "./y", "./x", "./w"] == parse("javascript", modules.encode())["imports"]


def test_typescript_is_told_as_it_is_written():
    """Bases keep their arguments, guards are results, and the parts of a type are no functions."""
    text = """import fs = require('fs');
type Props = { close(x: number): void };
function f(a: { go(): void }) {}
class Q extends B<T> { [Symbol.iterator](): void {} }
function isText(a: unknown): a is string { return true; }
export = Q;
"""

    assert [
        "imports: ['fs']",
        "exports: ['Q']",
        "3-3 f(a: { go(): void }) -> None",
        "5-5 isText(a: unknown) -> a is string",
        "4-4 class Q(B<T>)",
        "    4-4 Q.[Symbol.iterator]() -> void",
    ] == lines("typescript", text)
    assert {"fs": "fs"} == parse("typescript", text.encode())["imported_symbols"]
