"""Changes -> findings: what is declared, in promotion, waived or drift; how bad, whose, since when; and the ledger."""

from __future__ import annotations

from driftscan.judge.history import History, NoHistory
from driftscan.judge.judge import judge
from driftscan.judge.state import earlier
from driftscan.judge.values import value_at

__all__ = ["History", "NoHistory", "earlier", "judge", "value_at"]
