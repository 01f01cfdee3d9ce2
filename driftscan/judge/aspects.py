"""Which kind of promise a path belongs to."""

from __future__ import annotations

from driftscan.catalog import Spec
from driftscan.model.value import Path, member_path

DEFAULT = "metadata"
TAGS = ("Tags", "tags")


def aspect_of(spec: Spec | None, path: Path = ()) -> str:
    """The aspect of a path: the longest of the spec's that covers it, `metadata` for tags, else the spec's own."""
    if spec is None:
        return DEFAULT
    names = member_path(path)
    named = [(len(p.members), p.text, aspect) for p, aspect in spec.compare.aspects.items() if p.covers(names)]
    if named:
        return max(named)[2]
    if names and names[0] in tag_members(spec):
        return "metadata"
    return spec.aspect


def tag_members(spec: Spec | None) -> tuple[str, ...]:
    """The top-level members that may hold a resource's tags, most likely first."""
    own = spec.compare.tags if spec is not None else None
    if own and own != "tagging-api":
        first = own.split(".")[0].split("[")[0]
        return (first, *(t for t in TAGS if t != first))
    return TAGS
