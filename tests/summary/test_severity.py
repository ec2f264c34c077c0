"""A level is read where loggers write it, and a word of the message is not taken for one."""

import pytest

from deployments.summary.severity import severity_of

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
    '{"version":"1.1","level":3,"short_message":"x"}': "error",
    '{"PRIORITY":"4","MESSAGE":"x"}': "warning",
    "PRIORITY=2": "fatal",
    '10.0.0.1 - - [23/Nov/2023:10:00:00 +0000] "GET / HTTP/1.1" 502 0': "error",
    '10.0.0.1 - - [23/Nov/2023:10:00:00 +0000] "GET / HTTP/2.0" 404 0': "warning",
    '10.0.0.1 - - [23/Nov/2023:10:00:00 +0000] "GET / HTTP/1.1" 304 0': "info",
    'INFO:     127.0.0.1:5000 - "GET / HTTP/1.1" 500 Internal Server Error': "info",
    "<11>Nov 23 10:00:00 host app: x": "error",
    "<14>Nov 23 10:00:00 host app: x": "info",
    "E1123 10:00:00.123456 1 file.go:12] x": "error",
    "I1123 10:00:00.123456 1 file.go:12] x": "info",
    "Nov 23 10:00:00 node kubelet[812]: W1123 10:00:00.123456     812 pod.go:12] x": "warning",
    "2023-11-23T10:00:00Z\terror\tupstream gone": "error",
    "--- FAIL: TestX (0.00s)": "error",
    "fail: Microsoft.Hosting[0]": "error",
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
    assert expected == severity_of(line)
