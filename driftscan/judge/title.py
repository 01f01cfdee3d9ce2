"""One plain sentence per finding, for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from driftscan.judge.severity import Stage
from driftscan.model.finding import FindingChange, Kind
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Redacted, Seq, Unknown, Value, show_path, show_scalar

_LONGEST: Final = 60
_CUT: Final = re.compile(r",| with | of the | owned by | that | \(|: ")


def noun(title: str, type: str) -> str:
    """What the catalogue calls a resource type, without its explanations: `Lambda layer, newest version` -> `Lambda layer`."""
    return _CUT.split(title, maxsplit=1)[0].strip() or type


def of_changes(subject: str, changes: Sequence[FindingChange], stage: Stage, promotion: str = "") -> str:
    """`SQS queue orders: VisibilityTimeout is 30 in stage, 60 in prod, and 2 more`. changes: the leading one first."""
    text = f"{subject}: {_change(changes[0], stage)}"
    if promotion == "stalled promotion":
        text = f"Stalled promotion: {text}"
    if len(changes) > 1:
        text += f", and {len(changes) - 1} more"
    return text


def of_resource(subject: str, kind: Kind, stage: Stage, promotion: str = "", numbers: str = "") -> str:
    """`SQS queue orders is missing in stage`, `... is only in stage`. numbers: of its role on both sides, `3 against 2`, or empty."""
    more = f", {numbers}" if numbers else ""
    if kind is Kind.MISSING:
        return f"{subject} is missing in {stage.name('candidate')}{more}"
    text = f"{subject} is only in {stage.name('candidate')}{more}"
    return f"Stalled promotion: {text}" if promotion == "stalled promotion" else text


def of_ambiguous(subject: str, candidates: int, references: int, stage: Stage) -> str:
    """`Security group web: 2 in stage and 3 in prod could be each other's counterparts`."""
    ours, theirs = stage.name("candidate"), stage.name("reference")
    return f"{subject}: {candidates} in {ours} and {references} in {theirs} could be each other's counterparts"


def _change(change: FindingChange, stage: Stage) -> str:
    path = show_path(change.path) or "the whole document"
    ours, theirs = stage.name("candidate"), stage.name("reference")
    if change.code and isinstance(change.candidate, Unknown) and isinstance(change.reference, Unknown):
        return f"{path} could not be compared, it is unknown in both {ours} and {theirs} ({change.code})"
    if change.code and (change.candidate is ABSENT or isinstance(change.candidate, Unknown)):
        return f"{path} could not be compared, it is unknown in {ours} ({change.code})"
    if change.code and (change.reference is ABSENT or isinstance(change.reference, Unknown)):
        return f"{path} could not be compared, it is unknown in {theirs} ({change.code})"
    if change.code:
        return f"{path} could not be compared ({change.code})"
    if change.rule == "order":
        return f"{path} is in another order in {ours} than in {theirs}"
    if change.candidate == change.reference and isinstance(change.candidate, Redacted) and change.candidate.kind == "secret":
        return f"{path} holds the same secret in {ours} and {theirs}"
    if change.candidate is ABSENT or change.reference is ABSENT:
        has, lacks, value = (theirs, ours, change.reference) if change.candidate is ABSENT else (ours, theirs, change.candidate)
        if change.path and isinstance(change.path[-1], Key):
            return f"{path} is in {has}, not in {lacks}"
        return f"{path} is {shown(value)} in {has}, not set in {lacks}"
    if change.candidate == change.reference:
        return f"{path} is {shown(change.candidate)} in both {ours} and {theirs}, and must differ"
    return f"{path} is {shown(change.candidate)} in {ours}, {shown(change.reference)} in {theirs}"


def shown(value: Value) -> str:
    """A value in a sentence: short, on one line."""
    match value:
        case dict():
            return _counted(len(value), "member")
        case Keyed(items, True):
            return _counted(len(items), "member")
        case Bag(items) | Seq(items) | Keyed(items):
            return _counted(len(items), "element")
        case list() | tuple():
            return _counted(len(value), "element")
        case "":
            return "empty"
        case _:
            text = " ".join(show_scalar(value).split())
            if len(text) <= _LONGEST:
                return text
            # what differs between two long names most often stands at their ends
            return f"{text[: _LONGEST // 2 - 1]}…{text[-_LONGEST // 2 :]}"


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}" if n else "empty"
