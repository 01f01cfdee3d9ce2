"""The page: self-contained, readable without a mouse, under a policy that lets nothing run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from driftscan.formats.html import render
from driftscan.model.value import ABSENT
from tests.formats.test_hostile import Page
from tests.report import sample

TEXT = render(sample.report())
CSS = re.search(r"<style>(.*?)</style>", TEXT, re.S)
assert CSS


def test_policy_allows_this_style_and_nothing_else() -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', TEXT)
    assert policy
    digest = base64.b64encode(hashlib.sha256(CSS[1].encode()).digest()).decode()
    assert policy[1].replace("&#39;", "'") == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert TEXT.index("Content-Security-Policy") < TEXT.index("<style>")


def test_page_asks_for_nothing_outside() -> None:
    assert not re.search(r"\b(src|srcset|poster|action|data)=", TEXT)
    assert "url(" not in CSS[1]
    assert "@import" not in CSS[1]
    assert "http://" not in TEXT.replace("https://«", "")
    assert all(h.startswith("#") for h in Page(TEXT).attributes["a href"])


def test_every_inner_link_has_its_target_and_ids_are_unique() -> None:
    ids = re.findall(r'\bid="([^"]+)"', TEXT)
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in re.findall(r'href="(#[^"]+)"', TEXT)} <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', TEXT)) <= set(ids)


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
    assert TEXT.index('href="#main"') < TEXT.index("<header>")
    assert TEXT.count("<main") == 1
    assert "<nav aria-label" in TEXT


def luminance(hex: str) -> float:
    """WCAG 2 relative luminance."""
    full = hex if len(hex) == 7 else "#" + "".join(c * 2 for c in hex[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    a, b = sorted((luminance(one), luminance(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


PALETTES = [dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root \{(.*?)\}", CSS[1], re.S)]
INKS = ["ink", "quiet", "link", "critical", "high", "medium", "low", "info", "good"]


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark", "print"])
def test_contrast_is_at_least_aa(palette: dict[str, str]) -> None:
    for ink in INKS:
        for ground in ("paper", "soft"):
            assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    assert contrast(palette["paper"], palette["critical"]) >= 4.5
    for ink, ground in (("old", "old-bg"), ("new", "new-bg"), ("ink", "code"), ("quiet", "code")):
        assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)


def test_every_colour_of_the_page_is_in_the_palette() -> None:
    outside = re.sub(r":root \{.*?\}", "", CSS[1], flags=re.S)
    assert re.findall(r"#[0-9a-f]{3,6}\b(?![^{]*\{)", outside) == []


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
    assert "until 2026-12-31" in page.text


def test_denominators_stand_beside_every_share() -> None:
    text = " ".join(Page(TEXT).text.split())
    assert "95.6 % 282 of 295 comparable resources agree" in text
    assert "95.2 % 20 of 21 listings of types in use read" in text


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
    for said in ("No difference was found", "Nothing is in promotion", "No difference was expected or waived", "Everything that was read"):
        assert said in text


def test_nothing_compared_nothing_read() -> None:
    made = sample.build(sample.run(), [], [], sample.catalog(), sample.settings())
    text = render(made)
    assert "Nothing was compared" in text
    assert "no listing was read" in text
