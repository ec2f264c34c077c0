"""Logs as real programs write them: each is told in fewer lines, none of its levels is lost, its traces stay whole."""

import json
from collections import Counter
from textwrap import dedent

import pytest

from deployments.summary.condense import condense

SYSLOG = """
    Nov 23 10:00:01 web1 CRON[3881]: (root) CMD (run-parts /etc/cron.hourly)
    Nov 23 10:00:07 web1 sshd[3901]: Failed password for root from 203.0.113.7 port 51122 ssh2
    Nov 23 10:00:09 web1 sshd[3901]: Failed password for root from 203.0.113.7 port 51124 ssh2
    Nov 23 10:00:12 web1 sshd[3907]: Failed password for root from 203.0.113.99 port 40022 ssh2
    Nov 23 10:00:15 web1 sshd[3910]: Failed password for root from 2001:db8::7 port 40100 ssh2
    Nov 23 10:00:18 web1 sshd[3913]: Failed password for root from 203.0.113.7 port 51180 ssh2
    Nov 23 10:00:20 web1 kernel: [ 9921.551283] Out of memory: Killed process 2201 (java)
"""
SYSLOG_SHORT = """
    Nov 23 10:00:01 web1 CRON[3881]: (root) CMD (run-parts /etc/cron.hourly)
    (Repeated 5 times between Nov 23 10:00:07 and Nov 23 10:00:18)
    Nov 23 10:00:07 web1 sshd[3901]: Failed password for root from 203.0.113.7 port 51122 ssh2
    Nov 23 10:00:20 web1 kernel: [ 9921.551283] Out of memory: Killed process 2201 (java)
"""

NGINX = """
    203.0.113.7 - - [23/Nov/2023:10:00:01 +0000] "GET /a HTTP/1.1" 200 612 "-" "curl/8.4.0"
    203.0.113.8 - - [23/Nov/2023:10:00:02 +0000] "GET /b?x=1 HTTP/1.1" 200 87 "-" "curl/8.4.0"
    203.0.113.9 - - [23/Nov/2023:10:00:03 +0000] "GET /a HTTP/1.1" 502 157 "-" "curl/8.4.0"
    203.0.113.7 - - [23/Nov/2023:10:00:04 +0000] "GET / HTTP/1.1" 304 0 "-" "curl/8.5.0"
    2001:db8::7 - - [23/Nov/2023:10:00:06 +0000] "GET /c/ HTTP/1.1" 200 612 "-" "curl/8.4.0"
    203.0.113.7 - - [23/Nov/2023:10:00:07 +0000] "GET /d?x=2&y=/z HTTP/1.1" 206 612 "-" "curl/8.4.0"
    2023/11/23 10:00:03 [error] 29#29: *7 connect() failed (111: Connection refused) while connecting to upstream
"""
NGINX_SHORT = """
    (Repeated 5 times between 23/Nov/2023:10:00:01 +0000 and 23/Nov/2023:10:00:07 +0000)
    203.0.113.7 - - [23/Nov/2023:10:00:01 +0000] "GET /a HTTP/1.1" 200 612 "-" "curl/8.4.0"
    203.0.113.9 - - [23/Nov/2023:10:00:03 +0000] "GET /a HTTP/1.1" 502 157 "-" "curl/8.4.0"
    2023/11/23 10:00:03 [error] 29#29: *7 connect() failed (111: Connection refused) while connecting to upstream
"""

JOURNALD = """
    {"__CURSOR":"s=9c1f;i=1a;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733601000000","PRIORITY":"6","MESSAGE":"tick"}
    {"__CURSOR":"s=9c1f;i=ab;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733602000000","PRIORITY":"6","MESSAGE":"tick"}
    {"__CURSOR":"s=9c1f;i=1c;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733603000000","PRIORITY":"3","MESSAGE":"tick"}
    {"__CURSOR":"s=9c1f;i=1d;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733604000000","PRIORITY":"6","MESSAGE":"tick"}
    {"__CURSOR":"s=9c1f;i=1e;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733605000000","PRIORITY":"6","MESSAGE":"tick"}
    {"__CURSOR":"s=9c1f;i=20;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733606000000","PRIORITY":"6","MESSAGE":"tick"}
"""
JOURNALD_SHORT = """
    (Repeated 5 times between 1700733601000000 and 1700733606000000)
    {"__CURSOR":"s=9c1f;i=1a;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733601000000","PRIORITY":"6","MESSAGE":"tick"}
    {"__CURSOR":"s=9c1f;i=1c;b=7e;x=f","_SOURCE_TIMESTAMP":"1700733603000000","PRIORITY":"3","MESSAGE":"tick"}
"""

