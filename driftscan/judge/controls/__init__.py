"""The promises of the environment strategy (ADR-033), one module each. A control is one module, one test, one line here.

Controls see facts and evidence only; where a vendor keeps something is known to `judge/facts`.
"""

from __future__ import annotations

from typing import Final

from driftscan.judge.controls import (
    env01_separate_accounts,
    env02_distinct_namespaces,
    env03_no_crossing,
    env04_same_topology,
    env05_same_boundaries,
    env17_monthly_report,
)
from driftscan.judge.controls.control import Control

CONTROLS: Final[tuple[Control, ...]] = (
    env01_separate_accounts.CONTROL,
    env02_distinct_namespaces.CONTROL,
    env03_no_crossing.CONTROL,
    env04_same_topology.CONTROL,
    env05_same_boundaries.CONTROL,
    env17_monthly_report.CONTROL,
)

IDS: Final = tuple(c.id for c in CONTROLS)

__all__ = ["CONTROLS", "IDS", "Control"]
