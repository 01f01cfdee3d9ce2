"""`--output pairs=FILE`: every pair of every comparison with the reason it is one, as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from driftscan.model.drift import Comparison
from driftscan.model.finding import Judgement
from driftscan.model.value import Address


def render(judged: Iterable[tuple[Comparison, Judgement]]) -> bytes:
    """One line per pair, in ASCII, sorted by comparison, type and key: comparison, type, key, reason, confidence, both sides, changes."""
    return b"".join(json.dumps(row, ensure_ascii=True).encode("ascii") + b"\n" for row in _rows(judged))


def _rows(judged: Iterable[tuple[Comparison, Judgement]]) -> Iterator[dict[str, Any]]:
    for comparison, judgement in sorted(judged, key=lambda cj: cj[1].name):
        for c in sorted(comparison.compared, key=lambda c: (c.pair.candidate.type, c.pair.key, c.pair.candidate, c.pair.reference)):
            yield {
                "comparison": _name(comparison, judgement),
                "type": c.pair.candidate.type,
                "key": c.pair.key,
                "reason": c.pair.reason,
                "confidence": c.pair.confidence,
                "changes": len(c.changes),
                "candidate": _side(comparison, c.pair.candidate, "candidate"),
                "reference": _side(comparison, c.pair.reference, "reference"),
            }


def _name(comparison: Comparison, judgement: Judgement) -> str:
    """`stage..prod`; of two snapshots of one environment, their ids."""
    same = judgement.candidate == judgement.reference
    return f"{comparison.candidate.snapshot_id}..{comparison.reference.snapshot_id}" if same else judgement.name


def _side(comparison: Comparison, address: Address, side: str) -> dict[str, str]:
    seal = getattr(comparison, side).seals.get(address)
    ref = seal.ref if seal is not None else ""
    out = {"account": address.account, "region": address.region, "id": ref or address.id} | ({"address": address.id} if ref else {})
    return out | ({"arn": seal.arn} if seal is not None and seal.arn else {})
