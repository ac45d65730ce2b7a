"""Answers questions about a served site: Django is loaded once, and each question has a fork.

Reads a line of JSON for each, a piece of Python that sets `answer`; writes a line of JSON, the
answer or what went wrong. A fork knows as little of earlier questions as a new process would.
"""

import json
import os
import sys
import traceback
from typing import Any

import django
from django.db import connections


def answer_to(code: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    try:
        exec(compile(code, "<question>", "exec"), told)  # noqa: S102  (the test's own code)
        return {"answer": told["answer"]}
    except BaseException:  # noqa: BLE001  (the test that asked is told, whatever it was)
        return {"failed": traceback.format_exc()}


def main() -> None:
    django.setup()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        connections.close_all()
        child = os.fork()
        if child == 0:
            out.write(json.dumps(answer_to(json.loads(line)), default=str) + "\n")
            out.flush()
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
