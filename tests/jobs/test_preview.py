"""What rules and waivers would hide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from driftscan.compare import compare
from driftscan.jobs import compare as jobs_compare
from driftscan.jobs.assemble import assemble
from driftscan.jobs.preview import SHOWN, Preview, heaps, rules
from driftscan.jobs.record import remember
from driftscan.model.report import Report
from driftscan.store import Store
from tests.jobs import estate
from tests.report import sample


def without(report: Report, *ids: str) -> Report:
    """The report with these findings expected."""
    return replace(report, findings=tuple(replace(f, verdict="expected") if f.id in ids else f for f in report.findings))


def test_what_goes_what_goes_in_part_and_what_stays() -> None:
    now = sample.report()
    drift = [f for f in now.findings if f.verdict == "drift"]
    several = next(f for f in drift if sum(c.verdict == "drift" for c in f.changes) > 1)
    then = without(now, drift[0].id)
    less = replace(several, changes=(replace(several.changes[0], verdict="expected"), *several.changes[1:]))
    then = replace(then, findings=tuple(less if f.id == several.id else f for f in then.findings))
    found = Preview(now, then)
    assert [f.id for f in found.hidden] == [drift[0].id]
    assert [f.id for f in found.partly] == [several.id]
    assert len(found.stays) == len(drift) - 1
    assert found.text.startswith("would hide 1 finding: 1 critical, and a part of 1 other\n")
    assert "! 1 finding: 1 critical among them" in found.text
    assert f"would stay {len(drift) - 1} findings: " in found.text


def test_nothing() -> None:
    now = sample.report()
    assert Preview(now, now).text.startswith("would hide 0 findings\nwould stay 12 findings")


def test_the_biggest_heaps_the_worst_first() -> None:
    found = [f for f in sample.report().findings if f.verdict == "drift"]
    lines = list(heaps(found))
    assert len(lines) == SHOWN + 1
    assert "× critical" in lines[0]
    assert " more" in lines[-1]
    assert not any("\x1b" in line for line in heaps([replace(found[0], title="\x1b[31m")]))


@pytest.mark.parametrize(("rule", "hidden"), [("at_most_reference", 1), ("at_least_reference", 0)])
def test_rules_of_a_file_are_judged_not_guessed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rule: str, hidden: int) -> None:
    store = Store.open("memory:")
    estate.twins(store, VisibilityTimeout="30")
    context = estate.context(store)
    made = {e: store.snapshot(store.snapshots(e)[-1].id) for e in estate.ACCOUNTS}
    remember(context, assemble(context, made, "2026-11-30T06:00:00Z", None, whole=True)[0], made, final=True)
    file = tmp_path / "rules.yaml"
    file.write_text(f'expected:\n  - {{id: slow, type: "*", path: VisibilityTimeout, rule: {rule}, reason: r, owner: o}}\n')
    compared: list[str] = []
    monkeypatch.setattr(jobs_compare, "compare_sides", lambda a, *rest, **more: compared.append(a.environment) or compare(a, *rest, **more))
    assert len(rules(context, store.runs()[-1], file).hidden) == hidden
    assert compared == ["stage"], "judged twice, compared once"
