"""Records of runs, and which of them the next period compares with."""

from __future__ import annotations

from datetime import UTC, datetime

from driftscan.jobs.compare import compare
from driftscan.jobs.context import Context
from driftscan.jobs.record import points, previous, recorded, remember
from driftscan.jobs.report import report
from driftscan.model.report import TrendPoint
from driftscan.store import Store
from tests.jobs import estate


def run(store: Store, at: datetime, *, final: bool = True) -> Context:
    context = estate.later(estate.context(store), at)
    infos = {e: store.snapshots(e)[-1] for e in estate.ACCOUNTS}
    judged = compare(context, infos["stage"], infos["prod"])
    made = {e: store.snapshot(i.id) for e, i in infos.items()}
    remember(context, report(context, [judged], "2026-11-30T06:00:00Z"), made, final=final)
    return context


def test_the_last_final_run_of_an_earlier_period() -> None:
    store = Store.open("memory:")
    estate.twins(store, "2026-09-01T06:00:00Z", VisibilityTimeout="30")
    run(store, datetime(2026, 9, 30, tzinfo=UTC))
    run(store, datetime(2026, 10, 30, tzinfo=UTC))
    run(store, datetime(2026, 10, 31, tzinfo=UTC), final=False)
    now = estate.context(store)
    found = previous(now)
    assert found is not None
    assert (found.run, found.period) == ("run-20261030", "2026-10")
    assert found.report["findings"][0]["changes"][0]["candidate"] == 30
    october = previous(estate.later(now, datetime(2026, 10, 31, tzinfo=UTC)))
    assert october is not None
    assert october.run == "run-20260930"
    assert previous(estate.later(now, datetime(2026, 9, 30, tzinfo=UTC))) is None


def test_a_report_that_is_gone_or_not_the_one_that_was_written_does_not_count() -> None:
    store = Store.open("memory:")
    estate.twins(store)
    run(store, datetime(2026, 10, 30, tzinfo=UTC))
    (record,) = store.runs()
    assert record["snapshots"] == {e: store.snapshots(e)[-1].id for e in ("prod", "stage")}
    assert recorded(estate.context(store), record) is not None
    assert recorded(estate.context(store), {**record, "report": "0" * 64}) is None
    assert recorded(estate.context(store), {**record, "id": "other"}) is None


def test_the_trend_is_made_of_the_records_of_final_runs() -> None:
    store = Store.open("memory:")
    estate.twins(store, "2026-09-01T06:00:00Z", VisibilityTimeout="30")
    run(store, datetime(2026, 9, 30, tzinfo=UTC))
    run(store, datetime(2026, 10, 30, tzinfo=UTC), final=False)
    now = estate.context(store)
    (september,) = points(now)
    assert (september.period, september.run) == ("2026-09", "run-20260930")
    assert sum(september.severities) == 1
    assert september.agreements[0].comparison == "stage..prod"
    assert points(estate.later(now, datetime(2026, 9, 30, tzinfo=UTC))) == []


def test_a_record_without_numbers_is_read_from_its_report_and_one_without_either_says_only_that_there_was_a_run() -> None:
    store = Store.open("memory:")
    estate.twins(store, "2026-09-01T06:00:00Z", VisibilityTimeout="30")
    run(store, datetime(2026, 9, 30, tzinfo=UTC))
    (record,) = store.runs()
    bare = {k: v for k, v in record.items() if k != "figures"}
    other = Store.open("memory:")
    other.put_run(bare)
    now = estate.context(other)
    assert points(now) == [TrendPoint("2026-09", "run-20260930")]
    other.put_derived("reports/run-20260930", store.get_derived("reports/run-20260930") or b"")
    assert points(now) == points(estate.context(store))