JSON_LINES = """
    {"level":"info","ts":"2023-11-23T10:00:01.5Z","caller":"api/server.go:31","msg":"served","ms":1.25,"id":"7f3a9c"}
    {"level":"info","ts":"2023-11-23T10:00:02.5Z","caller":"api/server.go:31","msg":"served","ms":12,"id":"a1b2c3"}
    {"level":"warn","ts":"2023-11-23T10:00:03.5Z","caller":"api/server.go:31","msg":"served","ms":900,"id":"0d0e0f"}
    {"level":"info","ts":"2023-11-23T10:00:04.5Z","caller":"api/server.go:31","msg":"served","ms":3,"id":"11aa22"}
    {"level":"info","ts":"2023-11-23T10:00:05.5Z","caller":"api/server.go:31","msg":"served","ms":4,"id":"b3b3b3"}
    {"level":"info","ts":"2023-11-23T10:00:06.5Z","caller":"api/server.go:31","msg":"served","ms":5,"id":"c4c4c4"}
"""
JSON_LINES_SHORT = """
    (Repeated 5 times between 2023-11-23T10:00:01.5Z and 2023-11-23T10:00:06.5Z)
    {"level":"info","ts":"2023-11-23T10:00:01.5Z","caller":"api/server.go:31","msg":"served","ms":1.25,"id":"7f3a9c"}
    {"level":"warn","ts":"2023-11-23T10:00:03.5Z","caller":"api/server.go:31","msg":"served","ms":900,"id":"0d0e0f"}
"""

KUBERNETES = """
    I1123 10:00:01.120001       1 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
    E1123 10:00:02.120001       1 pod_workers.go:1298] "Error syncing pod" pod="default/api-7d9f" err="ImagePullBackOff"
    I1123 10:00:03.120001      11 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
    I1123 10:00:04.120001     111 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
    I1123 10:00:05.120001       1 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
    W1123 10:00:06.120001       1 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
    I1123 10:00:07.120001       1 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
"""
KUBERNETES_SHORT = """
    (Repeated 5 times between 1123 10:00:01.120001 and 1123 10:00:07.120001)
    I1123 10:00:01.120001       1 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
    E1123 10:00:02.120001       1 pod_workers.go:1298] "Error syncing pod" pod="default/api-7d9f" err="ImagePullBackOff"
    W1123 10:00:06.120001       1 reflector.go:351] Caches populated for *v1.Pod from client-go/informers
"""

COLOURS = "\n".join(f"\x1b[2m2023-11-23T10:00:0{i}Z\x1b[0m [\x1b[3{i}mINFO\x1b[0m] tick" for i in range(5))
COLOURS_SHORT = """
    (Repeated 5 times between 2023-11-23T10:00:00Z and 2023-11-23T10:00:04Z)
    \x1b[2m2023-11-23T10:00:00Z\x1b[0m [\x1b[30mINFO\x1b[0m] tick
"""

LOGS = {
    "syslog": (SYSLOG, SYSLOG_SHORT, {None: 6, "error": 1}),
    "nginx": (NGINX, NGINX_SHORT, {"info": 5, "error": 2}),
    "journald": (JOURNALD, JOURNALD_SHORT, {"info": 5, "error": 1}),
    "JSON lines": (JSON_LINES, JSON_LINES_SHORT, {"info": 5, "warning": 1}),
    "Kubernetes": (KUBERNETES, KUBERNETES_SHORT, {"info": 5, "error": 1, "warning": 1}),
    "colours": (COLOURS, COLOURS_SHORT, {"info": 5}),
}


def plain(text: str) -> str:
    return dedent(text).strip()


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_told_in_fewer_lines_with_all_its_levels(name):
    """Counts, times and the first line of each template; what is worse than the rest stays apart."""
    log, short, levels = LOGS[name]
    condensed = condense(plain(log))
    found = Counter[str | None]()
    for entry in condensed.entries:
        found[entry.severity] += entry.count

    assert plain(short) == condensed.text
    assert levels == found


