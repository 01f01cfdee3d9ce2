"""Secrets that two environments hold in common: whoever holds stage's holds prod's, so the boundary between them is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from driftscan.judge.facts.seen import Seen
from driftscan.judge.globs import fits
from driftscan.model.finding import Locator
from driftscan.model.value import Path, Redacted, Value, walk


@dataclass(frozen=True, slots=True)
class Common:
    """One secret of an environment that another one holds, too. into: that environment; there: what holds it there.

    shared: why it may be one secret, as the configuration says, or empty.
    """

    into: str
    there: str
    called: str
    type: str
    key: str
    at: Locator
    path: Path
    value: Value
    shared: str = ""
    owner: str | None = None


def common(seen: Seen, every: Iterable[Seen]) -> tuple[Common, ...]:
    """Every secret of the environment's resources whose digest another environment has as well, wherever it lies there.

    Only what redaction calls a secret: no setting, no person, nothing empty. Digests of different keys tell nothing. The seals say which
    resources to open.
    """
    there: dict[str, tuple[str, str]] = {}
    for other in every:
        if other.environment in seen.others:
            for address in sorted(a for a, seal in other.seals.items() if seal.secrets and other.mine(a)):
                for digest in other.seals[address].secrets:
                    there.setdefault(digest, (other.environment, other.called(address)))
    out: list[Common] = []
    for address in sorted(a for a, seal in seen.seals.items() if seen.mine(a) and not there.keys().isdisjoint(seal.secrets)):
        seal = seen.seals[address]
        names = [t for t in (address.id, seal.arn, seal.ref) if t]
        allowed = next((s.reason for s in seen.settings.controls.shared for t in names if fits(s.target, t)), "")
        for path, value in walk(seen.canonical(address).body):
            if not isinstance(value, Redacted) or value.kind != "secret":
                continue
            found = there.get(f"{value.key_id}:{value.parts[0]}")
            if found is not None:
                called, key, at = seen.called(address), seen.key(address), seen.at(address)
                out.append(Common(*found, called, address.type, key, at, path, value, allowed, seen.owner(address)))
    return tuple(out)
