"""Small facts, made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from driftscan.judge.controls import Control
from driftscan.judge.facts import Facts
from driftscan.judge.facts.reports import Reports
from driftscan.judge.facts.scopes import Scopes
from driftscan.judge.promises import judge_controls
from driftscan.model.control import Evidence, Standing, Status
from driftscan.model.settings import Environment, Settings
from tests.jobs.estate import ACCOUNTS, NOW

ENVIRONMENTS = ("stage", "prod")
SETTINGS = Settings("acme", "memory:", (Environment("stage", (), (), "stage"), Environment("prod", (), (), "prod")), ())
SCOPES = Scopes({name: (account,) for name, account in ACCOUNTS.items()})


def facts(**more: Any) -> Facts:
    """Two environments with an account each and nothing wrong, but for `more`."""
    return replace(Facts(ENVIRONMENTS, SCOPES, Reports("2026-11")), **more)


def evidence(control: Control, of: Facts, environment: str = "stage") -> list[Evidence]:
    return list(control.judge(of, environment))


def status(control: Control, of: Facts, environment: str = "stage") -> Status:
    """What the control says of an environment, as a report has it."""
    made = judge_controls(of, SETTINGS, NOW.date(), period="2026-11", controls=(control,))
    return next(r.status for r in made.rows if r.environment == environment)


def said(items: Iterable[Evidence], standing: Standing) -> list[str]:
    """The sentences of a standing."""
    return [e.text for e in items if e.standing is standing]
