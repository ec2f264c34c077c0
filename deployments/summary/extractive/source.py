"""Source code that no grammar reads → its header comment and the lines that declare something, found by patterns.

It reads line by line and understands no language; what it takes for a declaration may now and then not be one.
"""

import re
from itertools import islice

from deployments.parsing.licences import besides_licences
from deployments.summary.extractive.digest import Digest, Section, counted, shorten

_LINE_CHARS = 160
_HEADER_COMMENT_CHARS = 400
_SCANNED_CHARS = 400  # of a line; what is longer was made by a program
_OPENING_LINES = 5

_MODIFIERS = (
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|sealed|override|virtual|open"
    r"|data|inline|suspend|unsafe|partial|readonly|declare|const|extern|local|fileprivate|pub(?:\([a-z]++\))?)\s++)*+"
)
_TYPES = re.compile(
    rf"\s*+{_MODIFIERS}(?:impl\b|(?:class|struct|interface|enum(?: class| struct)?|trait|protocol|record|object"
    r"|actor|namespace|module|extension|type|typedef|union)\s++[\w$<(])"
)
_FUNCTIONS = re.compile(rf"\s*+{_MODIFIERS}(?:function\b\*?|func|fn|fun|def|sub)\s++[\w$(.]")
_ROUTES = re.compile(
    r"\s*+(?:@?\w+(?:\.\w+)*\.|@|Route::)(?:get|post|put|delete|patch|route|(?:Get|Post|Put|Delete|Patch|Request)Mapping)"
    r"\(\s*+[\"'][/\w]"
)
_ASSIGNED = re.compile(
    rf"\s*+{_MODIFIERS}(?:(?:const|let|var)\s++)?[\w$.]++\s*+(?::[^=]++)?(?:=|<-)\s*+(?:async\s++)?"
    r"(?:function\b|\\\(|\([^()]*+\)\s*+(?::[^=]++)?=>|\w++\s*+=>)"
)
_RETURNS = r"(?:[\w:<>\[\]*&?.,@]++\s++)"
_NAMED = r"[*&]*+[\w:~]++\s*+\([^;{]*+"
_NO_NAME = r"(?!(?:if|for|while|switch|catch|return|else|do|new|throw|using|await|case|delete|sizeof|assert)\b)"
_SIGNATURES = re.compile(rf"\s{{0,8}}+{_NO_NAME}(?:{_RETURNS}+?{_NAMED}(?:\{{|;|$)|{_NAMED}\{{)")
_RULES = re.compile(r"[^\s{}/;][^{};]*+\{")

_Patterns = tuple[tuple[str, re.Pattern[str]], ...]
_COMMON: _Patterns = (("routes", _ROUTES), ("types", _TYPES), ("functions", _FUNCTIONS))
_PATTERNS: dict[str, _Patterns] = {
    "Dart": (*_COMMON, ("methods", _SIGNATURES)),
    "R": (*_COMMON, ("functions", _ASSIGNED)),
    "CSS": (("rules", _RULES),),
}

_BLOCK_COMMENT = re.compile(r"\s*+(?:#![^\n]*+\s*+)?(?:/\*(.*?)\*/|<!--(.*?)-->|\"\"\"(.*?)\"\"\")", re.DOTALL)
_LINE_COMMENTS = re.compile(r"\s*+(?:#![^\n]*+\s*+)?((?:(?://|#(?!\w)|--|;).*+\n?[ \t]*+)++)")
_COMMENT_MARK = re.compile(r"^[ \t]*+(?:[/*#;!]++|--+)?[ \t]*+", re.MULTILINE)
_HEADER_CHARS = 4000


def digest(text: str, label: str, *, remark: str = "") -> Digest:
    """`remark`: a sentence that the reader should know first."""
    lines = text.splitlines()
    blank = sum(not line.strip() for line in lines)
    size = f"{label[0].upper()}{label[1:]}, {counted(len(lines), 'lines')} ({blank:,} blank)."
    lead = [size, remark, shorten(_header_comment(text), _HEADER_COMMENT_CHARS)]
    return Digest(" ".join(filter(None, lead)), declared(lines, label))


def routes(lines: list[str]) -> tuple[str, ...]:
    """What a web server answers: calls and decorators that name a path."""
    return tuple(_shown(line) for line in lines if _ROUTES.match(line, 0, _SCANNED_CHARS))


def declared(lines: list[str], label: str) -> tuple[Section, ...]:
    """What the lines declare, or else how they begin."""
    patterns = _PATTERNS.get(label, _COMMON)
    found: dict[str, list[str]] = {noun: [] for noun, _ in patterns}
    for line in lines:
        for noun, pattern in patterns:
            if pattern.match(line, 0, _SCANNED_CHARS):
                found[noun].append(_shown(line))
                break
    return tuple(Section(noun, tuple(items)) for noun, items in found.items() if items) or (_opening(lines),)


def _shown(line: str) -> str:
    return f"`{shorten(line.rstrip(' {:;,(='), _LINE_CHARS)}`"


def _opening(lines: list[str]) -> Section:
    """What a reader sees first, where nothing else was found."""
    written = islice((line for line in lines if line.strip()), _OPENING_LINES)
    return Section("opening lines", tuple(f"`{shorten(line, _LINE_CHARS)}`" for line in written))


def _header_comment(text: str) -> str:
    """The first paragraph of the comment that opens the file, unless it is about its licence."""
    head = text[:_HEADER_CHARS]
    match = _BLOCK_COMMENT.match(head) or _LINE_COMMENTS.match(head)
    comment = next(filter(None, match.groups()), "") if match else ""
    paragraphs = _COMMENT_MARK.sub("", comment).split("\n\n")
    return besides_licences(paragraphs)
