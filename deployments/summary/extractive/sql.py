"""SQL → its tables with their columns, and what its statements do. It knows no dialect."""

import re
from collections import Counter

from deployments.summary.extractive.digest import Digest, Section, shorten

_NAME = r"[\w.\"`\[\]]++"
_TABLE = re.compile(
    rf"\bCREATE\s++(?:\w++\s++){{0,3}}?TABLE\s++(?:IF\s++NOT\s++EXISTS\s++)?({_NAME})\s*+\(([^;]*+)", re.IGNORECASE
)
_OTHER = re.compile(
    rf"\bCREATE\s++(?:\w++\s++){{0,3}}?(VIEW|INDEX|FUNCTION|PROCEDURE|TRIGGER|TYPE|SCHEMA|SEQUENCE)\s++"
    rf"(?:IF\s++NOT\s++EXISTS\s++)?({_NAME})",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"^[ \t(]*+(SELECT|WITH|INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|BEGIN|COMMIT|SET)\b",
    re.IGNORECASE | re.MULTILINE,
)
_COLUMN = re.compile(r"(?:^|,)\s*+[\"`\[]?([A-Za-z_]\w*+)[\"`\]]?\s++\w")
_CONSTRAINTS = {"primary", "foreign", "unique", "constraint", "check", "key", "index", "exclude"}
_COLUMNS_CHARS = 200


def digest(text: str) -> Digest:
    statements = Counter(statement[1].upper() for statement in _STATEMENT.finditer(text))
    counted = ", ".join(f"{count:,} {verb}" for verb, count in statements.most_common())
    tables = tuple(f"`{table[1]}`: {_columns(table[2])}" for table in _TABLE.finditer(text))
    others = tuple(f"{other[1].lower()} `{other[2]}`" for other in _OTHER.finditer(text))
    return Digest(
        f"SQL, {len(text.splitlines()):,} lines. Statements: {counted or 'none found'}.",
        (Section("tables", tables), Section("other definitions", others)),
    )


def _columns(body: str) -> str:
    names = [column[1] for column in _COLUMN.finditer(body) if column[1].lower() not in _CONSTRAINTS]
    return shorten(", ".join(names), _COLUMNS_CHARS)
