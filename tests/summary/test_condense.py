"""A log gets shorter and loses nothing that tells lines apart."""

import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.summary.condense import condense, condense_stream
from deployments.summary.severity import severity_of

LEVELS = ("FATAL", "ERROR", "WARNING", "INFO", "DEBUG")


def log(lines: list[str]) -> str:
    return condense("\n".join(lines)).text


def test_five_lines_of_one_template_become_two():
    """How often and between which times, then the first line as it stood."""
    lines = [f"[2023-01-01 10:00:0{i}] INFO: X" for i in range(1, 6)]

    assert (
        "(Repeated 5 times between 2023-01-01 10:00:01 and 2023-01-01 10:00:05)\n[2023-01-01 10:00:01] INFO: X"
    ) == log(lines)


def test_four_lines_stay():
    """What is rarer than five times is told in full."""
    assert "a\na\na\na" == log(["a"] * 4)


def test_nothing_stays_nothing():
    """An empty log is empty."""
    assert "" == log([""])
    assert 0 == condense("").line_count


def test_lines_without_a_time_are_counted_only():
    """No timestamps are made up."""
    assert "(Repeated 7 times)\na" == log(["a"] * 7)


def test_severities_never_merge():
    """An error that is worded like an information stays an error."""
    assert "(Repeated 5 times)\n[INFO] disk\n[ERROR] disk" == log(["[INFO] disk", "[ERROR] disk"] + ["[INFO] disk"] * 4)


def test_severities_that_are_numbers_never_merge():
    """`"level":30` and `"level":50`, or `<30>` and `<27>`, are words in disguise."""
    for quiet, loud in (('{"level":30,"msg":"disk"}', '{"level":50,"msg":"disk"}'), ("<30>disk", "<27>disk")):
        assert f"(Repeated 5 times)\n{quiet}\n{loud}" == log([quiet, loud] + [quiet] * 4)


def test_severities_that_are_letters_never_merge():
    """Not even where the letter could be a digit of a hexadecimal number."""
    quiet, loud = (f"{letter}1123 10:00:00.000001 1 watch.go:138] disk" for letter in "EF")

    assert f"(Repeated 5 times between 1123 10:00:00.000001 and 1123 10:00:00.000001)\n{quiet}\n{loud}" == log(
        [quiet, loud] + [quiet] * 4
    )


def test_order_is_that_of_first_occurrence():
    """A group stands where its first line stood; rarer lines stay each in its place, so that tracebacks stay whole."""
    lines = ["start", "tick 1", "b", "tick 2", "a", "b", "tick 3", "tick 4", "tick 5", "a", "end"]

    assert ["start", "(Repeated 5 times)", "tick 1", "b", "a", "b", "a", "end"] == log(lines).split("\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\r\n"])
def test_line_ends_do_not_matter(end, last):
    """Unix or Windows, with or without a last one."""
    assert "(Repeated 5 times)\na\nb" == condense(end.join(["a"] * 5 + ["b"]) + last).text


def test_colours_do_not_matter():
    """A template is the same in red; the line that is shown keeps its colour."""
    lines = [f"\x1b[3{i}mERROR\x1b[0m disk {i}" for i in range(1, 6)]

    assert f"(Repeated 5 times)\n{lines[0]}" == log(lines)


def test_a_stack_trace_stays_whole():
    """Frames of a trace that came once are not torn apart by what repeats around it, not even by its own frames."""
    trace = ["java.lang.IllegalStateException: no", *["\tat a.B.c(B.java:12)"] * 7, "\t... 12 more"]
    ticks = ["INFO tick"] * 3

    assert ["(Repeated 6 times)", "INFO tick", *trace] == log(ticks + trace + ticks).split("\n")


def test_a_word_in_a_path_is_no_severity():
    """A path is a detail, so it does not matter which of them comes first."""
    good, bad = (f'10.0.0.1 - - "GET /logs?level={level} HTTP/1.1" 200 7' for level in ("info", "error"))

    assert ["info"] == [entry.severity for entry in condense("\n".join([bad] + [good] * 4)).entries]


