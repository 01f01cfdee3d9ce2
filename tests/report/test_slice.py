"""The part of a report that belongs to one owner: it says what it is, and nothing is lost in silence."""

from __future__ import annotations

from dataclasses import replace

from driftscan.formats import FORMATS, render
from driftscan.report import of_owner, owners
from tests.report import sample

WHOLE = sample.report()
MINE = of_owner(WHOLE, "orders")


def test_who_owns_something() -> None:
    assert owners(WHOLE) == ["finance", "orders", "payments"]


def test_their_findings_and_every_gap() -> None:
    assert {f.owner for f in MINE.findings if f.kind != "gap"} == {"orders"}
    assert [f for f in MINE.findings if f.kind == "gap"] == [f for f in WHOLE.findings if f.kind == "gap"]
    assert MINE.gaps == WHOLE.gaps


def test_verdict_title_and_numbers_say_that_it_is_a_slice() -> None:
    n = sum(f.owner == "orders" for f in WHOLE.findings)
    of = sum(f.kind != "gap" for f in WHOLE.findings)
    assert MINE.summary.verdict.startswith(f"slice for orders: {n} of {of} findings, ")
    assert MINE.summary.verdict.endswith(f"The whole report says: {WHOLE.summary.verdict}")
    assert MINE.run.organization == f"{WHOLE.run.organization} · slice for orders: {n} of {of} findings"
    assert f"leaves {len(WHOLE.findings) - len(MINE.findings)} findings of others out" in MINE.summary.notes[0]
    assert all(c.headline.startswith("slice for orders: ") for c in MINE.summary.claims)


def test_the_numbers_are_those_of_the_slice() -> None:
    assert sum(c.findings for c in MINE.summary.counts) == len(MINE.findings)
    assert sum(s.findings for s in MINE.summary.states) == len(MINE.findings)
    ids = {f.id for f in MINE.findings}
    assert ids.issuperset(MINE.summary.top)
    assert all(ids.issuperset(a.findings) and a.findings for a in MINE.summary.accepted)
    assert [o.label for o in MINE.summary.owners] == ["orders"]


def test_what_belongs_to_nobody_is_whole_or_left_out_and_said_so() -> None:
    assert MINE.comparisons == WHOLE.comparisons
    assert (MINE.coverage, MINE.snapshots, MINE.ignored) == (WHOLE.coverage, WHOLE.snapshots, WHOLE.ignored)
    assert (MINE.resolved, MINE.summary.matrices, MINE.summary.trend) == ((), (), ())
    assert "Coverage, ledgers and parity are those of the whole report" in MINE.summary.notes[1]


def test_what_is_theirs_of_a_group_says_of_how_many() -> None:
    group = WHOLE.summary.groups[0]
    two = group.findings[:2]
    shared = replace(WHOLE, findings=tuple(replace(f, owner="tables" if f.id in two else None) for f in WHOLE.findings))
    (found,) = of_owner(shared, "tables").summary.groups
    assert found.findings == two
    assert found.title.endswith(f"on 2 of {len(group.findings)} resources")
    one = replace(WHOLE, findings=tuple(replace(f, owner="tables" if f.id in two[:1] else None) for f in WHOLE.findings))
    assert of_owner(one, "tables").summary.groups == ()


def test_without_a_difference_it_is_the_same_only_where_all_was_seen() -> None:
    assert of_owner(WHOLE, "nobody").summary.tone == "unknown"
    seen = replace(WHOLE, gaps=(), findings=tuple(f for f in WHOLE.findings if f.kind != "gap"))
    seen = replace(seen, summary=replace(seen.summary, listings=replace(seen.summary.listings, part=seen.summary.listings.whole)))
    assert of_owner(seen, "nobody").summary.tone == "same"
    assert of_owner(seen, "orders").summary.tone == "drift"


def test_every_text_format_tells_it() -> None:
    for name in FORMATS:
        if name in ("json", "text", "markdown", "html", "mail"):
            assert b"slice for orders" in render(name, MINE), name
