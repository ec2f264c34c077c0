"""A level is read where loggers write it, and a word of the message is not taken for one."""

import pytest

from deployments.summary.severity import level_number, severity_of

LINES = {
    "2023-01-01 10:00:00 INFO started": "info",
    "[ERROR] no information": "error",
    "[warn] slow": "warning",
    "app: error: no such file": "error",
    "panic: runtime error": "fatal",
    "CRITICAL disk": "fatal",
    "time=1 level=debug msg=x": "debug",
    '{"msg":"ERROR in the text","level":"info"}': "info",
    '{"severity": "NOTICE"}': "notice",
    '{"level":50,"msg":"x"}': "error",
    '{"level":30,"msg":"x"}': "info",
    '{"level":99,"msg":"x"}': None,
    "<11>Nov 23 10:00:00 host app: x": "error",
    "<14>Nov 23 10:00:00 host app: x": "info",
    "E1123 10:00:00.123456 1 file.go:12] x": "error",
    "I1123 10:00:00.123456 1 file.go:12] x": "info",
    "Traceback (most recent call last):": "error",
    "ValueError: no": "error",
    "Caused by: java.lang.NullPointerException: no": "error",
    "no error here, information only": None,
    "TERROR and INFORMAL": None,
    "ERROR_CODE is 5": "error",
    "": None,
}


@pytest.mark.parametrize(("line", "expected"), LINES.items())
def test_a_line_has_the_level_it_names(line, expected):
    """In words, letters or numbers; none if it names none."""
    assert expected == severity_of(line, level_number(line))
