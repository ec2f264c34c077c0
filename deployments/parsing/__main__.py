"""`python -m deployments.parsing MEMORY_BYTES CPU_S GRAMMARS`: a language and a file on stdin, JSON on stdout.

The language stands on the first line. GRAMMARS is the folder that they are installed in. It is a process of its own
because a parser holds the interpreter for seconds, takes hundreds of megabytes, and can be crashed by a hostile file.
It knows no caller. Exit code 0: the outline. `os.EX_DATAERR`: the file is refused, and `detail` says why.
"""

import gc
import json
import os
import resource
import sys

from deployments.errors import InvalidRequest
from deployments.parsing.languages import parser_of
from deployments.parsing.source import TOO_COMPLEX

LARGEST_OUTLINE = 32 * 1024 * 1024  # bytes: a call is told with all that stands before it, which in chains adds up
TOO_LONG = "The outline of the file would have more than 32 MiB. Send it in smaller parts."


def main(memory_bytes: str, cpu_s: str, grammars: str) -> int:
    _be_modest(int(memory_bytes), int(cpu_s))
    sys.path.append(grammars)
    gc.disable()  # a tree is a million objects and no garbage; parsing takes half the time
    try:
        language = sys.stdin.buffer.readline().decode().strip()
        outline = _json(parser_of(language)(sys.stdin.buffer.read()))
        if len(outline) > LARGEST_OUTLINE:
            return _refuse(TOO_LONG)
        sys.stdout.buffer.write(outline)
    except InvalidRequest as error:
        return _refuse(error.message)
    except (MemoryError, RecursionError):
        return _refuse(TOO_COMPLEX)
    return os.EX_OK


def _be_modest(memory_bytes: int, cpu_s: int) -> None:
    os.nice(10)
    _limit(resource.RLIMIT_CPU, cpu_s)  # for when the parent died and nobody else ends this
    if sys.platform == "linux":  # elsewhere the system does not limit memory
        _limit(resource.RLIMIT_AS, memory_bytes)


def _limit(kind: int, limit: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(kind, (limit, limit))


def _refuse(detail: str) -> int:
    sys.stdout.buffer.write(_json({"detail": detail}))
    return os.EX_DATAERR


def _json(answer: object) -> bytes:
    # A docstring may hold half a surrogate pair, which UTF-8 cannot say.
    return json.dumps(answer, ensure_ascii=False).encode(errors="replace")


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # without freeing a tree of a million objects one by one
