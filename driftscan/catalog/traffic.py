"""Who sends traffic to whom, from `traffic.toml`: what tells the live one of two twins from the one that waits."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from driftscan.catalog.paths import Pattern, parse


@dataclass(frozen=True, slots=True)
class Sends:
    """Resources of `type` send traffic to what `to` refers to (of type `what`), but where the member `weight` beside it is 0."""

    type: str
    to: Pattern
    weight: str
    what: str


@dataclass(frozen=True, slots=True)
class Takes:
    """Resources of `type` take a part of what the targets of `of` receive."""

    type: str
    of: Pattern


@dataclass(frozen=True, slots=True)
class Traffic:
    """All of it. receivers: the types whose resources can be live or idle."""

    sends: tuple[Sends, ...]
    takes: tuple[Takes, ...]

    @property
    def receivers(self) -> frozenset[str]:
        return frozenset({s.what for s in self.sends} | {t.type for t in self.takes})


@cache
def traffic() -> Traffic:
    """What `traffic.toml` says."""
    data = tomllib.loads((Path(__file__).parent / "traffic.toml").read_text(encoding="utf-8"))
    return Traffic(
        tuple(Sends(s["type"], parse(s["to"]), s["weight"], s["what"]) for s in data["sends"]),
        tuple(Takes(t["type"], parse(t["of"])) for t in data["takes"]),
    )
