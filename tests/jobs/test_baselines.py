"""Stored snapshots judged by their environments' rules, and why a finding is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from driftscan.config.baselines import load_baselines
from driftscan.jobs.baselines import Kept, keep
from driftscan.jobs.context import Context
from driftscan.jobs.record import previous, remember
from driftscan.jobs.report import report
from driftscan.judge import earlier
from driftscan.model.settings import Settings
from driftscan.model.snapshot import Snapshot, Status
from tests.jobs.estate import QUEUE, SETTINGS, context, queue, snapshot

OCTOBER, NOVEMBER = datetime(2026, 10, 31, 6, tzinfo=UTC), datetime(2026, 11, 30, 6, tzinfo=UTC)
RULE = """\
rules:
  - id: visible
    select: {{type: "AWS::SQS::Queue"}}
    expect: {{VisibilityTimeout: {}}}
    severity: high
    reason: because
"""


def settings(folder: Path, value: int = 60, digest: str = "one", name: str = "prod") -> Settings:
    (folder / f"{name}.yaml").write_text(RULE.format(value))
    roles = tuple(replace(e, role=e.name) for e in SETTINGS.environments)
    return replace(SETTINGS, environments=roles, baselines=load_baselines([folder / f"{name}.yaml"]), digest=digest)


def month(base: Context, as_of: datetime, held: Snapshot) -> Kept:
    """One month's judgement, remembered as its final run."""
    at = replace(base, as_of=as_of, now=lambda: as_of, run_id=f"run-{as_of:%m}")
    last = previous(at)
    (kept,) = keep(at, [held], last, earlier(last.report) if last else None)
    remember(at, report(at, (), "2026-01-01T00:00:00Z", kept=[kept]), {"prod": held}, final=True)
    return kept


def test_an_environment_without_rules_is_not_judged(tmp_path: Path) -> None:
    base = context(settings=settings(tmp_path))
    stage = snapshot(base.store, "stage", "2026-11-01T06:00:00Z", [queue("stage")])
    prod = snapshot(base.store, "prod", "2026-11-01T06:00:00Z", [queue("prod")])
    assert [k.judgement.environment for k in keep(base, [stage, prod])] == ["prod"]


def test_what_could_not_be_listed_is_said(tmp_path: Path) -> None:
    base = context(settings=settings(tmp_path))
    prod = snapshot(base.store, "prod", "2026-11-01T06:00:00Z", [], status=Status.DENIED)
    (kept,) = keep(base, [prod])
    assert kept.judgement.coverage[0].incomplete == ((QUEUE, "denied"),)


class TestGone:
    def run(self, folder: Path, then: str, now: str, value: int = 60, digest: str = "one") -> list[tuple[str | None, str]]:
        base = context(settings=settings(folder))
        first = month(base, OCTOBER, snapshot(base.store, "prod", "2026-10-31T05:00:00Z", [queue("prod", VisibilityTimeout=then)]))
        assert len(first.judgement.findings) == 1
        later = replace(base, settings=settings(folder, value, digest))
        second = month(later, NOVEMBER, snapshot(base.store, "prod", "2026-11-30T05:00:00Z", [queue("prod", VisibilityTimeout=now)]))
        return [(r.cause, r.last_seen) for r in second.judgement.resolved]

    def test_with_the_cloud(self, tmp_path: Path) -> None:
        assert self.run(tmp_path, "30", "60") == [("cloud", "2026-10")]

    def test_with_the_rule(self, tmp_path: Path) -> None:
        assert self.run(tmp_path, "30", "30", value=30, digest="two") == [("rule", "2026-10")]

    def test_with_the_cloud_though_the_rules_changed_too(self, tmp_path: Path) -> None:
        assert self.run(tmp_path, "30", "90", value=90, digest="two") == [("cloud", "2026-10")]

    def test_with_the_scope(self, tmp_path: Path) -> None:
        base = context(settings=settings(tmp_path))
        month(base, OCTOBER, snapshot(base.store, "prod", "2026-10-31T05:00:00Z", [queue("prod", VisibilityTimeout="30")]))
        away = _Elsewhere(snapshot(base.store, "prod", "2026-11-30T05:00:00Z", []))
        assert [r.cause for r in month(base, NOVEMBER, away).judgement.resolved] == ["scope"]  # type: ignore[arg-type]

    def test_with_all_rules_of_the_environment(self, tmp_path: Path) -> None:
        base = context(settings=settings(tmp_path))
        month(base, OCTOBER, snapshot(base.store, "prod", "2026-10-31T05:00:00Z", [queue("prod", VisibilityTimeout="30")]))
        bare = replace(base, settings=replace(base.settings, baselines=(), digest="two"))
        kept = month(bare, NOVEMBER, snapshot(base.store, "prod", "2026-11-30T05:00:00Z", [queue("prod", VisibilityTimeout="30")]))
        assert ([r.cause for r in kept.judgement.resolved], kept.judgement.coverage) == (["rule"], ())

    def test_with_the_environment(self, tmp_path: Path) -> None:
        base = context(settings=settings(tmp_path))
        month(base, OCTOBER, snapshot(base.store, "prod", "2026-10-31T05:00:00Z", [queue("prod", VisibilityTimeout="30")]))
        last = previous(replace(base, as_of=NOVEMBER))
        assert last is not None
        before = {id: replace(e, comparison="old..baseline") for id, e in earlier(last.report).items()}
        (kept,) = keep(base, [snapshot(base.store, "prod", "2026-11-30T05:00:00Z", [queue("prod")])], last, before)
        assert [r.cause for r in kept.judgement.resolved] == ["scope"]

    def test_not_because_only_some_rules_were_asked(self, tmp_path: Path) -> None:
        base = context(settings=settings(tmp_path))
        held = snapshot(base.store, "prod", "2026-10-31T05:00:00Z", [queue("prod", VisibilityTimeout="30")])
        month(base, OCTOBER, held)
        last = previous(replace(base, as_of=NOVEMBER))
        assert last is not None
        other = tuple(replace(r, id="other", expect=()) for r in base.settings.baselines)
        (kept,) = keep(replace(base, as_of=NOVEMBER), [held], last, earlier(last.report), other)
        assert (kept.judgement.findings, kept.judgement.resolved) == ((), ())


class _Elsewhere:
    """A snapshot as if other accounts had been read."""

    def __init__(self, whole: Snapshot) -> None:
        self._whole = whole
        self.header = replace(whole.header, accounts=("555555555555",))

    def __getattr__(self, name: str) -> object:
        return getattr(self._whole, name)
