"""A setting that is revealed after the fact: what was stored stays a digest, what has to be read again is said, and then it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from driftscan.jobs.compare import compare
from driftscan.jobs.report import report
from driftscan.jobs.reveal import unrevealed
from driftscan.jobs.run import diff
from driftscan.model.report import Report, show_value
from driftscan.model.resource import Resource
from driftscan.model.value import Address
from driftscan.normalize.redact import Redactor
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import ACCOUNTS, REGION, SETTINGS

FUNCTION = "AWS::Lambda::Function"
KEY = b"k" * 32


def function(environment: str, level: str, *reveal: str) -> Resource:
    """A function as a scan under this `reveal` stores it."""
    name = f"worker-{environment}"
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNTS[environment]}:function:{name}"
    value = {
        "FunctionName": name, "FunctionArn": arn, "Runtime": "python3.12",
        "Environment": {"Variables": {"LOG_LEVEL": level, "DB_PASSWORD": "hunter2-hunter2"}},
    }  # fmt: skip
    raw = Resource(Address(FUNCTION, ACCOUNTS[environment], REGION, name), value, arn)
    return Redactor(estate.context().catalog, KEY, reveal).redact(raw)


@pytest.fixture
def store() -> Store:
    """Both environments, read before anybody revealed anything."""
    out = Store.open("memory:")
    scan(out, "stage", "2026-11-01")
    scan(out, "prod", "2026-11-01")
    return out


def scan(store: Store, environment: str, day: str, *reveal: str) -> None:
    level = {"stage": "DEBUG", "prod": "INFO"}[environment]
    estate.snapshot(store, environment, f"{day}T06:00:00Z", [function(environment, level, *reveal)], types=[FUNCTION])


def compared(store: Store, reveal: tuple[str, ...]) -> tuple[Report, list[str]]:
    """The report on the newest snapshots, and what is said about it."""
    context = estate.context(store, replace(SETTINGS, reveal=reveal))
    infos = {e: store.snapshots(e)[-1] for e in ACCOUNTS}
    made = report(context, [compare(context, infos["stage"], infos["prod"])], "2026-11-30T06:00:00Z")
    return made, unrevealed(made, context.settings)


def level(made: Report) -> tuple[str, str]:
    (change,) = [c for f in made.findings for c in f.changes if c.path.endswith("LOG_LEVEL")]
    return show_value(change.candidate), show_value(change.reference)


@pytest.mark.parametrize("rule", ["LOG_LEVEL", "LOG_*", "AWS::Lambda::Function:Environment.Variables.LOG_LEVEL"])
def test_after_the_fact_and_after_reading_again(store: Store, rule: str) -> None:
    made, said = compared(store, ())
    assert all(v.startswith("«") for v in level(made)), "they differ, and nobody sees in what"
    assert said == []
    made, said = compared(store, (rule,))
    assert all(v.startswith("«") for v in level(made)), "what is stored stays as it is"
    why = "was stored as a digest before the configuration revealed it, and nobody can turn that back"
    assert said == [f"LOG_LEVEL of {e} {why}: `driftscan scan {e}` reads it again" for e in ("prod", "stage")]
    scan(store, "stage", "2026-11-02", rule)
    made, said = compared(store, (rule,))
    assert len(said) == 1
    assert "of prod" in said[0]
    scan(store, "prod", "2026-11-02", rule)
    made, said = compared(store, (rule,))
    assert level(made) == ("DEBUG", "INFO")
    assert said == []


def test_a_password_is_never_revealed() -> None:
    variables = function("stage", "DEBUG", "*").value["Environment"]
    assert isinstance(variables, dict)
    assert "hunter2" not in str(variables)
    assert "DEBUG" in str(variables)


def test_diff_says_it(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    note: Callable[[str], None] = said.append
    context = replace(estate.context(store, replace(SETTINGS, reveal=("LOG_LEVEL",))), note=note)
    diff(context, "stage", "prod", outputs=(("json", "out.json"),))
    assert sum("reads it again" in text for text in said) == 2
