"""A likely rename: two resources that pair by form under near names. The name must then show as changed."""

from __future__ import annotations

from driftscan.catalog import Catalog
from driftscan.catalog.spec import AROUND
from driftscan.compare import ownname, similar
from driftscan.model.drift import Change
from driftscan.model.resource import Seal
from driftscan.model.value import Text, Value, Word, show_scalar


def renamed(
    candidate: Seal,
    reference: Seal,
    changes: tuple[Change, ...],
    catalog: Catalog,
    words: ownname.Words = ((), ()),
    documents: tuple[Value, ...] = (),
) -> tuple[Change, ...]:
    """The changes of a pair, with its name among them where the names differ and no change shows that already.

    The name's path is the catalogue's match key: bodies leave out names that only are part of the resource's own identity.
    words: each side's own, which may be glued to the name. documents: both bodies where they were read; where both spell the name out,
    the changes say already whether it differs.
    """
    if candidate.name == reference.name or not (candidate.rename or similar.names(candidate.name, reference.name)):
        return changes  # of names with a generated part the rest was chosen; where it differs in numbers alone, nobody did
    if ownname.one(candidate, reference, words):
        return changes
    path = _path(candidate.address.type, catalog)
    for change in changes:
        if change.op == "changed" and (
            change.path == path
            or (
                not change.code  # an id that nobody can tell is no name, however its digits read
                and (len(change.path) == 1 or change.path[-1] == "Name")
                and _nearer(change.candidate, candidate.name, reference.name)
                and _nearer(change.reference, reference.name, candidate.name)
            )
        ):
            return changes
    if documents and all(_spelled(d, path) for d in documents):
        return changes
    return (Change(path, candidate.name, reference.name), *changes)


def _spelled(document: Value, path: tuple[str, ...]) -> bool:
    """Whether a document holds a text at a path that is no reference, not even to the resource itself."""
    for step in path:
        document = document.get(step) if isinstance(document, dict) else None
    parts = document.parts if isinstance(document, Text) else (document,)
    return all(isinstance(p, str | Word) for p in parts)


def _nearer(value: Value, name: str, other: str) -> bool:
    text = show_scalar(value)
    return similar.names(text, name) > similar.names(text, other)


def _path(type_: str, catalog: Catalog) -> tuple[str, ...]:
    """Of the parts of the match key, what is called a name; else the last one."""
    spec = catalog.spec(type_)
    for alternative in spec.identity.match if spec is not None else ():
        parts = [p for p in reversed(alternative) if p not in AROUND and not p.startswith("tags.")]
        for part in sorted(parts, key=lambda p: not p.endswith("Name")):
            return tuple(part.split("."))
    return ("Name",)
