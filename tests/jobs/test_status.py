"""The dead man's switch: what keeps it quiet, and everything that must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.jobs.compare import compare
from driftscan.jobs.record import remember
from driftscan.jobs.report import report
from driftscan.jobs.status import Standing, status
from driftscan.model.snapshot import Gap, Status
from driftscan.store import Store
from tests.jobs import estate

AT = datetime(2026, 10, 31, 6, tzinfo=UTC)
LIMIT = timedelta(days=35)


def ran(store: Store, at: datetime = AT, *, final: bool = True) -> None:
    """A run over the newest snapshots."""
    context = estate.later(estate.context(store), at)
    infos = {e: store.snapshots(e)[-1] for e in estate.ACCOUNTS}
    result = report(context, [compare(context, infos["stage"], infos["prod"])], "2026-10-31T06:00:00Z")
    remember(context, result, {e: store.snapshot(i.id) for e, i in infos.items()}, final=final)


@pytest.fixture
def store() -> Store:
    """A store with one good run."""
    made = Store.open("memory:")
    estate.twins(made)
    ran(made)
    return made


def ask(store: Store, days: float = 12, limit: timedelta = LIMIT, **more: object) -> Standing:
    return status(store, AT + timedelta(days=days), limit, 0.95, ("stage", "prod"), **more)  # type: ignore[arg-type]


def test_a_young_complete_run_is_all_there_is_to_say(store: Store) -> None:
    found = ask(store)
    assert found.ok
    assert found.text == (
        "ok: the last final run is run-20261031 of 2026-10, as of 2026-10-31T06:00:00Z, 12 days ago; 2 of 2 listings of types in use read"
    )
    assert found.as_json() == {
        "state": "ok",
        "text": found.text,
        "run": "run-20261031",
        "period": "2026-10",
        "as_of": "2026-10-31T06:00:00Z",
        "age_seconds": 12 * 86_400,
        "listings": {"read": 2, "whole": 2},
    }


def test_a_schedule_that_stopped_is_told(store: Store) -> None:
    assert ask(store, 35).ok
    found = ask(store, 36)
    assert found.state == "overdue"
    assert found.text == (
        "overdue: the last final run is run-20261031 of 2026-10, as of 2026-10-31T06:00:00Z, 36 days ago, more than 35 days"
    )


@given(days=st.integers(0, 400), limit=st.integers(0, 400))
def test_the_age_decides(days: int, limit: int) -> None:
    made = Store.open("memory:")
    made.put_run({"id": "r", "period": "2026-10", "as_of": "2026-10-31T06:00:00Z", "final": True, "report": "0", "snapshots": {"a": "b"}})
    assert (ask(made, days, timedelta(days=limit)).state == "overdue") == (days > limit)


def test_without_a_final_run_there_is_none() -> None:
    empty = Store.open("memory:")
    assert ask(empty).state == "none"
    estate.twins(empty)
    ran(empty, final=False)
    assert ask(empty).state == "none"


def test_a_later_run_that_read_only_some_does_not_count(store: Store) -> None:
    ran(store, AT + timedelta(days=30), final=False)
    assert ask(store, 36).state == "overdue"
    ran(store, AT + timedelta(days=31))
    assert ask(store, 36).run == "run-20261201"


def test_a_run_that_claims_the_future_does_not_silence_it(store: Store) -> None:
    ran(store, AT + timedelta(days=400))
    assert ask(store, 36).state == "overdue"
    assert ask(store, 399.5).run == "run-20271205"


def test_a_run_that_read_too_little() -> None:
    made = Store.open("memory:")
    estate.snapshot(made, "stage", "2026-10-31T06:00:00Z", [], status=Status.DENIED, gaps=[estate.denied("stage")])
    estate.snapshot(made, "prod", "2026-10-31T06:00:00Z", [estate.queue("prod")])
    ran(made)
    found = ask(made)
    assert found.state == "incomplete"
    assert "it read 1 of 2 listings of types in use, below 95%" in found.text


def test_a_run_that_lost_an_account() -> None:
    made = Store.open("memory:")
    lost = Gap(estate.ACCOUNTS["stage"], "*", "*", "sts", "AssumeRole", "AccessDenied", "sts:AssumeRole", "let it be assumed")
    estate.snapshot(made, "stage", "2026-10-31T06:00:00Z", [], gaps=[lost])
    estate.snapshot(made, "prod", "2026-10-31T06:00:00Z", [estate.queue("prod")])
    ran(made)
    assert ask(made).state == "incomplete"
    assert "could not read account 333333333333" in ask(made).text


def test_an_environment_that_the_run_left_out(store: Store) -> None:
    found = status(store, AT, LIMIT, 0.95, ("dev", "stage", "prod"))
    assert (found.state, found.text.rpartition("; ")[2]) == ("incomplete", "it did not read dev")
    assert status(store, AT, LIMIT, 0.95).ok


class TestBroken:
    """A store on disk, of which something is gone or changed."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        made = Store.open(str(tmp_path / "store"))
        estate.twins(made)
        ran(made)
        return tmp_path / "store"

    def test_whole(self, folder: Path) -> None:
        assert ask(Store.open(str(folder))).ok
        assert ask(Store.open(str(folder)), whole=True).ok

    @pytest.mark.parametrize("prefix", ["heads", "runs", "snapshots"])
    def test_what_it_stands_on_is_changed(self, folder: Path, prefix: str) -> None:
        for file in (p for p in (folder / prefix).rglob("*") if p.is_file()):
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.chmod(0o600)
            file.write_bytes(bytes(data))
        assert ask(Store.open(str(folder))).state == "unverified"

    def test_a_record_of_a_resource_is_changed(self, folder: Path) -> None:
        for file in (p for p in (folder / "packs").rglob("*") if p.is_file()):
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 1
            file.chmod(0o600)
            file.write_bytes(bytes(data))
        assert ask(Store.open(str(folder)), whole=True).state == "unverified"

    def test_the_chain_lost_a_snapshot(self, folder: Path) -> None:
        (folder / "heads" / "prod").unlink()
        found = ask(Store.open(str(folder)))
        assert found.state == "unverified"
        assert "is not in the store" in found.text

    def test_the_report_is_gone(self, folder: Path) -> None:
        for file in (folder / "derived" / "reports").rglob("*"):
            file.unlink()
        found = ask(Store.open(str(folder)))
        assert found.state == "unverified"
        assert "its report is gone" in found.text
