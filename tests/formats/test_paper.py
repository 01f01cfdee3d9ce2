"""The demo's report on A4 and on US Letter, as Chromium prints it: every page says what it is of, nothing is cut, nothing stands alone.

Each check has a control: the same page with the rule taken away that makes it hold.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from driftscan.formats import html, json, pdf
from driftscan.model.report import Report
from driftscan.report.stored import load
from tests.report.golden import REPORT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAPERS = {"a4": (595, 842), "letter": (612, 792)}
"""Width and height in points."""
SIDE = 17 / 25.4 * 96
"""The margin at either side, in CSS pixels."""
BOTH = pytest.mark.parametrize("paper", PAPERS)


@cache
def report() -> Report:
    return load(REPORT.read_bytes())


@cache
def plain() -> str:
    return html.render(report())


def without(*rules: str, by: str = "x-none") -> str:
    """The page with these words of its style gone, and with no policy, which would refuse the whole style then."""
    text = plain().replace("Content-Security-Policy", "X-None")
    for rule in rules:
        assert rule in text
        text = text.replace(rule, by)
    return text


@cache
def unruled() -> str:
    """The page without what this file is about: no margin boxes, no rules for breaks."""
    return without("@bottom-left", "break-after: avoid", "break-before: avoid", "break-inside: avoid")


@cache
def read(page: str, paper: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.printed(page, paper)))


@cache
def sheets(page: str, paper: str) -> list[list[str]]:
    """The lines of each page, from its head to its foot."""
    return [list(_lines(p)) for p in read(page, paper).pages]


def _lines(page: pypdf.PageObject) -> Iterator[str]:
    rows: dict[int, list[tuple[float, str]]] = {}

    def take(text: str, cm: list[float], tm: list[float], _font: Any, _size: float) -> None:
        if text.strip():
            x, y = (tm[4] * cm[i] + tm[5] * cm[i + 2] + cm[i + 4] for i in (0, 1))
            rows.setdefault(round(y), []).append((x, unicodedata.normalize("NFKC", text.strip())))

    page.extract_text(visitor_text=take)
    for y in sorted(rows, reverse=True):
        yield " ".join(text for _, text in sorted(rows[y]))


# --------------------------------------------------------------------------------------------- what every page says


def marked(pages: list[list[str]]) -> list[bool]:
    """Of each page: whether its foot holds the digest of the report, and its number of all."""
    digest = json.digest(report())
    return [page[-1] == f"sha256 {digest} {n} / {len(pages)}" for n, page in enumerate(pages, 1)]


@BOTH
def test_each_page_has_its_number_the_digest_and_whose_it_is(paper: str) -> None:
    pages = sheets(plain(), paper)
    assert len(pages) > 20
    assert all(marked(pages))
    head = "acme · parity report · 2026-11"
    assert [page[0] == head for page in pages] == [False] + [True] * (len(pages) - 1)
    assert pages[0][0] == "acme Parity report 2026-11", "the first page begins with it anyway"


@BOTH
def test_the_paper_is_the_one_that_was_asked_for(paper: str) -> None:
    assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in read(plain(), paper).pages} == {PAPERS[paper]}


def test_control_a_page_without_margin_boxes_is_seen() -> None:
    assert not any(marked(sheets(unruled(), "letter")))


# --------------------------------------------------------------------------------------------- nothing stands alone


def alone(pages: list[list[str]]) -> list[str]:
    """Titles that end a page, and the last line of a finding that begins one."""
    found = [page[-2] for page in pages if _is_title(page[-2])]
    return found + [page[1] for page in pages[1:] if re.search(r"· finding [0-9a-f]{16}$", page[1])]


def _is_title(line: str) -> bool:
    """The heading of a section or of a severity, of a fold, of a table, or the head of a table."""
    return bool(
        re.fullmatch(r"(Critical|High|Medium|Low|Undecided|Worse|Reopened|New|Resolved) \d+( findings?)?", line)
        or re.match(r"\d+ (rules? (of|dropped)|listings? not|calls? without)|Ledger by type|ENV-\d\d .*: reasons", line)
        or re.match(r"(Type|Field|Rule|What|Promise|Owner|Seen first|Environment|Period) [A-Z]?[a-z]+ .*[A-Za-z]$", line)
        or re.match(r"What (it judges|each rule met)|Each row adds up|rule [a-z-]+: ", line)
        or line in {"Coverage", "Integrity", "Against the baselines", "Exceptions", "Not assessed", "Ignored by rule", "Trend", "Sign-off"}
    )


@BOTH
def test_no_title_ends_a_page_and_no_last_line_begins_one(paper: str) -> None:
    assert alone(sheets(plain(), paper)) == []


def test_control_without_its_rules_titles_stand_alone() -> None:
    assert alone(sheets(unruled(), "letter"))


@BOTH
def test_a_finding_stands_on_one_page(paper: str) -> None:
    assert torn(sheets(plain(), paper)) == []


def test_control_without_its_rule_findings_are_torn() -> None:
    assert torn(sheets(unruled(), "letter"))


def torn(pages: list[list[str]]) -> list[str]:
    """Findings whose last line stands on another page than the head of what differs."""
    found = []
    for page in pages:
        heads = 0
        for line in page:
            heads += line.startswith("Field ") or line in ("prod", "stage") or "not there" in line
            if end := re.search(r"finding ([0-9a-f]{16})$", line):
                found += [] if heads else [end[1]]
                heads = 0
    return found


# --------------------------------------------------------------------------------------------- nothing is cut

CUT = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const cell = e => e.closest("td, th")?.getBoundingClientRect().right + 1 || edge;
  return [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && !e.closest(".hidden, .matrix caption"))
    .filter(e => e.getBoundingClientRect().right > Math.min(edge, cell(e)))
    .map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40));
}"""
BROKEN = """() => {
  const found = [];
  for (const cell of document.querySelectorAll("thead th, .badge, .tag, .ledger tbody th")) {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode()); )
      for (const word of node.data.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) found.push(word[0]);
      }
  }
  return found;
}"""


def on_paper(browser: Browser, text: str, paper: str, folder: Path) -> Page:
    """The page as it is laid out between the margins of a sheet."""
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    page = browser.new_page(viewport={"width": int(PAPERS[paper][0] / 72 * 96 - 2 * SIDE), "height": 900})
    page.goto(file.as_uri(), wait_until="load")
    page.emulate_media(media="print")
    return page


@BOTH
def test_nothing_is_cut_and_no_word_of_a_head_is_broken(browser: Browser, tmp_path: Path, paper: str) -> None:
    page = on_paper(browser, plain(), paper, tmp_path)
    assert page.evaluate(CUT) == []
    assert page.evaluate(BROKEN) == []
    page.close()


@BOTH
def test_control_a_table_that_is_too_wide_and_a_broken_word_are_seen(browser: Browser, tmp_path: Path, paper: str) -> None:
    page = on_paper(browser, without("table { width: 100%;", by="table { width: 120%;"), paper, tmp_path)
    assert page.evaluate(CUT)
    page.close()
    page = on_paper(browser, without(".scroll thead th, .ledger th, .number,"), paper, tmp_path)
    assert "Ambiguous" in page.evaluate(BROKEN)
    page.close()


def test_what_only_a_screen_can_do_is_not_offered_on_paper() -> None:
    said = "\n".join(line for page in sheets(plain(), "a4") for line in page)
    assert re.search(r"\b\d+ more rows: in report\.json\.", said)
    assert "JavaScript" not in said
