"""What stdout is: seen through a real terminal and without one."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from tests.cli.conftest import clean_environ

CODE = "from driftscan.cli.screen import screen; s = screen(); print(s.width, s.color)"
PROGRESS = """
from driftscan.cli import common
from driftscan.cli.progress import progress
common.logs({verbose}, {quiet})
with progress() as show:
    show("stage", 1, 3)
    show("stage", 3, 3)
"""


def through_terminal(code: str, **env: str) -> str:
    """What the code writes to a terminal of 120 columns."""
    own, other = pty.openpty()
    os.set_inheritable(other, True)
    import fcntl
    import struct
    import termios

    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    base = {k: v for k, v in clean_environ().items() if k not in ("COLUMNS", "LINES", "TERM")}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=other, stderr=other, stdin=other, env=base | {"TERM": "xterm-256color"} | env
    )
    os.close(other)
    out = b""
    while True:
        try:
            chunk = os.read(own, 4096)
        except OSError:
            break
        if not chunk:
            break
        out += chunk
    process.wait(30)
    os.close(own)
    return out.decode()


@pytest.mark.parametrize(("env", "expected"), [({}, "120 True"), ({"NO_COLOR": "1"}, "120 False"), ({"TERM": "dumb"}, "100 False")])
def test_on_a_terminal(env: dict[str, str], expected: str) -> None:
    assert through_terminal(CODE, **env).strip() == expected


def test_elsewhere() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env=clean_environ())
    assert done.stdout == "100 False\n"


def test_progress_only_on_a_terminal_and_not_when_told_to_be_quiet() -> None:
    assert "reading stage" in through_terminal(PROGRESS.format(verbose=0, quiet=False))
    assert through_terminal(PROGRESS.format(verbose=0, quiet=True)) == ""
    assert through_terminal(PROGRESS.format(verbose=1, quiet=False)) == ""
    done = subprocess.run(
        [sys.executable, "-c", PROGRESS.format(verbose=0, quiet=False)], capture_output=True, text=True, check=True, env=clean_environ()
    )
    assert (done.stdout, done.stderr) == ("", "")
