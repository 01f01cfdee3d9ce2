"""All facts of one report, as controls get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from driftscan.judge.facts.blind import Blind
from driftscan.judge.facts.crossings import Crossing
from driftscan.judge.facts.names import Names
from driftscan.judge.facts.reports import Reports
from driftscan.judge.facts.scopes import Scopes
from driftscan.judge.facts.secrets import Common
from driftscan.judge.facts.twins import Twins


@dataclass(frozen=True)
class Facts:
    """environments: in the order of promotion; names, crossings, secrets and blind: by environment; what is left out was not looked at."""

    environments: tuple[str, ...]
    scopes: Scopes
    reports: Reports
    names: Mapping[str, Names] = field(default_factory=dict, hash=False)
    crossings: Mapping[str, tuple[Crossing, ...]] = field(default_factory=dict, hash=False)
    secrets: Mapping[str, tuple[Common, ...]] = field(default_factory=dict, hash=False)
    blind: Mapping[str, tuple[Blind, ...]] = field(default_factory=dict, hash=False)
    twins: tuple[Twins, ...] = ()
