"""What may be waived, and what a waiver is bound to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from driftscan.errors import UsageError
from driftscan.formats import render
from driftscan.jobs.waive import Wanted, chosen_of, from_file, waive, waiver_of
from driftscan.store import Store
from tests.jobs import estate
from tests.report import sample

REPORT = sample.report()
TODAY = date(2026, 11, 30)
WHO = Wanted("ann", "bo", "OPS-7", "load test", date(2026, 12, 30))
DRIFT = [f for f in REPORT.findings if f.verdict == "drift"]


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (next(f for f in REPORT.findings if f.verdict == "waived"), "it is waived already, by "),
        (next(f for f in REPORT.findings if f.verdict == "expected"), "it is expected already"),
        (next(f for f in REPORT.findings if f.verdict == "unknown"), "nobody knows what would be accepted"),
    ],
)
def test_only_drift_can_be_accepted(finding: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        chosen_of(REPORT, [getattr(finding, "id")], ())  # noqa: B009  (a report's finding)


def test_names_and_beginnings_and_what_is_near() -> None:
    first = DRIFT[0]
    assert chosen_of(REPORT, [first.id, first.id[:8]], ()) == [first]
    group = next(g for g in REPORT.summary.groups if g.verdict == "drift")
    assert [f.id for f in chosen_of(REPORT, (), [group.id[:6]])] == list(group.findings)
    with pytest.raises(UsageError) as e:
        chosen_of(REPORT, [first.id[:-1] + "z"], ())
    assert f"did you mean {first.id}?" in e.value.hint
    with pytest.raises(UsageError, match="is a group"):
        chosen_of(REPORT, [group.id], ())
    with pytest.raises(UsageError, match="no finding is named"):
        chosen_of(REPORT, (), ())


def test_it_is_bound_to_each_difference_that_counts() -> None:
    several = next(f for f in DRIFT if len({c.verdict for c in f.changes}) > 1)
    alone = next(f for f in DRIFT if f.one_sided)
    waiver = waiver_of([several, alone], WHO, TODAY)
    assert waiver.findings[several.id] == tuple(sorted({c.value_digest for c in several.changes if c.verdict == "drift"}))
    assert waiver.findings[alone.id] == (alone.value_digest,)
    assert waiver.id == waiver_of([alone, several], WHO, TODAY).id != waiver_of([alone], WHO, TODAY).id


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (replace(WHO, approver=" ANN"), "the same person"),
        (replace(WHO, expires=date(2026, 11, 29)), "is over"),
        (replace(WHO, expires=date(2026, 12, 31)), "ends after 30 days"),
        (replace(WHO, ticket=" "), "it has no ticket"),
        (WHO, "critical finding"),
    ],
)
def test_limits_of_what_is_waived_from_a_report(tmp_path: Path, wanted: Wanted, said: str) -> None:
    named = [f.id for f in DRIFT if (f.severity == "critical") == (wanted == WHO)]
    with pytest.raises(UsageError, match=said):
        waive(estate.context(Store.open("memory:")), tmp_path, named[:1], (), wanted, report=REPORT, dry=False)
    assert list(tmp_path.iterdir()) == []


def test_by_the_report_alone_where_the_store_does_not_have_its_run(tmp_path: Path) -> None:
    named = next(f for f in DRIFT if f.severity == "low")
    context = estate.context(Store.open("memory:"))
    said = waive(context, tmp_path, [named.id], (), WHO, report=REPORT, dry=True)
    assert "would hide 1 finding (by the report alone" in said
    assert f"would stay {len(DRIFT) - 1} findings" in said
    assert list(tmp_path.iterdir()) == []
    waive(context, tmp_path, [named.id], (), WHO, report=REPORT, dry=False)
    assert f'"{named.id}"' in (tmp_path / "waivers.yaml").read_text()


def test_a_file_that_is_no_report(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with pytest.raises(UsageError, match="cannot be read"):
        from_file(path)
    for text in ("", "[]", "{}", '{"schema": 1}'):
        path.write_text(text)
        with pytest.raises(UsageError, match=r"is no report\.json"):
            from_file(path)
    path.write_bytes(render("json", REPORT))
    assert from_file(path).findings == REPORT.findings
