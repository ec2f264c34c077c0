"""Any source code is told by its header and by the lines that declare something."""

import pytest

from deployments.summary.extractive.source import digest

SOURCES = {
    "TypeScript": (
        """#!/usr/bin/env node
/**
 * Copyright 2020 Someone
 *
 * The server of the shop.
 */
export interface User { id: number }
export const add = (a: number, b: number): number => a + b;
app.get("/users/:id", async (req, res) => {
  if (x) { foo() }
});
export default class Shop extends Base {
  async buy(item: string): Promise<void> {
    for (const i of items) {
""",
        """TypeScript, 14 lines (0 blank). The server of the shop.

Routes (1):
- `app.get("/users/:id", async (req, res) =>`

Types (2):
- `export interface User { id: number }`
- `export default class Shop extends Base`

Functions (1):
- `export const add = (a: number, b: number): number => a + b`

Methods (1):
- `async buy(item: string): Promise<void>`""",
    ),
    "Go": (
        "// Package shop sells.\npackage shop\n\ntype Shop struct {\n}\n\n"
        "func (s *Shop) Buy(x int) error {\n\treturn nil\n",
        """Go, 8 lines (2 blank). Package shop sells.

Types (1):
- `type Shop struct`

Functions (1):
- `func (s *Shop) Buy(x int) error`""",
    ),
    "Rust": (
        "//! Sells.\npub struct A<T> { x: T }\nimpl<T> A<T> {\n    pub(crate) async fn run(&self) -> Result<()> {\n",
        """Rust, 4 lines (0 blank). Sells.

Types (2):
- `pub struct A<T> { x: T }`
- `impl<T> A<T>`

Functions (1):
- `pub(crate) async fn run(&self) -> Result<()>`""",
    ),
    "Java": (
        "public final class A<T> {\n  A(int n) {\n    if (n > 0) {\n      call(n);\n"
        "  @Override public List<T> of(T... t);\n",
        """Java, 5 lines (0 blank).

Types (1):
- `public final class A<T>`

Methods (2):
- `A(int n)`
- `@Override public List<T> of(T... t)`""",
    ),
    "C": (
        "/* Sorts. */\n#include <a.h>\nstruct node {\nstatic int cmp(void *a,\n"
        "  while (x) {\n    f(a);\n  return f(x)\n",
        """C, 7 lines (0 blank). Sorts.

Types (1):
- `struct node`

Functions (1):
- `static int cmp(void *a`""",
    ),
    "Shell script": (
        "#!/bin/sh\n# Deploys.\n\ndeploy() {\n  if true; then\nfunction undo {\n",
        """Shell script, 6 lines (1 blank). Deploys.

Functions (2):
- `deploy()`
- `function undo`""",
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


@pytest.mark.parametrize("label", ["TypeScript", "Java", "CSS", "C++ Header", "R"])
@pytest.mark.parametrize(
    "piece", ["a", "a ", "a.", "(", "a(", "public ", "= ", "@", "/*", "//\n", "\t", "a b(", "const a = (", "<"]
)
def test_odd_lines_take_linear_time(label, piece):
    """A hundred thousand characters of anything are read in a moment."""
    assert digest(piece * (100_000 // len(piece)), label).lead.startswith(label)
