"""Projects of Google Cloud: one has an id and a number, and both name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from driftscan.model.snapshot import Snapshot
from driftscan.model.value import Address

PROJECT: Final = "cloudresourcemanager.googleapis.com/Project"
"""The type whose resources are projects. Their id in a snapshot ends in the number, their account is the id."""
ORGANIZATION: Final = "cloudresourcemanager.googleapis.com/Organization"
"""The type whose resources are organizations: what lies below one stands in its `projects` and `folders`."""


def numbers(addresses: Iterable[Address]) -> set[str]:
    """The numbers of the projects among some resources."""
    return {number for a in addresses if a.type == PROJECT and (number := a.id.rpartition("/")[2]).isdigit()}


def ids(snapshots: Iterable[Snapshot]) -> Mapping[str, str]:
    """Project number -> id, as the snapshots' projects say."""
    return dict(found for s in snapshots for found in _ids(s))


def _ids(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for r in snapshot.resources(PROJECT):
        number, id_ = r.address.id.rpartition("/")[2], r.value.get("projectId")
        if number.isdigit() and isinstance(id_, str):
            yield number, id_
