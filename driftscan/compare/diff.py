"""The changes inside a pair: DeepDiff on what of the two canonical bodies does not agree, imported only when something does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from driftscan.catalog import Spec
from driftscan.compare.align import Aligner, Leaf
from driftscan.compare.links import Links
from driftscan.compare.meaning import watched, with_meaning
from driftscan.model.drift import Change
from driftscan.model.resource import Canonical
from driftscan.model.value import ABSENT, Path, Unknown, Value, member_path

OPTIONS: Final[dict[str, Any]] = {"threshold_to_diff_deeper": 0, "ignore_private_variables": False, "view": "tree"}
"""The one set of options. With the default threshold, small maps collapse into one change at their root."""


def changes(candidate: Canonical, reference: Canonical, links: Links, spec: Spec | None = None) -> tuple[Change, ...]:
    """Every difference between two canonical bodies under the pairs found, in the order of their paths.

    Empty where the bodies agree although their digests differ (a name cut at another place, a reference spelled out on one side).
    spec: says what means something as a whole; its changes carry that meaning.
    """
    aligner = Aligner(links, (candidate.seal.address, reference.seal.address), watched(spec))
    found = list(_differences(aligner, *aligner.align(candidate.body, reference.body)))
    found = with_meaning(found, aligner.wholes, links)
    found.extend(_unread(candidate, reference, found))
    return tuple(sorted(found, key=_order))


def _differences(aligner: Aligner, candidate: dict[int, int], reference: dict[int, int]) -> Iterator[Change]:
    if not candidate and not reference:
        return
    from deepdiff import DeepDiff  # noqa: PLC0415  half a second to import, needed only when something differs

    for report in DeepDiff(reference, candidate, **OPTIONS).values():
        for level in report:
            (number,) = level.path(output_format="list")
            c, r = (aligner.leaves[side[number]] if number in side else _NONE for side in (candidate, reference))
            yield Change(aligner.paths[number], c.value, r.value, c.code or r.code, c.order_only and r.order_only)


_NONE: Final = Leaf(ABSENT)


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
