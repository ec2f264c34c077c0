"""Any source code is told by its header and by the lines that declare something."""

import pytest

from deployments.summary.extractive.source import digest

SOURCES = {
    "Dart": (
        """// Copyright 2020 Someone
//
// The server of the shop.
import 'a.dart';
class Shop extends Base {
  Shop(int n) {
    if (n > 0) {
      call(n);
  @override Future<int> buy(String item) async {
""",
        """Dart, 9 lines (0 blank). The server of the shop.

Types (1):
- `class Shop extends Base`

Methods (2):
- `Shop(int n)`
- `@override Future<int> buy(String item) async`""",
    ),
    "Perl": (
        "#!/usr/bin/perl\n# Deploys.\n\npackage Shop;\nsub deploy {\n  foo(1);\n",
        "Perl, 6 lines (1 blank). Deploys.\n\nFunctions (1):\n- `sub deploy`",
    ),
    "R": (
        "# Fits.\nfit <- function(x, y = 2) {\n  lm(x)\n",
        "R, 3 lines (0 blank). Fits.\n\nFunctions (1):\n- `fit <- function(x, y = 2)`",
    ),
    "CSS": (
        "body { color: red; }\n@media (x) {\n  .a { }\n",
        "CSS, 3 lines (0 blank).\n\nRules (2):\n- `body { color: red; }`\n- `@media (x)`",
    ),
    "code": (
        "FROM scratch\n\nCOPY a b\n",
        "Code, 3 lines (1 blank).\n\nOpening lines (2):\n- `FROM scratch`\n- `COPY a b`",
    ),
}


@pytest.mark.parametrize("label", SOURCES)
def test_a_file_is_told_by_its_declarations(label):
    """Routes, types and functions; a call or a loop is none of them."""
    source, expected = SOURCES[label]

    assert expected == digest(source, label).within(300).text


def test_a_remark_comes_before_all_else():
    """A reader should know why the outline is a rough one."""
    assert "Python, 1 line (0 blank). Broken. The comment." == digest("# The comment.", "Python", remark="Broken.").lead


@pytest.mark.parametrize("label", ["Dart", "CSS", "R", "Perl"])
@pytest.mark.parametrize(
    "piece", ["a", "a ", "a.", "(", "a(", "public ", "= ", "@", "/*", "//\n", "\t", "a b(", "const a = (", "<"]
)
def test_odd_lines_take_linear_time(label, piece):
    """A hundred thousand characters of anything are read in a moment."""
    assert digest(piece * (100_000 // len(piece)), label).lead.startswith(label)