@pytest.mark.parametrize(
    "line",
    [
        '{{"level":"info","id":"{id:08x}","status":{status}}}',
        '<190>Nov 23 10:00:00 web nginx: "GET /{id} HTTP/1.1" {status} 0',
        '{{"level":30,"id":"{id:08x}","res":{{"statusCode":{status}}}}}',
        "\x1b[0mPOST /{id} \x1b[31m{status}\x1b[0m 5.1 ms - 12\x1b[0m",
        "[GIN] 2023/11/23 - 10:00:00 |\x1b[97;42m {status} \x1b[0m|  1.{id}ms | 127.0.0.1 | GET      /x",
        'INFO:     127.0.0.1:5000 - "GET /{id} HTTP/1.1" {status} X',
    ],
)
def test_a_request_that_failed_is_not_hidden_by_the_level_of_its_line(line):
    """Loggers and syslog call it an information, or say nothing."""
    statuses = [200, 200, 200, 500, 200, 200]
    entries = condense(
        "\n".join(line.format(id=9 + 100 * n, status=status) for n, status in enumerate(statuses))
    ).entries

    assert [(5, "info"), (1, "error")] == [(entry.count, entry.severity) for entry in entries]


def test_a_request_that_failed_is_not_hidden_among_those_that_did_not():
    """What an access log says of a request is its severity; which of the good ones it was is a number."""
    served, failed = '10.0.0.1 - - "GET /{} HTTP/1.1" {} 7', '10.0.0.1 - - "GET /0 HTTP/1.1" 503 7'

    assert f"(Repeated 5 times)\n{served.format(1, 200)}\n{failed}" == log(
        [*(served.format(path, status) for path, status in enumerate((200, 204, 206, 301, 304), 1)), failed]
    )


@given(st.text("a1 \r\n\t", max_size=200), st.integers(1, 50))
def test_it_does_not_matter_how_a_stream_is_cut(text, size):
    """In the middle of a line, or of its end."""
    pieces = [text[start : start + size] for start in range(0, len(text), size)]

    assert condense(text) == condense_stream(pieces)


def test_memory_does_not_grow_with_the_log():
    """It holds templates, not lines, and the shapes and words it remembers are bounded."""
    assert peak_bytes(stream(40)) < 1.1 * peak_bytes(stream(20))


def stream(pieces: int) -> Iterator[str]:
    for piece in range(pieces):
        lines = (f"2023-01-01 10:00:00 INFO /home/{line}/{piece:x}f took {line} ms" for line in range(4000))
        yield "\n".join(lines) + "\n"


def peak_bytes(pieces: Iterator[str]) -> int:
    tracemalloc.start()
    condense_stream(pieces)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


lines = st.lists(
    st.builds(
        "{}{} {} {}".format,
        st.sampled_from(["", "2023-01-01 10:00:00 ", "[Nov 23 10:00:00] "]),
        st.sampled_from(LEVELS),
        st.sampled_from(["disk", "net down", "user /home/a"]),
        st.integers(),
    ),
    max_size=60,
)


@given(lines)
def test_counts_add_up(lines):
    """Every line that came in is counted once."""
    condensed = condense("\n".join(lines))
    repeated = [int(count) for count in re.findall(r"^\(Repeated (\d+) times", condensed.text, re.MULTILINE)]

    assert len(lines) == condensed.line_count
    assert len(lines) == len(condensed.entries) + sum(repeated) - len(repeated)


@given(st.lists(st.sampled_from(["Traceback (most recent call last):", "  File a", "E: b", "\tat c", "", "INFO d"])))
def test_counts_add_up_over_traces_too(lines):
    """However their lines are mixed up."""
    condensed = condense("\n".join([*lines, "end"]))

    assert len(lines) + 1 == condensed.line_count
    assert condensed.line_count == sum(entry.line_count for entry in condensed.entries)


@given(lines)
def test_every_severity_that_came_in_goes_out(lines):
    """Each level stands for as many lines as it had."""
    condensed = condense("\n".join(lines))
    counts: Counter[str | None] = Counter()
    for entry in condensed.entries:
        counts[entry.severity] += entry.count

    assert Counter(severity_of(line) for line in lines) == counts


@given(st.lists(st.text(st.characters(exclude_characters="\n\r\0"), min_size=1), max_size=40))
def test_lines_keep_the_order_they_came_in(lines):
    """What stays is a part of what came, in its order, whatever the text."""
    rest = iter(lines)

    assert all(line in rest for entry in condense("\n".join(lines)).entries for line in entry.text.split("\n"))
