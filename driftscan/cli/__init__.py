"""The command line: arguments in, one exit code out.

    0  done, nothing at or above --fail-on      1  failure                    2  usage or configuration error
    3  drift at or above --fail-on              4  coverage below the least   5  evidence failed verification
    75 another run holds the lock               130 interrupted (143: terminated)

stdout carries the result only; everything else goes to stderr.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from types import FrameType

import click

from driftscan.cli.root import root
from driftscan.errors import DriftscanError

__all__ = ["main"]


INTERRUPTED = "interrupted; the store is whole, and the next run resumes what was read"
_GRACE = 3.0
"""Seconds that an interrupted command has to unwind; a call that hangs may hold it for minutes, and nothing is lost without it."""


class _Interrupted(BaseException):
    """Ctrl-C or SIGTERM: nobody on the way takes it for an error of its own. The argument is the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if threading.current_thread() is threading.main_thread():
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, _interrupt)
    try:
        code = root.main(args=argv, prog_name="driftscan", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return _leave(1)
    except click.ClickException as e:
        path = e.ctx.command_path if isinstance(e, click.UsageError) and e.ctx is not None else "driftscan"
        message = e.format_message()
        _say(message[:1].lower() + message[1:], f"`{path} --help` says what can be written")
        return _leave(e.exit_code)
    except _Interrupted as e:
        _say(INTERRUPTED)
        return _leave(int(e.args[0]))
    except Exception as e:  # the last line of defence: a crash is one line too
        return _leave(_failed(e))
    return code if isinstance(code, int) else 0


def _failed(error: Exception) -> int:
    """Say what went wrong and what to do; -vv adds where."""
    from driftscan.cli.common import verbosity

    code = 1
    match error:
        case DriftscanError():
            _say(error.message, error.hint)
            code = error.exit_code
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            hint = "free some space and run again" if error.errno in _FULL else "look at the path and its permissions"
            _say(f"{place}{error.strerror or type(error).__name__}", hint)
        case _:  # its text may hold raw values and stays unsaid
            _say(f"unexpected {type(error).__name__} in {_origin(error)}", "run again with -vv and report what it prints")
    if verbosity() >= 2:
        click.echo("".join(_frames(error)), err=True, nl=False)
    return code


_FULL = (28, 122)
"""ENOSPC, EDQUOT."""


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """The first signal unwinds, with little time to do it; a second one ends at once."""
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, lambda n, _: os._exit(128 + n))
    timer = threading.Timer(_GRACE, _give_up, (128 + number,))
    timer.daemon = True
    timer.start()
    raise _Interrupted(128 + number)


def _give_up(code: int) -> None:
    _say(INTERRUPTED)
    os._exit(code)


def _say(message: str, hint: str = "") -> None:
    from driftscan.formats.text import printable

    click.echo(f"driftscan: {printable(message)}", err=True)
    if hint:
        click.echo(f"  next: {printable(hint)}", err=True)


def _frames(error: BaseException) -> Iterator[str]:
    """The traceback without any message: those of other libraries can hold raw values."""
    while True:
        yield from traceback.format_tb(error.__traceback__)
        yield f"{type(error).__name__}\n"
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is None:
            return
        yield "because of:\n"
        error = cause


def _origin(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "driftscan" in f.filename] or frames
    return f"{ours[-1].filename.rpartition('driftscan/')[2]}:{ours[-1].lineno}" if ours else "nowhere"


def _leave(code: int) -> int:
    """Leave at once: threads that still wait for an answer would hold the process for a minute, and have nothing to lose."""
    if any(t for t in threading.enumerate() if t is not threading.main_thread() and not t.daemon):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
