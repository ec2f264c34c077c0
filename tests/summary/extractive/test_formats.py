"""Data and configuration are told by their shape."""

import pytest

from deployments.summary.extractive import formats, html, sql
from deployments.summary.extractive.digest import Unreadable

FILES = {
    "JSON": (
        formats.json,
        '{"name":"x","items":[{"id":1,"n":2},{"id":2}],"m":[[1,2]],"o":{"a":1},"e":[],"t":true}',
        """JSON object, 6 keys.

Keys (6):
- `name`: "x"
- `items`: list of 2, first: object with 2 keys (id, n)
- `m`: list of 1, first: list of 2
- `o`: object with 1 key (a)
- `e`: empty list
- `t`: true""",
    ),
    "JSON list": (formats.json, "[1, 2]", "JSON: list of 2, first: 1."),
    "JSON Lines": (
        formats.json_lines,
        '{"a": 1}\n{"a": 2}\n\n',
        "JSON Lines, 2 records, of which this is the first.\n\nKeys (1):\n- `a`: 1",
    ),
    "YAML": (
        formats.yaml,
        "# comment\nname: x\nservices:\n  web:\n    image: a\n  db:\n    image: b\n'on': [push]\n",
        "YAML, 8 lines.\n\nEntries (3):\n- `name`: x\n- `services`: web, db\n- `'on'`: [push]",
    ),
    "TOML": (
        formats.toml,
        'title = "x"\n[project]\nname = "y"\nversion = [\n  [1, 2],\n]\n[[tool.a]] # many\n',
        'TOML, 7 lines.\n\nEntries (3):\n- `title`: "x"\n- `[project]`: name, version\n- `[tool.a]`: empty',
    ),
    "INI": (formats.ini, "; c\n[a]\nb: 1\n", "INI, 3 lines.\n\nEntries (1):\n- `[a]`: b"),
    "XML": (
        formats.xml,
        "<?xml version='1.0'?><!-- <no/> --><list><item a='1'/><item/></list>",
        "XML with the root element `list`, 3 elements.\n\nTags (2):\n- `item` × 2\n- `list` × 1",
    ),
    "CSV": (
        formats.csv,
        "id;name;full, long\n1;a\n2;b\n",
        "A table of 2 rows under a header.\n\nColumns (3):\n- `id`\n- `name`\n- `full, long`",
    ),
    "SQL": (
        sql.digest,
        """-- The shop.
CREATE TABLE users (id INT PRIMARY KEY, total DECIMAL(10,2), UNIQUE (id));
create table if not exists "orders" (
  id INT,
  FOREIGN KEY (id) REFERENCES users(id)
);
CREATE UNIQUE INDEX by_name ON users (name);
INSERT INTO users VALUES (1, 2);
""",
        """SQL, 8 lines. Statements: 3 CREATE, 1 INSERT.

Tables (2):
- `users`: id, total
- `"orders"`: id

Other definitions (1):
- index `by_name`""",
    ),
    "HTML": (
        html.digest,
        """<!doctype html><title>A &amp; B</title><META content='About us.' name=description><style>h1 {}</style>
<script>if (a<b) { "<h1>no</h1>" }</script><!-- <h1>no</h1> --><h1 class=x>Hello <b>you</b></h1>
<p>One<br>two.<p>Three. <a href=x>l</a>""",
        """HTML page: A & B. It has 1 link, 1 script. About us.

Headings (1):
- Hello you

Opening paragraphs (2):
- One two.
- Three. l""",
    ),
    "HTML of boxes": (
        html.digest,
        "<title>A</title><body><div>Hello <b>you</b></div><div><script>x()</script>One\ntwo</div>",
        "HTML page: A. It has 1 script.\n\nOpening texts (2):\n- Hello you\n- One two",
    ),
}
ODD = [
    *("{", "[", "<", "<a", "<a ", "<p>", "<!--", "<script>", "<meta name=description ", "&"),
    *("a:", "a: ", "a:\n", "- ", "[[", "= ", '"', "'", "CREATE TABLE ", "CREATE TABLE a(", ",", "\n"),
    f"<p>&#{'9' * 5000};",
]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_told_by_its_shape(name):
    """Keys, tables, elements, columns, headings."""
    read, text, expected = FILES[name]

    assert expected == read(text).within(300).text


WRONG = [(formats.json, '{"a": 1,}'), (formats.json_lines, "a\n"), (formats.xml, "no tags"), (formats.yaml, "- a\n")]


@pytest.mark.parametrize(("read", "text"), WRONG)
def test_what_is_not_in_its_format_says_so(read, text):
    """The reader hears why, and somebody else reads the file."""
    with pytest.raises(Unreadable, match=r"\bit\b"):
        read(text)


@pytest.mark.parametrize("read", [formats.yaml, formats.toml, formats.csv, sql.digest, html.digest])
@pytest.mark.parametrize("piece", ODD)
def test_odd_files_take_linear_time(read, piece):
    """A hundred thousand characters of anything are read in a moment."""
    text = "key: x\n" + piece * (100_000 // len(piece))

    assert len(read(text).lead) < 1000
