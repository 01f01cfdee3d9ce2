"""Accepted exceptions -> the commit that last changed each one's entry, as git tells it. Nothing here fails a run.

The configuration may lie in a repository that somebody else wrote. Only plumbing that reads objects is called, and `blame` without text
conversion, so that nothing which the repository's own configuration names is started.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Final

from driftscan.config.text import entry_lines
from driftscan.model.report import Acceptance, EntryCommit, Place, Report
from driftscan.model.value import ABSENT

TIMEOUT: Final = 5.0
"""Seconds for one call of git; a file needs a handful."""
HASH: Final = 12
"""So many digits of a hash, always: git's own short form grows with the clone."""
LONGEST: Final = 200
"""So many characters of an author's name or a subject."""
UNCOMMITTED: Final = "uncommitted"
UNVERSIONED: Final = "not under version control"
SHALLOW: Final = "could not be read (shallow clone)"

_OPTIONS: Final = ("core.fsmonitor=", "core.hooksPath=/dev/null", "blame.showRoot=false", "protocol.allow=never")
_BLAME: Final = ("blame", "--porcelain", "--no-textconv", "--ignore-revs-file=")
"""The empty name forgets revisions to ignore; as a setting it would not, because git sorts those and reads it first."""
_ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # unlike protocol.allow, no protocol.NAME.allow of the repository overrides it
}
_KEPT: Final = ("PATH", "HOME", "XDG_CONFIG_HOME")
"""The user's own configuration says which directories are safe."""
_BLAMED: Final = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) \d+ (\d+)(?: \d+)?")
_AUTHOR: Final = re.compile(rb"(.*?) ?<[^<>]*> (-?\d+) ([+-])(\d\d)(\d\d)")


class _UnreadableError(Exception):
    """git did not say; the text is a status."""


def with_commits(report: Report) -> Report:
    """The report with the commit of each accepted exception, where its entry lies in a git repository.

    Without git, or outside of any repository, the exception says nothing of a commit.
    """
    git = shutil.which("git")
    if git is None:
        return report
    read = cache(lambda file: _file(str(Path(git).absolute()), Path(file)))
    accepted = tuple(_with(a, read(a.location.file)) if isinstance(a.location, Place) else a for a in report.summary.accepted)
    return replace(report, summary=replace(report.summary, accepted=accepted))


def without_commits(report: Report) -> Report:
    """The report, saying nothing of commits."""
    accepted = tuple(replace(a, commit=ABSENT) for a in report.summary.accepted)
    return replace(report, summary=replace(report.summary, accepted=accepted))


def _with(accepted: Acceptance, found: _File | str | None) -> Acceptance:
    if found is None:
        return accepted
    return replace(accepted, commit=EntryCommit(status=found) if isinstance(found, str) else found.commit(accepted.location.line))


def _file(git: str, path: Path) -> _File | str | None:
    """The file as HEAD and the work tree hold it; a status where that is all there is to say; None where there is no repository."""
    try:
        real = path.resolve(strict=True)
        return _File(_Git(git, real.parent), real)
    except _UnreadableError as e:
        return str(e) or None
    except (OSError, UnicodeDecodeError, RuntimeError):  # the file is gone, or git cannot be started
        return None


