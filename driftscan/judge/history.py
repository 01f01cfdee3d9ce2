"""What past snapshots showed, as judging asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from driftscan.model.value import Address, Path, Value


class History(Protocol):
    """Past snapshots of the environments that are compared."""

    def past(self, address: Address, path: Path) -> Sequence[tuple[datetime, Value]]:
        """(as_of, what stood there) of every snapshot of the address's environment before the one compared now, oldest first.

        The value is canonical (`judge.values.value_at` takes it from a canonical document); the empty path asks for the resource
        itself, any value but `ABSENT` and `Unknown` says that it was there. `ABSENT` only where a complete listing lacked the resource
        or the document lacked the path; `Unknown` where nobody can say (listing incomplete, type not read then). A resource that was
        made anew under another id is the same one where its logical key says so.
        """
        ...

    def counterpart(self, address: Address, environment: str) -> Sequence[tuple[datetime, Value]]:
        """The same for whatever went by the resource's logical key in another environment: was it there? (as `past` of the empty path)"""
        ...


class NoHistory:
    """Nothing is stored: nobody knows who moved."""

    def past(self, address: Address, path: Path) -> Sequence[tuple[datetime, Value]]:
        """See History.past."""
        del address, path
        return ()

    def counterpart(self, address: Address, environment: str) -> Sequence[tuple[datetime, Value]]:
        """See History.counterpart."""
        del address, environment
        return ()
