"""Code is told by its outline, in the words of its own language."""

import pytest

from deployments.parsing.process import Parser
from deployments.summary.extractive import code
from deployments.summary.extractive.digest import Unreadable

SOURCES = {
    "Python": (
        '''"""Sells things.

Not much else.
"""
import os
from shop.stock import shelf as s

class Shop(Base, metaclass=Meta):
    """A place.

    With walls.
    """
    def open(self) -> None: ...
    async def close(self): ...

@app.get("/buy")
async def buy(item: str, /, *,
              price: float = 1.0) -> "Receipt":
    """Take it."""
    def inner(): ...

try:
    def go(): ...
except ImportError:
    def walk(*steps, **pace): ...
''',
        """Python, 25 lines. Sells things.

Routes (1):
- `@app.get("/buy")`

Classes (1):
- `class Shop(Base, metaclass=Meta)` — A place. Methods: `open`, `close`.

Functions (3):
- `async def buy(item: str, /, *, price: float = 1.0) -> "Receipt"` — Take it.
- `def go()`
- `def walk(*steps, **pace)`

Imports (2):
- os
- shop.stock""",
    ),
    "TypeScript": (
        """#!/usr/bin/env node
/**
 * Copyright 2020 Someone
 *
 * The server of the shop.
 */
import { db } from "./db";
export interface User { id: number }
/** Adds. */
export const add = (a: number, { b = 1 }: Rest): number => a + b;
app.get("/users/:id", async (req, res) => {
  if (x) { foo() }
});
export default class Shop extends Base {
  async buy(item: string): Promise<void> {
    for (const i of items) {}
  }
}
""",
        """TypeScript, 18 lines. The server of the shop.

Routes (1):
- `app.get("/users/:id", async (req, res) =>`

Classes (2):
- `export interface User`
- `export default class Shop extends Base` Methods: `buy`.

Functions (1):
- `export const add = (a: number, { b = 1 }: Rest): number` — Adds.

Imports (1):
- ./db""",
    ),
    "C#": (
        "using System;\n/// <summary>Sells.</summary>\npublic class Shop : Base, IShop {\n  int Buy(int x) => x;\n}\n",
        "C#, 5 lines.\n\nClasses (1):\n- `public class Shop : Base, IShop` — Sells. Methods: `Buy`.\n\n"
        "Imports (1):\n- System",
    ),
    "C/C++ Header": (
        "#include <vector>\nnamespace shop {\nint buy(const char *item,\n        int n);\nstruct node { int x; };\n}\n",
        "C/C++ Header, 6 lines.\n\nClasses (1):\n- `struct node`\n\n"
        "Functions (1):\n- `int buy(const char *item, int n)`\n\nImports (1):\n- vector",
    ),
    "Shell script": (
        "#!/bin/sh\n# Deploys.\n\ndeploy() {\n  true\n}\nfunction undo {\n  false\n}\n",
        "Shell script, 9 lines. Deploys.\n\nFunctions (2):\n- `deploy()`\n- `function undo`",
    ),
}


async def told(text: str, label: str) -> str:
    language = code.parsed_as(label)
    assert language
    return code.digest(text, label, await code.outline(text, language, Parser())).within(300).text


@pytest.mark.parametrize("label", SOURCES)
async def test_a_file_is_told_by_its_outline(label):
    """What it says it is, its classes with their methods, its functions as they are declared, its imports."""
    source, expected = SOURCES[label]

    assert expected == await told(source, label)


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("Python", "import os\n\nprint(os.getcwd())\n", "Opening lines (2):\n- `import os`\n- `print(os.getcwd())`"),
        (
            "TypeScript",
            "export type Id = string;\nexport const LIMIT = 5;\n",
            "Types (1):\n- `export type Id = string`",
        ),
        ("Shell script", "#!/bin/sh\nmake all\n", "Opening lines (2):\n- `#!/bin/sh`\n- `make all`"),
    ],
)
async def test_a_file_that_defines_nothing_is_told_by_its_lines(label, text, expected):
    """Those that declare something, or else the first."""
    assert expected in await told(text, label)


async def test_only_line_ends_end_lines():
    """A form feed, as old sources have between their parts, does not shift what comes after it."""
    source = "x = '\x0b\u2028'\n\x0c\ndef f(a): ...\n\x0c\nclass A(B): ...\n"

    assert "Classes (1):\n- `class A(B)`\n\nFunctions (1):\n- `def f(a)`" in await told(source, "Python")


async def test_lines_that_a_grammar_cannot_read_are_counted():
    """The reader should know that something may be missing."""
    assert (await told("class A {\n  int = = 3;\n}\n", "Java")).startswith(
        "Java, 3 lines. Around 1 line its grammar was lost."
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(:", r"it could not be parsed: python syntax error: invalid syntax \(line 1\)"),
        ("x = " + "-" * 9000 + "1", "nested too deeply"),
        ("x = '\0'", "NUL"),
    ],
)
async def test_what_cannot_be_parsed_says_why(source, reason):
    """As the rest of a sentence."""
    with pytest.raises(Unreadable, match=reason):
        await code.outline(source, "python", Parser())


@pytest.mark.parametrize("label", ["code", "CSS", "R", "SQL", "Text"])
def test_not_every_language_has_a_grammar(label):
    """Others are read by what suits them."""
    assert code.parsed_as(label) is None


@pytest.mark.parametrize("line", ["class A:{}x = 1", "def f(a{}): pass", "def f(){}: return 1", "class A{}: x = 1"])
async def test_long_lines_take_linear_time(line):
    """Hundreds of thousands of blanks in a declaration are read in a moment."""
    said = await told(line.replace("{}", " " * 200_000), "Python")

    assert "1 line" in said
