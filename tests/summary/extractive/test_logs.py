"""A log is told by what went wrong in it."""

from deployments.summary.condense import condense
from deployments.summary.extractive.logs import digest


def told(log: str, max_tokens: int = 300) -> str:
    return digest(condense(log)).within(max_tokens).text


def test_errors_come_first_with_their_tracebacks():
    """Then warnings, then what came most often; counts and times for all of it."""
    log = """2023-11-23 10:00:00 INFO start
2023-11-23 10:00:01 ERROR boom
Traceback (most recent call last):
  File "x.py", line 3, in f
ValueError: nope
2023-11-23 10:00:02 \x1b[33mWARNING\x1b[0m slow
2023-11-23 10:00:03 INFO tick 1
2023-11-23 10:00:04 INFO tick 2
2023-11-23 10:00:05 INFO tick 3
2023-11-23 10:00:06 INFO tick 4
2023-11-23 10:00:07 INFO tick 5
2023-11-23 10:00:06 FATAL gone
2023-11-23 10:00:09 bye"""

    span = "Log of 13 lines, from 2023-11-23 10:00:00 to 2023-11-23 10:00:09."
    expected = f"""{span} By level: 1 fatal, 1 error, 1 warning, 6 info; 1 without one.

Errors (2):
- `2023-11-23 10:00:06 FATAL gone`
- `2023-11-23 10:00:01 ERROR boom`
    Traceback (most recent call last):
    File "x.py", line 3, in f
    ValueError: nope

Warnings (1):
- `2023-11-23 10:00:02 WARNING slow`

Frequent lines (1):
- 5 × `2023-11-23 10:00:03 INFO tick 1`"""

    assert expected == told(log)


def test_a_traceback_after_an_information_is_an_error_of_its_own():
    """It is not hidden behind the line before it."""
    log = "2023-11-23 10:00:00 INFO fine\nTraceback (most recent call last):\n  File x\nKeyError: 'x'\nDEBUG more"

    assert "Errors (1):\n- `Traceback (most recent call last):`\n    File x\n    KeyError: 'x'" in told(log)
    assert "1 error, 1 info, 1 debug." in told(log)


def test_a_long_stack_trace_shows_both_its_ends():
    """The exception and its cause are what matters."""
    frames = "\n".join(f"\tat a.{letter}.run(A.java)" for letter in "BCDEFGHIJ")
    log = f"java.lang.IllegalStateException: no\n{frames}\nCaused by: java.io.IOException: disk\n\tat a.X.read(X.java)"
    expected = """- `java.lang.IllegalStateException: no`
    at a.B.run(A.java)
    at a.C.run(A.java)
    at a.D.run(A.java)
    …
    at a.J.run(A.java)
    Caused by: java.io.IOException: disk
    at a.X.read(X.java)"""

    assert told(log).endswith(expected)


def test_a_trace_that_came_often_is_told_once():
    """As one event with one count, like the line that announced it."""
    log = "ERROR boom\nTraceback (most recent call last):\n  File x\nKeyError: 'x'\n" * 12
    expected = "- 12 × `ERROR boom`\n    12 × Traceback (most recent call last):\n    File x\n    KeyError: 'x'"

    assert told(log).endswith(f"Errors (1):\n{expected}")


def test_json_lines_are_a_log_too():
    """Levels are read from their field."""
    log = (
        "\n".join(f'{{"level":"info","ts":170000000{i}.5,"msg":"ok"}}' for i in range(6))
        + '\n{"level":"error","msg":"no"}'
    )

    assert told(log).startswith("Log of 7 lines, from 1700000000.5 to 1700000005.5. By level: 1 error, 6 info.")


def test_a_log_without_levels_or_repetition_shows_its_lines():
    """There is always something to say."""
    assert "Log of 2 lines. No line names a level.\n\nLines (2):\n- `hello`\n- `world`" == told("hello\nworld")
