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
- 5 × `2023-11-23 10:00:03 INFO tick 1`

Other lines (1):
- `2023-11-23 10:00:09 bye`"""

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


def test_traces_one_after_the_other_are_errors_of_their_own():
    """None hides in the middle of another."""
    log = "2023-11-23 10:00:00 INFO up\n" + "".join(
        f'Exception in thread "main" java.lang.{name}: no\n\tat com.{name}.run({name}.java:1)\n' for name in "ABCDE"
    )

    assert "Errors (5):" in told(log)
    assert all(f'`Exception in thread "main" java.lang.{name}: no`' in told(log) for name in "ABCDE")


def test_a_line_with_a_level_is_an_event_of_its_own():
    """Also where it has no time, unlike those before it."""
    log = "2023-11-23 10:00:00 ERROR boom\nFATAL gone\nand a line that explains it"

    assert "Errors (2):\n- `FATAL gone`\n    and a line that explains it\n- `2023-11-23 10:00:00 ERROR boom`" in told(
        log
    )


def test_a_summary_that_skips_lines_says_so():
    """It is marked as truncated."""
    short, long = ("ERROR boom\n" + "\tat a.B.run(B.java)\n" * frames for frames in (6, 7))

    assert not digest(condense(short)).within(300).truncated
    assert digest(condense(long)).within(300).truncated


def test_lines_that_came_once_without_a_level_are_told_last():
    """They are what is new in many a log."""
    log = "ERROR boom\n" + "tick 1\n" * 5 + "listening on port 80"

    assert told(log).endswith("Frequent lines (1):\n- 5 × `tick 1`\n\nOther lines (1):\n- `listening on port 80`")


def test_a_trace_that_came_often_is_told_once():
    """As one event with one count, like the line that announced it."""
    log = "ERROR boom\nTraceback (most recent call last):\n  File x\nKeyError: 'x'\n" * 12
    expected = "- 12 × `ERROR boom`\n    12 × Traceback (most recent call last):\n    File x\n    KeyError: 'x'"

    assert told(log).endswith(f"Errors (1):\n{expected}")


def test_lines_that_only_colour_are_no_lines():
    """Many programs set the colour back on a line of its own."""
    assert told("2024-01-01 10:00:00 INFO x\n2024-01-01 10:00:01 INFO y") == told(
        "2024-01-01 10:00:00 INFO x\n\x1b[0m\n2024-01-01 10:00:01 INFO y\n \x1b[1;31m \x1b[0m"
    ).replace("4 lines", "2 lines")


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
