"""A likely rename: two resources that pair by form under near names. The name must then show as changed."""

from __future__ import annotations

from driftscan.catalog import Catalog
from driftscan.compare import similar
from driftscan.model.drift import Change
from driftscan.model.resource import Seal
from driftscan.model.value import show_scalar


def renamed(candidate: Seal, reference: Seal, changes: tuple[Change, ...], catalog: Catalog) -> tuple[Change, ...]:
    """The changes of a pair, with its name among them where the names differ and no change shows that already.

    The name's path is the catalogue's match key: bodies leave out names that only are part of the resource's own identity.
    """
    if not candidate.rename or candidate.name == reference.name:
        return changes
    for change in changes:
        if (
            change.op == "changed"
            and (len(change.path) == 1 or change.path[-1] == "Name")
            and similar.names(show_scalar(change.candidate), candidate.name) > similar.names(show_scalar(change.candidate), reference.name)
        ):
            return changes
    return (Change((_path(candidate.address.type, catalog),), candidate.name, reference.name), *changes)


def _path(type_: str, catalog: Catalog) -> str:
    spec = catalog.specs.get(type_)
    for alternative in spec.identity.match if spec is not None else ():
        for part in reversed(alternative):
            if part != "parent" and not part.startswith("tags."):
                return part
    return "Name"
