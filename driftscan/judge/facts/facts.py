"""All facts of one report, as controls get them."""

from __future__ import annotations

from dataclasses import dataclass

from driftscan.judge.facts.scopes import Scopes


@dataclass(frozen=True)
class Facts:
    """environments: in the order of promotion."""

    environments: tuple[str, ...]
    scopes: Scopes
