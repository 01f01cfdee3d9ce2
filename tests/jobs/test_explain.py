"""Everything behind a finding."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from driftscan.errors import DriftscanError, UsageError
from driftscan.formats import render
from driftscan.jobs.compare import compare
from driftscan.jobs.explain import as_json, as_text, explain
from driftscan.jobs.record import remember
from driftscan.jobs.report import report
from driftscan.store import Store
from tests.jobs import estate

AT = datetime(2026, 11, 30, 6, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    out = Store.open("memory:")
    estate.twins(out, "2026-11-30T06:00:00Z", VisibilityTimeout="30")
    return out


def finish(store: Store) -> Any:
    """A run over the newest snapshots; its report.json."""
    context = estate.later(estate.context(store), AT)
    infos = {e: store.snapshots(e)[-1] for e in estate.ACCOUNTS}
    result = report(context, [compare(context, infos["stage"], infos["prod"])], "2026-11-30T06:00:00Z")
    remember(context, result, {e: store.snapshot(i.id) for e, i in infos.items()}, final=True)
    return json.loads(render("json", result))


def test_raw_and_canonical_values_match_calls_and_reasons(store: Store) -> None:
    made = finish(store)
    id = made["findings"][0]["id"]
    found = explain(estate.context(store), id[:6])
    data = as_json(found)
    assert data["recomputed"]
    (change,) = data["changes"]
    assert (change["path"], change["verdict"], change["moved"]) == ("VisibilityTimeout", "drift", "unknown")
    assert change["raw"] == {
        "candidate": {"path": "VisibilityTimeout", "value": "30"},
        "reference": {"path": "VisibilityTimeout", "value": "60"},
    }
    assert change["canonical"] == {"candidate": 30, "reference": 60}
    assert data["reads"]["candidate"][0] == {"call": "sqs:ListQueues", "at": "2026-11-01T06:00:00Z"}
    text = as_text(found)
    for part in (
        id,
        "paired by name, confidence 1.00",
        'candidate raw, VisibilityTimeout: "30"',
        "reference canonical: 60",
        "sqs:GetQueueAttributes",
    ):
        assert part in text


def test_of_a_report_file_and_an_older_run(store: Store, tmp_path: Path) -> None:
    made = finish(store)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(made))
    estate.twins(store, "2026-12-31T06:00:00Z")
    later = estate.later(estate.context(store), datetime(2026, 12, 31, 6, tzinfo=UTC))
    found = explain(later, made["findings"][0]["id"], file)
    assert as_json(found)["changes"][0]["canonical"] == {"candidate": 30, "reference": 60}


def test_of_one_environment_against_its_past(store: Store, tmp_path: Path) -> None:
    estate.twins(store, "2026-12-31T06:00:00Z", VisibilityTimeout="45")
    context = estate.later(estate.context(store), datetime(2026, 12, 31, 6, tzinfo=UTC))
    old, new = store.snapshots("stage")
    result = report(context, [compare(context, new, old)], "x")
    file = tmp_path / "report.json"
    file.write_bytes(render("json", result))
    found = explain(context, result.findings[0].id, file)
    assert as_json(found)["changes"][0]["canonical"] == {"candidate": 45, "reference": 30}


def test_what_is_not_in_the_store_is_told_from_the_report(store: Store, tmp_path: Path) -> None:
    made = finish(store)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(made))
    text = as_text(explain(estate.context(Store.open("memory:")), made["findings"][0]["id"], file))
    assert "this is what the report says" in text
    assert "VisibilityTimeout: candidate 30, reference 60" in text


class TestWrong:
    def test_no_run(self, store: Store) -> None:
        with pytest.raises(UsageError, match="no run is stored yet"):
            explain(estate.context(store), "abcd")

    def test_no_such_finding(self, store: Store) -> None:
        finish(store)
        with pytest.raises(UsageError, match="has no finding 'zzzz'") as caught:
            explain(estate.context(store), "zzzz")
        assert "such as" in caught.value.hint

    def test_too_short_a_beginning_is_no_id(self, store: Store) -> None:
        made = finish(store)
        with pytest.raises(UsageError, match="has no finding"):
            explain(estate.context(store), made["findings"][0]["id"][:3])

    def test_files_that_are_no_report(self, store: Store, tmp_path: Path) -> None:
        for text, what in (("{", "is no JSON"), ("[]", "is no report"), ('{"schema": "other/1"}', "is no report")):
            (tmp_path / "f").write_text(text)
            with pytest.raises(UsageError, match=what):
                explain(estate.context(store), "abcd", tmp_path / "f")
        with pytest.raises(UsageError, match="cannot be read"):
            explain(estate.context(store), "abcd", tmp_path / "none")

    def test_a_report_that_is_gone(self, store: Store) -> None:
        store.put_run({"id": "r", "period": "2026-11", "as_of": "2026-11-30T06:00:00Z", "final": True, "report": "0"})
        with pytest.raises(DriftscanError, match="is not in the store"):
            explain(estate.context(store), "abcd")


def test_of_a_baseline_it_says_the_value_and_what_it_must_be(tmp_path: Path) -> None:
    from tests.jobs import test_check

    made = test_check.base(tmp_path, VisibilityTimeout="30")
    _, found = test_check.as_json(made, tmp_path, "prod")
    text = as_text(explain(made, found["findings"][0]["id"], tmp_path / "check.json"))  # type: ignore[index]
    assert "VisibilityTimeout: is 30, must be 60" in text
    assert f"decided in {tmp_path / 'prod.yaml'}:2" in text
    assert "not in the store" not in text
