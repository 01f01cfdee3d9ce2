"""What can go wrong, as values that know their next step.

    DriftscanError                exit 1   something failed; the message says what, where and the next step
    ├── UsageError                exit 2   the command or the configuration is wrong
    │   └── ConfigError           exit 2   file:line:column, what is wrong, what to write
    ├── CoverageError             exit 4   too little could be read
    ├── VerificationError         exit 5   stored evidence does not match its digest or its chain
    └── LockedError               exit 75  another run holds the lock

Only `cli` turns them into text and an exit code.
"""

from __future__ import annotations


class DriftscanError(Exception):
    """A failure that a person can act on.

    `message` is one clear line (what failed, where); `hint` is the next step, or empty.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(DriftscanError):
    """The command line asks for something that does not exist or does not fit."""

    exit_code = 2


class ConfigError(UsageError):
    """A configuration file is wrong; `file`, `line`, `column` (1-based, 0 where unknown) say where."""

    def __init__(self, message: str, *, file: str, line: int = 0, column: int = 0, hint: str = "") -> None:
        place = f"{file}:{line}:{column}" if line else file
        super().__init__(f"{place}: {message}", hint)
        self.file, self.line, self.column = file, line, column


class CoverageError(DriftscanError):
    """Less was read than the configuration demands."""

    exit_code = 4


class VerificationError(DriftscanError):
    """A stored object does not match its digest, or the chain of snapshots is broken."""

    exit_code = 5


class LockedError(DriftscanError):
    """Another run holds the lock of the store."""

    exit_code = 75
