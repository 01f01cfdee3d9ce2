"""The changes inside a pair: DeepDiff on comparable trees of the two canonical bodies, imported only when something differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from driftscan.compare.align import Aligner, Leaf, Node
from driftscan.compare.links import Links
from driftscan.model.drift import Change
from driftscan.model.resource import Canonical
from driftscan.model.value import ABSENT, Path, Unknown, Value, member_path

OPTIONS: Final[dict[str, Any]] = {"threshold_to_diff_deeper": 0, "ignore_private_variables": False, "view": "tree"}
"""The one set of options. With the default threshold, small maps collapse into one change at their root."""


def changes(candidate: Canonical, reference: Canonical, links: Links) -> tuple[Change, ...]:
    """Every difference between two canonical bodies under the pairs found, in the order of their paths.

    Empty where the bodies agree although their digests differ (a name cut at another place, a reference spelled out on one side).
    """
    aligner = Aligner(links, (candidate.seal.address, reference.seal.address))
    trees = aligner.trees(candidate.body, reference.body)
    found = list(_differences(trees, aligner)) if trees is not None else []
    found.extend(_unread(candidate, reference, found))
    return tuple(sorted(found, key=_order))


def _differences(trees: tuple[Node, Node], aligner: Aligner) -> Iterator[Change]:
    from deepdiff import DeepDiff  # noqa: PLC0415  half a second to import, needed only when something differs

    for report in DeepDiff(trees[1], trees[0], **OPTIONS).values():
        for level in report:
            c, r = _leaf(level.t2, aligner), _leaf(level.t1, aligner)
            path = aligner.path(level.path(output_format="list"))
            yield Change(path, c.value, r.value, c.code or r.code, c.order_only and r.order_only)


def _leaf(node: object, aligner: Aligner) -> Leaf:
    return aligner.leaves[node] if isinstance(node, str) else ABSENT_LEAF


ABSENT_LEAF: Final = Leaf(ABSENT)


def _unread(candidate: Canonical, reference: Canonical, found: list[Change]) -> Iterator[Change]:
    """Members that a side could not read and that the bodies do not show as unknown."""
    seen = {member_path(c.path)[: i + 1] for c in found if c.code for i in range(len(c.path))}
    missing: dict[tuple[str, ...], tuple[str, bool, bool]] = {}
    for where, side in enumerate((candidate, reference)):
        for member, code in side.seal.unknown:
            path = tuple(member.split("."))
            if path not in seen:
                other, c, r = missing.get(path, (code, False, False))
                missing[path] = (min(code, other), c or where == 0, r or where == 1)
    for path, (code, c, r) in missing.items():
        yield Change(path, _value(candidate, path, code, c), _value(reference, path, code, r), code)


def _value(side: Canonical, path: Path, code: str, unknown: bool) -> Value:
    if unknown:
        return Unknown(code)
    value: Value = side.body
    for step in path:
        value = value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def _order(change: Change) -> tuple[tuple[tuple[int, str], ...], str]:
    """Paths of mixed steps in one order: members, then positions, then elements by their key."""
    steps = tuple((0, s) if isinstance(s, str) else (1, f"{s:09d}") if isinstance(s, int) else (2, str(s)) for s in change.path)
    return steps, change.op