PYTHON = """
    Traceback (most recent call last):
      File "/app/main.py", line {n}, in run
        handle(job)
    KeyError: 'user'

    During handling of the above exception, another exception occurred:

    Traceback (most recent call last):
      File "/app/main.py", line {n}, in run
        ^^^^
    {error}: job {n}
"""
JAVA = """
    2023-11-23 10:00:0{n} ERROR [main] c.e.Api - {error}: job {n}
    \tat com.example.Api.run(Api.java:{n})
    \tat com.example.Main.main(Main.java:{n})
    \tSuppressed: java.io.IOException: closed
    \t\tat com.example.Pipe.close(Pipe.java:{n})
    Caused by: java.sql.SQLException: no row {n}
    \tat com.example.Store.read(Store.java:{n})
    \t... {n} more
"""
DOTNET = """
    System.InvalidOperationException: {error} {n}
     ---> System.IO.IOException: disk
       at Shop.Disk.Write(Byte[] data) in C:\\src\\Disk.cs:line {n}
       --- End of inner exception stack trace ---
       at Shop.Program.Main(String[] args)
"""
JAVASCRIPT = """
    {error}: job {n}
        at run (/app/main.js:{n}:7)
        at async main (/app/main.js:{n}:1)
"""
RUBY = """
    main.rb:{n}:in `run': job {n} ({error})
    \tfrom main.rb:{n}:in `<main>'
"""
GO = """
    goroutine {n} [running]:
    main.{error}(0xc00001{n}0a0)
    \t/app/main.go:{n} +0x1d
    main.main()
    \t/app/main.go:{n} +0x2{n}
"""
LOCAL = """
    Traceback (most recent call last):
      File "/app/main.py", line {n}, in run
        raise {error}()
    __main__.run.<locals>.{error}: job {n}
"""
DETAILED = """
    Traceback (most recent call last):
      File "/app/main.py", line {n}, in run
        Model(x={n})
    pydantic_core._pydantic_core.{error}: 1 validation error for Model
    x
      Input should be a valid string
        For further information visit https://errors.pydantic.dev/2.{n}/v/string_type
"""
TRACES = {
    "Python": PYTHON,
    "Python with a local class": LOCAL,
    "Python with details": DETAILED,
    "Java": JAVA,
    ".NET": DOTNET,
    "JavaScript": JAVASCRIPT,
    "Ruby": RUBY,
    "Go": GO,
}


@pytest.mark.parametrize("language", TRACES)
def test_a_stack_trace_is_kept_together(language):
    """The same one many times becomes one, whole; another one that shares its frames stays whole, too."""
    trace = plain(TRACES[language])
    often = [trace.format(n=n, error="TypeError") for n in range(1, 7)]
    other = trace.format(n=8, error="ValueError")
    log = "\nINFO tick\n\n".join([*often[:3], other, *often[3:]])
    entries = [entry for entry in condense(log).entries if "Error" in entry.text]

    assert [(6, often[0]), (1, other)] == [(entry.count, entry.text.rstrip()) for entry in entries]
    assert len(log.split("\n")) == condense(log).line_count


HEADERS = {
    "syslog": "Nov 23 10:00:0{n} web1 app[12{n}]: {line}",
    "syslog with a priority": "<11>Nov 23 10:00:0{n} web1 app[12{n}]: {line}",
    "journalctl": "2023-11-23T10:00:0{n}+0000 web1 app[12{n}]: {line}",
    "Heroku": "2023-11-23T10:00:0{n}.12345{n}+00:00 app[web.1]: {line}",
    "a logger": "[2023-11-23 10:00:0{n} +0000] [12{n}] [ERROR] {line}",
    "another logger": "2023-11-23 10:00:0{n},123 - app.main - ERROR - {line}",
    "a container": "2023-11-23T10:00:0{n}.5Z stderr F {line}",
    "compose": "api-1  | {line}",
    "Docker": '{{"log":{json},"stream":"stderr","time":"2023-11-23T10:00:0{n}.5Z"}}',
    "JSON": '{{"level":"error","message":{message},"n":{n}}}',
}


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("language", ["Python", "Python with a local class", "Java", "JavaScript", ".NET", "Go"])
def test_a_stack_trace_is_kept_together_behind_a_header(language, header):
    """Whatever writes something before each of its lines."""
    trace, line = plain(TRACES[language]), HEADERS[header]
    often = [headed(trace.format(n=n, error="TypeError"), line, n) for n in range(1, 7)]
    other = line_of("all is well", line, 7)
    entries = condense("\n".join([other, *often, other])).entries

    assert [(1, other), (6, often[0]), (1, other)] == [(entry.count, entry.text.rstrip()) for entry in entries]


def headed(trace: str, header: str, n: int) -> str:
    return "\n".join(line_of(line, header, n) for line in trace.split("\n"))


def line_of(line: str, header: str, n: int) -> str:
    return header.format(line=line, json=json.dumps(line + "\n"), message=json.dumps(line), n=n)


def test_lines_that_mention_a_frame_or_hold_a_whole_trace_are_lines():
    """They are counted one by one."""
    for line in ("INFO connected at db (main)", r'{"stack":"Error: x\n    at run (/main.js:1)\n\tat a (b.js:2)"}'):
        assert [6] == [entry.count for entry in condense("\n".join([line] * 6)).entries]


def test_what_another_program_says_is_no_part_of_a_trace():
    """Its header tells that it is another."""
    trace = headed(
        'Traceback (most recent call last):\n  File "a.py", line 1', "Nov 23 10:00:01 web1 app[1]: {line}", 1
    )
    entries = condense(f"{trace}\nNov 23 10:00:01 web1 cron[1]:   run\nNov 23 10:00:01 web1 app[1]: end of it").entries

    assert trace == entries[0].text
    assert 3 == len(entries)
