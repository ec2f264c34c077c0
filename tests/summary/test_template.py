"""Details are told from words, timestamps are found, and no line takes long."""

import time

import pytest

from deployments.summary.condense import condense
from deployments.summary.template import timestamp_of

DETAILS = {
    "number": ("took 5 ms", "took 12.75 ms"),
    "sign": ("at 5 degrees", "at -12 degrees"),
    "thousands": ("read 7 rows", "read 1,234,567 rows"),
    "padding": ("took   7 ms", "took 123 ms"),
    "number in a word": ("worker3 up", "worker12 up"),
    "hex": ("at 0x1f", "at 0xDEADBEEF"),
    "digest": ("commit 3f786850e387550f", "commit 0000000000000000"),
    "uuid": ("id 123e4567-e89b-12d3-a456-426614174000", "id ffffffff-ffff-4fff-bfff-ffffffffffff"),
    "ip": ("from 10.0.0.1:80", "from 192.168.100.200:65535"),
    "ipv6": ("from [2001:db8::ff00:42:8329]:80", "from [::1]:443"),
    "mapped ipv6": ("from ::ffff:10.0.0.1", "from fe80::1"),
    "path": ("open /var/log/a.log", "open /etc/passwd-backup/"),
    "windows path": (r"open C:\Users\a", r"open D:\b\c.txt"),
    "path of a URL": ("GET http://host/a/b", "GET http://host/users/77"),
    "root of a URL": ('"http://host/"', '"http://host/users/77"'),
    "month": ("Nov  3 10:00:00 up", "Dec 23 11:59:59 up"),
    "weekday": ("[Thu Nov 23 10:00:00 2023] up", "[Fri Dec 01 10:00:00 2023] up"),
    "ISO": ("2023-01-01T10:00:00Z up", "2024-12-31T23:59:59.123456Z up"),
    "epoch": ("1700000000 up", "1700000000123 up"),
    "fractional epoch": ("[1700000000.5] up", "[1700000001.123456] up"),
}
TIMESTAMPS = {
    "[2023-01-01 10:00:01] X": "2023-01-01 10:00:01",
    "2023-01-01T10:00:01.123+02:00 X": "2023-01-01T10:00:01.123+02:00",
    "2023-01-01 10:00:01,123 - X": "2023-01-01 10:00:01,123",
    "2023/01/01 10:00:01 [error] 1#1: X": "2023/01/01 10:00:01",
    "20230101T100001Z X": "20230101T100001Z",
    "X on 2023-01-01": "2023-01-01",
    "<11>Nov 23 10:00:00 host X": "Nov 23 10:00:00",
    "Nov  3 10:00:00 host X": "Nov  3 10:00:00",
    '1.2.3.4 - - [23/Nov/2023:10:00:00 +0000] "GET /"': "23/Nov/2023:10:00:00 +0000",
    "1700000000 X": "1700000000",
    "[1700000000.123] X": "1700000000.123",
    '{"level":30,"time":1700000000123}': "1700000000123",
    '{"__MONOTONIC_TIMESTAMP":"1700000000","__REALTIME_TIMESTAMP":"1700733601000000"}': "1700733601000000",
    '{"level":"info","ts":1700000000123456789}': "1700000000123456789",
    "ts=1700000000.25 X": "1700000000.25",
    "audit(1700000000.123:45): X": "1700000000.123",
    "\x1b[32m2023-01-01 10:00:01\x1b[0m X": "2023-01-01 10:00:01",
    "10:00:01.123 [main] X": "10:00:01.123",
    "[10:00:01] X": "10:00:01",
    "E1123 10:00:00.123456       1 file.go:12] X": "1123 10:00:00.123456",
    "opens at 10:00:01": None,
    "order 1700000000 shipped": None,
    "order=1700000000123456": None,
    "X": None,
    "": None,
}
ODD = [
    *("a", "0", "/", "/a", "-", "1-", "a0", "::", "1:", "1.", " ", "  0", "\\a", "a:\\", "a1f", "E"),
    *('{"level":', "2023-", "\x1b[3", "é", "٣", "🚀", "א"),
]


@pytest.mark.parametrize(("one", "other"), DETAILS.values(), ids=DETAILS.keys())
def test_lines_that_differ_in_details_share_a_template(one, other):
    """A detail is masked, whatever it looks like."""
    assert 1 == len(condense("\n".join([one, other] * 3)).entries)


@pytest.mark.parametrize(
    ("one", "other"),
    [("disk a", "disk b"), ("deadbeef face", "deadbeef cafe"), ("a: 1", "b: 1"), ("  indented", "indented"), ("", "x")],
)
def test_lines_that_differ_in_words_do_not(one, other):
    """Words are what a template is made of."""
    assert 2 == len(condense("\n".join([one, other] * 5)).entries)


@pytest.mark.parametrize(("line", "expected"), TIMESTAMPS.items())
def test_a_timestamp_is_found_as_it_stands(line, expected):
    """Without brackets and colours; a number that only might be one is left alone."""
    assert expected == timestamp_of(line)


@pytest.mark.parametrize("piece", ODD)
def test_no_line_takes_more_than_linear_time(piece):
    """A line of a hundred thousand odd characters costs milliseconds, not minutes."""
    start = time.process_time()
    condense(piece * (100_000 // len(piece)) + "!")

    assert time.process_time() - start < 1
