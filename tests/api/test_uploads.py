"""Text is recognised in its encodings, and binaries are not taken for text."""

import pytest

from deployments.api.uploads import decode


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"plain", "plain"),
        ("schön 🚀".encode(), "schön 🚀"),
        (b"\xef\xbb\xbfwith a BOM", "with a BOM"),
        ("both ways".encode("utf-16"), "both ways"),
        (b"\xfe\xff" + "big".encode("utf-16-be"), "big"),
        (b"\x1b[31mred\x1b[0m\tand\r\n\x0cpages", "\x1b[31mred\x1b[0m\tand\r\n\x0cpages"),
        (b"a" * 90 + b"\x01" * 10, "a" * 90 + "\x01" * 10),
    ],
)
def test_text_is_read(data, text):
    """Whatever its encoding; colours, tabs and page breaks are text."""
    assert text == decode(data, binary_threshold=0.1)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00",
        b"caf\xe9",
        b"null\0byte",
        b"a" * 89 + b"\x01" * 11,
        b"\xff\xfe\x00",
        b"\xff\xfe\x00\x00",
    ],
    ids=["png", "latin-1", "nul", "too many controls", "half a character", "nul in utf-16"],
)
def test_what_is_not_text_is_binary(data):
    """Not UTF-8, a NUL, or more than a tenth of control bytes."""
    assert decode(data, binary_threshold=0.1) is None
