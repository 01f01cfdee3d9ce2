"""What can go wrong when policies are read or compared."""

from __future__ import annotations


class PolicyError(ValueError):
    """A policy says something that is not understood here; the message says what. What it allows is then unknown."""


class TooMany(Exception):
    """There are more cases than one comparison may look at; `what` says of which. The answer is then that it cannot be told."""

    def __init__(self, what: str) -> None:
        super().__init__(f"too many {what} to compare")
        self.what = what
