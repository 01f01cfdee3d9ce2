"""Why a finding is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driftscan.jobs.compare import compare
from driftscan.jobs.context import Context
from driftscan.jobs.record import Recorded, previous, remember
from driftscan.jobs.report import report
from driftscan.jobs.resolved import with_causes
from driftscan.judge import earlier
from driftscan.model.settings import ComparisonRule, PairRule, Settings
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import QUEUE, TOPIC

OCTOBER = datetime(2026, 10, 31, 6, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    """October found one difference."""
    out = Store.open("memory:")
    estate.twins(out, "2026-10-31T06:00:00Z", VisibilityTimeout="30")
    context = estate.later(estate.context(out), OCTOBER)
    infos = {e: out.snapshots(e)[-1] for e in estate.ACCOUNTS}
    judged = compare(context, infos["stage"], infos["prod"])
    remember(context, report(context, [judged], "x"), {e: out.snapshot(i.id) for e, i in infos.items()}, final=True)
    return out


def resolved(store: Store, settings: Settings = estate.SETTINGS) -> list[tuple[str, str | None, str]]:
    context: Context = estate.context(store, settings)
    last = previous(context)
    assert last is not None
    before = earlier(last.report)
    judged = [compare(context, store.snapshots("stage")[-1], store.snapshots("prod")[-1], before)]
    return [(r.id, r.cause, r.last_seen) for j in with_causes(context, judged, last, before) for r in j.judgement.resolved]


def finding(store: Store) -> str:
    last = previous(estate.context(store))
    assert isinstance(last, Recorded)
    return str(last.report["findings"][0]["id"])


def test_the_cloud_changed(store: Store) -> None:
    estate.twins(store, "2026-11-30T06:00:00Z")
    assert resolved(store) == [(finding(store), "cloud", "2026-10")]


def test_the_cloud_changed_although_the_rules_did_too(store: Store) -> None:
    estate.twins(store, "2026-11-30T06:00:00Z")
    assert resolved(store, replace(estate.SETTINGS, digest="other")) == [(finding(store), "cloud", "2026-10")]


def test_nothing_is_resolved_while_it_is_there(store: Store) -> None:
    estate.twins(store, "2026-11-30T06:00:00Z", VisibilityTimeout="30")
    assert resolved(store) == []


def test_its_type_is_not_read_any_more(store: Store) -> None:
    for environment in estate.ACCOUNTS:
        estate.snapshot(store, environment, "2026-11-30T06:00:00Z", [], types=[TOPIC])
    assert QUEUE in {x.type for x in store.snapshot(store.snapshots("prod")[0].id).listings}
    assert {cause for _, cause, _ in resolved(store)} <= {"scope"}


def test_its_comparison_is_not_made_any_more(store: Store) -> None:
    estate.twins(store, "2026-11-30T06:00:00Z", VisibilityTimeout="30")
    context = estate.context(store, replace(estate.SETTINGS, comparisons=(ComparisonRule("prod", "stage"),)))
    last = previous(context)
    assert last is not None
    before = {id: replace(e, comparison="dev..prod") for id, e in earlier(last.report).items()}
    judged = [compare(context, store.snapshots("stage")[-1], store.snapshots("prod")[-1], before)]
    (gone,) = with_causes(context, judged, last, before)[0].judgement.resolved
    assert (gone.id, gone.cause) == (finding(store), "scope")


def test_a_rule_changed() -> None:
    """October's pair of queues was declared; without the declaration nothing pairs them, then as now."""
    out = Store.open("memory:")
    for environment, name in (("stage", "left"), ("prod", "right")):
        more = {"VisibilityTimeout": "30"} if environment == "stage" else {}
        estate.snapshot(out, environment, "2026-10-31T06:00:00Z", [estate.queue(environment, name, **more)])
    ids = [estate.queue("stage", "left").address.id, estate.queue("prod", "right").address.id]
    declared = replace(estate.SETTINGS, comparisons=(ComparisonRule("stage", "prod", (PairRule(QUEUE, *ids),)),))
    context = estate.later(estate.context(out, declared), OCTOBER)
    infos = {e: out.snapshots(e)[-1] for e in estate.ACCOUNTS}
    judged = compare(context, infos["stage"], infos["prod"])
    remember(context, report(context, [judged], "x"), {e: out.snapshot(i.id) for e, i in infos.items()}, final=True)
    causes = resolved(out, replace(estate.SETTINGS, digest="other"))
    assert causes == [(finding(out), "rule", "2026-10")]
