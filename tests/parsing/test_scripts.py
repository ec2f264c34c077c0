"""Lua, PHP, Ruby and shell define things without a declaration of their own."""

from deployments.parsing.structure import parse
from tests.parsing.outlines import told


def lines(language: str, text: str) -> list[str]:
    """The definitions alone."""
    return told(parse(language, text.encode())).splitlines()[4:]


def test_ruby_makes_classes_by_calls():
    """What stands in their block is theirs."""
    text = """# A point.
Point = Struct.new(:x, :y) do
  def length; end
end
Error = Class.new(StandardError)
Plain = Class.new
size = Class.new(Base)
"""

    assert [
        "2-4 class Point(Struct) 'A point.'",
        "    3-3 Point.length() -> None",
        "5-5 class Error(StandardError)",
        "6-6 class Plain()",
    ] == lines("ruby", text)


def test_php_has_classes_without_a_name():
    """Their methods are no functions of the file; a variable lends its name."""
    text = """<?php
$a = new class { public function run() {} };
return new class extends Migration { public function up(): void {} };
"""

    assert [
        "2-2 class a()",
        "    2-2 a.run() -> None",
        "3-3 class class(Migration)",
        "    3-3 class.up() -> void",
    ] == lines("php", text)


def test_php_includes_other_files():
    """By any of its four words, in parentheses or not; a path that is computed is told as it is written."""
    read = parse("php", b"<?php\nrequire_once __DIR__ . '/a.php';\ninclude(\"b.php\");\nrequire 'c.php';\n")

    assert ["__DIR__ . '/a.php'", "b.php", "c.php"] == read["imports"]


def test_lua_keeps_functions_in_tables():
    """Those of a table that has a name, and of what a module returns."""
    text = "local t = { go = function(z) end }\nM.sub = { run = function() end }\nreturn { open = function() end }\n"

    assert ["1-1 t.go(z: None) -> None", "2-2 M.sub.run() -> None", "3-3 open() -> None"] == lines("lua", text)


def test_a_name_in_a_shell_may_have_colons_and_dots():
    """It has no parts."""
    assert ["ns::up", "a.b"] == parse("shell", b"ns::up() { :; }\na.b() { :; }\n")["exports"]
