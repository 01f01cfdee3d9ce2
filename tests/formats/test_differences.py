"""The tree of `diff`: owner, service, resource, and the changed fields alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from driftscan.formats.differences import ALIKE, FIELDS, RESOURCES, render
from driftscan.model.report import Report
from tests.report import sample

REPORT = sample.report()
TEXT = render(REPORT, width=120)


def bare(text: str) -> list[str]:
    """The lines without the branches of the tree."""
    return [line.strip(" │├└─") for line in text.splitlines()]


def test_by_owner_service_and_resource() -> None:
    lines = bare(TEXT)
    places = [
        lines.index(line) for line in ("finance  1 finding, 1 critical", "orders  3 findings, 2 high", "no owner  10 findings, 1 high")
    ]
    assert places == sorted(places)
    assert lines[places[0] + 1] == "S3  1"
    assert lines[places[0] + 2].startswith("▲ critical  S3 bucket invoices  ")


def test_only_what_changed_each_with_a_mark_that_the_legend_explains() -> None:
    assert "- only in prod   + only in stage   ~ prod → stage" in TEXT
    lines = bare(TEXT)
    assert "~ VisibilityTimeout  60 → 30" in lines
    assert '- Tags.CostCenter  "4711"' in lines
    assert "✓ MaxSessionDuration  7200 → 3600  expected" in lines
    assert "? State  Active → unknown (in flux)" in lines


def test_what_does_not_fit_stands_below_its_path() -> None:
    lines = bare(render(REPORT, width=80))
    at = lines.index("~ Environment.Variables.PAYMENTS_URL")
    assert [line[:2] for line in lines[at + 1 : at + 3]] == ["- ", "+ "]


def test_resources_that_differ_in_the_same_way_are_told_once() -> None:
    assert f"{ALIKE + 1} × AWS::DynamoDB::Table" in TEXT
    assert "carts, customers, orders and 1 more" in TEXT
    full = render(REPORT, width=120, full=True)
    assert " × " not in full
    assert full.count("4711") == TEXT.count("4711") + ALIKE


def test_what_is_accepted_is_counted_and_full_shows_it() -> None:
    assert "✓ 3 expected, 1 waived: --full shows them" in TEXT
    full = render(REPORT, width=120, full=True)
    assert len(re.findall(r"✓ \w+ expected  ", full)) == 3
    assert len(re.findall(r"✓ \w+ waived  ", full)) == 1


def one(changes: int = 1) -> Report:
    """A report with one finding, of so many changes."""
    first = next(f for f in REPORT.findings if f.changes and f.kind == "changed")
    many = tuple(
        replace(first.changes[0], path=f"Path{n:02}", candidate=n, reference=n + 1, op="changed", moved="unknown") for n in range(changes)
    )
    return replace(REPORT, findings=(replace(first, changes=many),))


def test_what_is_too_much_is_cut_and_said() -> None:
    short, full = render(one(FIELDS + 2)), render(one(FIELDS + 2), full=True)
    assert "… and 2 changes more: --full shows them" in short
    assert "Path09" not in short
    assert "Path09" in full
    (finding,) = one().findings
    several = tuple(replace(finding, id=f"{n:016x}", changes=(replace(finding.changes[0], candidate=n),)) for n in range(RESOURCES + 5))
    assert "… and 5 findings, 5 " in render(replace(REPORT, findings=several))
    assert "… and" not in render(replace(REPORT, findings=several), full=True)


def test_context_stands_between_the_fields() -> None:
    (finding,) = one(2).findings
    text = render(one(2), around={finding.id: (("Path00a", 7), ("Other", [1, 2]))})
    fields = [line for line in bare(text) if re.match(r"[~=] (Path|Other)", line)]
    assert fields == ["= Other  [1, 2]", "~ Path00  1 → 0", "= Path00a  7", "~ Path01  2 → 1"]
    assert "= the same in both" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("report", [REPORT, sample.history(), sample.two_comparisons()])
def test_no_line_is_wider_than_the_screen(report: Report, width: int, full: bool) -> None:
    assert max(cell_len(line) for line in render(report, width=width, full=full).splitlines()) <= width


def test_colour_is_asked_for_and_says_nothing_alone() -> None:
    coloured = render(REPORT, width=120, color=True)
    assert "\x1b[" in coloured
    without = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in without.splitlines()] == TEXT.splitlines()


@pytest.mark.parametrize("hostile", ["\x1b[31mred\x1b[0m", "a\nb", "[bold]x[/nope]", "a\u202eb", "\x1b]8;;http://x\x1b\\y"])
def test_a_hostile_name_draws_nothing(hostile: str) -> None:
    for full in (False, True):
        text = render(sample.report(hostile, everything=True), width=120, full=full)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_over_time_the_later_side_is_the_one_that_moved_and_the_next_step_is_its_history() -> None:
    text = render(sample.history(), width=140)
    assert " moved" not in text
    assert re.search(r"^next  driftscan history \S+   its months$", text, re.M)
    assert re.search(r"^next  driftscan explain [0-9a-f]{8}   why", TEXT, re.M)
