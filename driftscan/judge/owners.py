"""Who a finding belongs to: the first rule that fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from driftscan.judge.globs import fits
from driftscan.model.resource import Seal
from driftscan.model.settings import Owner
from driftscan.model.value import Keyed, Value, show_scalar


@dataclass(frozen=True, slots=True)
class Owned:
    """One resource whose owner is asked for. seals: of its sides, candidate's first; documents: gives their canonical bodies."""

    type: str
    key: str
    seals: tuple[Seal, ...]
    documents: Callable[[], Sequence[dict[str, Value]]]
    tag_members: tuple[str, ...]


def owner_of(rules: tuple[Owner, ...], owned: Owned) -> str | None:
    """The name that the first fitting rule gives, or None. A rule with several globs fits where all of them do."""
    for rule in rules:
        if not _fits(rule, owned):
            continue
        name = rule.owner if rule.tag is None else _tag(rule.tag, owned)
        if name:
            return name
    return None


def _fits(rule: Owner, owned: Owned) -> bool:
    return (
        (rule.type is None or fits(rule.type, owned.type))
        and (rule.key is None or any(fits(rule.key, name) for name in (owned.key, *(s.name for s in owned.seals if s.name))))
        and (rule.account is None or any(fits(rule.account, s.address.account) for s in owned.seals))
        and (rule.stack is None or any(fits(rule.stack, name) for name in _stacks(owned.seals)))
    )


def _stacks(seals: tuple[Seal, ...]) -> list[str]:
    """The stacks that declare the resource, outermost first: an IaC key is (stacks, logical id)."""
    return [show_scalar(part) for seal in seals for key in seal.keys if key.reason == "iac" for part in key.parts[:-1]]


def _tag(name: str, owned: Owned) -> str | None:
    for document in owned.documents():
        for member in owned.tag_members:
            value = _entry(document.get(member), name)
            if value:
                return value
    return None


def _entry(tags: Value, name: str) -> str | None:
    match tags:
        case dict() if name in tags:
            return _text(tags[name])
        case Keyed(items):
            return next((_text(v) for key, v in items if [show_scalar(k) for k in key] == [name]), None)
        case _:
            return None


def _text(element: Value) -> str:
    if isinstance(element, dict):
        return next((show_scalar(v) for k, v in element.items() if k.lower() == "value"), "")
    return show_scalar(element)
