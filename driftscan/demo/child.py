"""An embedded cloud in a process of its own: both ends of it, the one that starts it and the one that serves.

It prints one JSON line with its URL and serves until its standard input closes: so it ends with the process that started it, also when
that one is interrupted or killed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from driftscan.errors import DriftscanError


@contextmanager
def started(what: str, hint: str, module: str, *arguments: str) -> Iterator[str]:
    """The URL of a cloud that `python -m MODULE ARGUMENTS` serves; it is gone when the block ends, however it ends.

    Raises DriftscanError where it does not start. what: it, for people; hint: the next step then.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the parent alone, which then closes this one in order
    )
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise DriftscanError(f"{what} did not start: {process.stderr.read().strip().splitlines()[-1:]}", hint)
        threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop the server
        yield str(json.loads(line)["url"])
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def told(url: str) -> None:
    """Tells the process that started this one where it serves, and waits until that one has had enough."""
    sys.stdout.write(json.dumps({"url": url}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