class _Git:
    """git in one folder, reading only. After one call that took too long there is no other: a run waits once a file."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [program, "--no-pager", "-C", str(folder), *(x for o in _OPTIONS for x in ("-c", o))]
        self._environment = {k: os.environ[k] for k in _KEPT if k in os.environ} | _ENVIRONMENT
        self._slow = False

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """What git answered. Raises _UnreadableError where it took too long."""
        command, env = [*self._command, *arguments], self._environment
        try:
            if not self._slow:
                return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT, check=False, env=env)
        except subprocess.TimeoutExpired:
            self._slow = True
        raise _UnreadableError(f"could not be read (git took longer than {TIMEOUT:g} s)")

    def read(self, *arguments: str) -> bytes:
        """What git wrote. Raises _UnreadableError where it failed."""
        done = self.ask(*arguments)
        if done.returncode:
            raise _UnreadableError(f"could not be read (git {arguments[0]} ended with {done.returncode})")
        return done.stdout


class _File:
    """One file of a repository: its text in the work tree and at HEAD, and the commit of each line of HEAD's."""

    def __init__(self, git: _Git, path: Path) -> None:
        """Raises _UnreadableError with a status, or with nothing where there is no repository."""
        self._git = git
        self._shallow = _shallow(git)
        head = git.ask("rev-parse", "--quiet", "--verify", "HEAD^{commit}").stdout.decode().strip()
        if not head or git.ask("rev-parse", "--quiet", "--verify", f"{head}:./{path.name}").returncode:
            raise _UnreadableError(UNVERSIONED)
        self._text = path.read_text(encoding="utf-8")
        self._here = _lines(self._text)
        self._there = _lines(git.read("cat-file", "blob", f"{head}:./{path.name}").decode("utf-8", "replace"))
        self._of, self._boundaries = _blamed(git.read(*_BLAME, head, "--", f"./{path.name}"))
        self._head = head
        self._order = cache(self._ordered)
        self._read = cache(self._commit)

    def commit(self, line: int) -> EntryCommit:
        """Of the entry that begins in this line of the work tree."""
        span = entry_lines(self._text, line)
        if span is None:
            return EntryCommit(status="could not be read (no entry begins in this line)")
        entry = self._here[span[0] - 1 : span[1]]
        starts = [n for n in range(len(self._there) - len(entry) + 1) if self._there[n : n + len(entry)] == entry]
        if not starts:
            return EntryCommit(status=UNCOMMITTED)
        start = min(starts, key=lambda n: abs(n + 1 - line))  # lines above it may have come or gone since
        found = {self._of.get(n + 1, "") for n in range(start, start + len(entry))}
        try:
            newest = self._newest(found)
            return EntryCommit(status=SHALLOW) if self._shallow and newest in self._boundaries else self._read(newest)
        except _UnreadableError as e:
            return EntryCommit(status=str(e))

    def _newest(self, found: Iterable[str]) -> str:
        """The one that is nobody's parent: clocks of commits can be wrong, or equal after a rebase."""
        some = sorted(found)
        return some[0] if len(some) == 1 else min(some, key=lambda hash: self._order().get(hash, len(self._order())))

    def _ordered(self) -> dict[str, int]:
        """Every commit of history -> its place, children first (git-rev-list(1)). Asked once a file, where it is needed."""
        return {hash: n for n, hash in enumerate(self._git.read("rev-list", "--topo-order", self._head).decode().split())}

    def _commit(self, hash: str) -> EntryCommit:
        """From the object itself: no mail map, no signature program, no format of anybody's configuration."""
        head, _, message = self._git.read("cat-file", "commit", hash).partition(b"\n\n")
        headers = dict(reversed([line.partition(b" ")[::2] for line in head.split(b"\n")]))
        author = _AUTHOR.fullmatch(headers.get(b"author", b""))
        if author is None:
            raise _UnreadableError("could not be read (the commit names no author)")
        name, seconds, sign, hours, minutes = author.groups()
        away = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
        try:
            day = datetime.fromtimestamp(int(seconds), UTC).astimezone(timezone(away)).date().isoformat()
        except (ValueError, OverflowError, OSError):
            raise _UnreadableError("could not be read (the commit has no date)") from None
        subject = message.lstrip(b"\n").partition(b"\n\n")[0]
        return EntryCommit(hash[:HASH], day, _said(name, headers), _said(subject, headers))


def _shallow(git: _Git) -> bool:
    """Whether history is cut off. Raises _UnreadableError: with nothing where there is no repository."""
    done = git.ask("rev-parse", "--is-shallow-repository")
    if done.returncode == 0:
        return done.stdout.strip() == b"true"
    if b"not a git repository" in done.stderr:
        raise _UnreadableError
    why = "the repository belongs to another user" if b"dubious ownership" in done.stderr else f"git ended with {done.returncode}"
    raise _UnreadableError(f"could not be read ({why})")


def _blamed(data: bytes) -> tuple[dict[int, str], set[str]]:
    """Line -> commit, and the commits at which history begins (`git blame --porcelain`, git-blame(1))."""
    of: dict[int, str] = {}
    boundaries: set[str] = set()
    current = ""
    for line in data.split(b"\n"):
        if (header := _BLAMED.fullmatch(line)) is not None:
            current = header[1].decode()
            of[int(header[2])] = current
        elif line == b"boundary":
            boundaries.add(current)
    return of, boundaries


def _lines(text: str) -> list[str]:
    """Lines as git counts them; a checkout may have given them other ends."""
    return [line.rstrip("\r") for line in text.split("\n")]


def _said(data: bytes, headers: Mapping[bytes, bytes]) -> str:
    """One line, in the encoding that the commit names."""
    try:
        text = data.decode(headers.get(b"encoding", b"utf-8").decode("ascii"), "replace")
    except (LookupError, UnicodeDecodeError, ValueError):
        text = data.decode("utf-8", "replace")
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
