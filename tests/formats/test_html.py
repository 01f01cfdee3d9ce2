"""The page: self-contained, readable without a mouse, under a policy that lets nothing run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from driftscan.formats import json
from driftscan.formats.html import CARDS, MARKS, MEMBERS, SECTIONS, render
from driftscan.model.drift import Severity
from driftscan.model.value import ABSENT
from tests.formats.test_hostile import Page
from tests.report import sample

TEXT = render(sample.report())
STYLES = re.findall(r"<style>(.*?)</style>", TEXT, re.S)
SCRIPTS = re.findall(r"<script>(.*?)</script>", TEXT, re.S)
CSS = STYLES[0]


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_policy_allows_these_styles_and_this_script_and_nothing_else() -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', TEXT)
    assert policy
    assert len(STYLES) == 2
    assert len(SCRIPTS) == 1
    assert policy[1].replace("&#39;", "'") == (
        f"default-src 'none'; style-src {hashed(STYLES[0])} {hashed(STYLES[1])}; script-src {hashed(SCRIPTS[0])}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert TEXT.index("Content-Security-Policy") < TEXT.index("<style>")


def test_script_writes_elements_and_text_only() -> None:
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval",
        "Function(",
        "fetch",
        "XMLHttp",
        "import(",
        "localStorage",
    ):
        assert word not in SCRIPTS[0], word


def test_page_asks_for_nothing_outside() -> None:
    assert not re.search(r"\b(src|srcset|poster|action|data)=", TEXT)
    assert all("url(" not in css and "@import" not in css for css in STYLES)
    assert "http://" not in TEXT.replace("https://«", "")
    assert all(h.startswith("#") for h in Page(TEXT).attributes["a href"])


def test_printed_pages_carry_the_name_the_digest_and_their_number() -> None:
    digest = hashlib.sha256(json.render(sample.report())).hexdigest()
    assert TEXT.count(digest) >= 4
    assert f'@bottom-left{{content:"sha256 {digest}"}}' in STYLES[1]
    assert "counter(page)" in STYLES[1]
    assert "acme \\b7  parity report \\b7  2026\\2d 11" in STYLES[1]


@pytest.mark.parametrize("name", ['"}body{display:none}', "</style><script>", "\\", "a\nb", "\u202e"])
def test_a_name_cannot_leave_its_string_in_the_style_sheet(name: str) -> None:
    report = sample.report()
    text = render(replace(report, run=replace(report.run, organization=name)))
    paper = re.findall(r"<style>(.*?)</style>", text, re.S)[1]
    inside = re.search(r'@top-left\{content:"([^"]*)"\}@bottom-left', paper)
    assert inside
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|\\[0-9a-f]+ )*", inside[1])


def test_every_inner_link_has_its_target_and_ids_are_unique() -> None:
    ids = re.findall(r'\bid="([^"]+)"', TEXT)
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in re.findall(r'href="(#[^"]+)"', TEXT)} <= set(ids)
    assert {i for ids_ in re.findall(r'aria-labelledby="([^"]+)"', TEXT) for i in ids_.split()} <= set(ids)


def test_headings_descend_one_by_one_and_tables_are_named() -> None:
    levels = [int(n) for n in re.findall(r"<h([1-6])[ >]", TEXT)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    tables = re.findall(r"<table.*?</table>", TEXT, re.S)
    assert tables
    for table in tables:
        assert "<caption" in table
        assert all("scope=" in th for th in re.findall(r"<th[ >][^>]*", table))


def test_language_skip_link_landmarks() -> None:
    assert '<html lang="en">' in TEXT
    assert TEXT.index('href="#main"') < TEXT.index("<header")
    assert TEXT.count("<main") == 1
    assert re.search(r"<nav [^>]*aria-label", TEXT)


def luminance(hex: str) -> float:
    """WCAG 2 relative luminance."""
    full = hex if len(hex) == 7 else "#" + "".join(c * 2 for c in hex[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    a, b = sorted((luminance(one), luminance(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    """The colours of light, dark and print."""
    blocks = re.findall(r":root(?:, :root\[data-theme\])? \{(.*?)\}", CSS, re.S)
    both = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", blocks[0])
    return {
        "light": {name: light for name, light, _ in both},
        "dark": {name: dark for name, _, dark in both},
        "print": dict(re.findall(r"--([\w-]+): (#\w+)", blocks[1])),
    }


INKS = ["ink", "quiet", "link", "critical", "high", "medium", "low", "info", "good"]


@pytest.mark.parametrize("name", ["light", "dark", "print"])
def test_contrast_is_at_least_aa(name: str) -> None:
    palette = palettes()[name]
    for ink in INKS:
        for ground in ("paper", "soft"):
            assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    for severity in ("critical", "high", "medium", "low", "info"):
        assert contrast(palette[severity], palette[f"{severity}-bg"]) >= 4.5, severity
    for ink, ground in (("old", "old-bg"), ("new", "new-bg"), ("old", "paper"), ("new", "paper")):
        assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)


def test_every_colour_of_the_page_is_in_the_palette() -> None:
    outside = re.sub(r":root[^{]*\{.*?\}", "", CSS, flags=re.S)
    outside = re.sub(r"@page[^{]*\{(?:[^{}]|\{[^}]*\})*\}", "", outside)  # margins of paper know no variables
    assert re.findall(r"#[0-9a-f]{3,6}\b(?![^{]*\{)", outside) == []


def test_severities_are_marks_and_words_everywhere() -> None:
    for severity, mark in MARKS.items():
        assert re.search(rf'class="badge {severity}"><i aria-hidden="true">{mark}</i> {severity}<', TEXT)
    assert len(set(MARKS.values())) == 5
    assert dict(re.findall(r'(\w+): "(.)"', re.search(r"MARKS = \{(.*?)\}", SCRIPTS[0])[1])) == MARKS  # type: ignore[index]


def test_all_findings_gaps_rules_and_snapshots_are_there() -> None:
    report = sample.report()
    page = Page(TEXT)
    for finding in report.findings:
        assert finding.id in page.text
    for gap in report.gaps:
        assert gap.hint in page.text
    for ignored in report.ignored:
        assert ignored.reason in page.text
    for snapshot in report.snapshots:
        assert snapshot.digest in page.text
    for r in report.resolved:
        assert r.id in page.text
    assert "approved by b@example.org" in page.text
    assert "until 2026-12-31, 31 days left" in page.text


def test_denominators_stand_beside_every_share() -> None:
    text = " ".join(Page(TEXT).text.split())
    assert "95.6 % 282 of 295 comparable resources agree" in text
    assert "7.7 % 1 of 13 differences that no rule expects" in text
    assert "4.8 % 1 of 21 listings unread, 2 calls without a full answer, 3 undecided" in text
    assert "20 of 21 listings of types in use were read to the end or answered that the service is off: 95.2 %" in text


def test_changes_stand_side_by_side_under_the_names_of_the_environments() -> None:
    text = " ".join(Page(TEXT).text.split())
    assert "Field prod stage Who moved VisibilityTimeout 60 30" in text


def test_long_values_are_folded_and_whole() -> None:
    report = sample.report()
    value = "policy " * 500
    first = report.findings[0]
    changed = replace(first, changes=(replace(first.changes[0], candidate=value, reference=ABSENT),))
    text = render(replace(report, findings=(changed, *report.findings[1:])))
    assert '<details class="long">' in text
    assert value.strip() in Page(text).text


def test_empty_report_says_so() -> None:
    snapshots, comparisons = sample.parts([])
    assert snapshots
    made = sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings())
    text = render(made)
    for said in ("No difference was found", "Nothing is in promotion", "No difference was expected or waived", "Nothing is open"):
        assert said in text


def test_nothing_compared_nothing_read() -> None:
    made = sample.build(sample.run(), [], [], sample.catalog(), sample.settings())
    text = render(made)
    assert "Nothing was compared" in text
    assert "no listing was read" in text


def test_sections_stand_in_the_order_of_the_contents() -> None:
    ids = re.findall(r'<section id="([\w-]+)"', TEXT)
    assert ids == ["comparison-1" if s == "comparisons" else s for s in SECTIONS]
    assert re.findall(r'<li><a href="#([\w-]+)">', TEXT) == ids


def test_what_changed_is_counted_with_its_cause() -> None:
    text = " ".join(Page(TEXT).text.split())
    assert "Worse 1 differences Reopened 1 differences" in text
    assert "Resolved 3 1 the cloud changed, 1 the rules changed, 1 cause not known" in text


def test_a_missed_month_is_a_gap_in_the_picture_and_in_its_table() -> None:
    chart = re.search(r'<svg class="chart".*?</svg>', TEXT, re.S)
    assert chart
    assert chart[0].count('class="missed"') == 1
    assert "2026-09: no run" in chart[0]
    assert "no final run: nothing is known" in TEXT


def test_matrix_says_marks_numbers_and_words() -> None:
    row = re.search(r'<tr><th scope="row">Lambda</th>.*?</tr>', TEXT, re.S)
    assert row
    assert 'title="Lambda, capacity: 2 differences, worst high, 1 undecided"' in row[0]
    assert "65 of 67" in row[0]
    assert "no such aspect" in row[0]


def test_much_of_a_kind_stands_shortened_and_says_how_much_is_left() -> None:
    many = [f for n in range(CARDS + 7) for f in sample.drift(1, Severity.HIGH, group=f"g{n}")]
    many = [replace(f, id=f"{n:016x}") for n, f in enumerate(many)]
    crowd = [replace(f, id=f"c{n:015x}", severity=Severity.CRITICAL) for n, f in enumerate(sample.drift(30, Severity.CRITICAL))]
    snapshots, comparisons = sample.parts([*crowd, *many])
    text = render(sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings()))
    shown = Page(text)
    assert f"{30 - MEMBERS} more of this group" in shown.text
    assert "8 more high findings" in shown.text
    assert len(re.findall(r'id="finding-', text)) == MEMBERS + CARDS - 1
