"""The first page as a mail: no script, inline styles, under 100 KB, with the digest of report.json."""

from __future__ import annotations

import email
import hashlib
import re
import shutil
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest

from driftscan.formats import render
from driftscan.formats.mail import LIMIT
from driftscan.model.drift import Severity
from driftscan.report import build
from tests.formats.hostile import NAMES
from tests.report import sample


class Tags(HTMLParser):
    """Elements, attributes, and whether all that was opened is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_needs_nothing_that_a_mail_program_drops() -> None:
    tags = Tags(render("mail", sample.report()).decode())
    assert tags.open == []
    assert not tags.found & {"script", "style", "link", "img", "svg", "a", "form", "iframe", "div"}
    assert tags.attributes <= {
        "style", "role", "width", "cellpadding", "cellspacing", "border", "align", "colspan", "scope", "lang", "charset", "name", "content",
    }  # fmt: skip


def test_it_says_what_the_first_page_says() -> None:
    report = sample.report()
    page = render("mail", report).decode()
    assert report.summary.claims[0].headline in page
    assert all(note in page for note in report.summary.notes)
    assert "282 of 295 comparable resources agree" in page
    assert "5 of 12 decisions" in page
    assert hashlib.sha256(render("json", report)).hexdigest() in page


def test_it_stays_small_whatever_the_report_holds() -> None:
    long = "<&\"'" * 300
    items = [replace(f, id=f"{i}", group=f"{i}", owner=long) for i, f in enumerate(sample.drift(30, Severity.HIGH))]
    snapshots, judged = sample.parts(items)
    report = build(sample.run(), snapshots, judged, sample.catalog(), sample.settings())
    findings = tuple(
        replace(f, title=f"{i} {long}", changes=tuple(replace(c, path=long, candidate=long, reference=long + "x") for c in f.changes * 9))
        for i, f in enumerate(report.findings)
    )
    gaps = tuple(replace(f, id=f"g{i}", kind="gap", reason=long) for i, f in enumerate(findings[:20]))
    summary = replace(report.summary, notes=(long,) * 90, claims=report.summary.claims * 90, unseen=tuple(g.id for g in gaps), reach=long)
    huge = replace(report, findings=findings + gaps, summary=summary, comparisons=report.comparisons * 90)
    assert len(render("mail", huge)) < LIMIT


def message(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data, policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_a_whole_message_has_text_and_html_and_no_recipient() -> None:
    report = sample.report()
    found = message(render("mail:eml", report))
    assert found.get_content_type() == "multipart/alternative"
    text, page = found.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert page.get_content().strip() == render("mail:html", report).decode().strip()
    assert report.summary.verdict in " ".join(text.get_content().split())
    digest = hashlib.sha256(render("json", report)).hexdigest()
    assert digest in text.get_content()
    assert found["X-Driftscan-Report"] == f"sha256={digest}"
    assert found["Subject"] == f"driftscan acme 2026-11: {report.summary.verdict}"
    assert found["Date"] == "Mon, 30 Nov 2026 06:00:00 +0000"
    assert {h for h in found if h in ("To", "From", "Cc", "Bcc")} == set()


def test_a_recipient_written_before_it_makes_it_ready_to_send() -> None:
    found = message(b"To: governance@example.org\n" + render("mail:eml", sample.report()))
    assert found["To"] == "governance@example.org"
    assert found.is_multipart()


@pytest.mark.parametrize("variant", ["mail", "mail:eml"])
def test_lines_are_what_mail_programs_take(variant: str) -> None:
    data = render(variant, sample.report())
    assert b"\r" not in data
    assert not re.search(rb"^From ", data, re.MULTILINE)
    assert variant == "mail" or max(map(len, data.splitlines())) <= 998


def test_baselines_stand_among_the_numbers() -> None:
    from tests.formats.test_tables import with_baseline

    page = render("mail", with_baseline()).decode()
    assert "Baseline prod" in page
    assert "<b>1 broken</b>" in page


@pytest.mark.slow
def test_in_a_browser_with_scripts_no_name_runs_and_nothing_is_asked_for() -> None:
    from playwright.sync_api import sync_playwright

    requests: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 800, "height": 900})
        page.on("request", lambda r: requests.append(r.url))
        page.set_content("<script>window.ran=1</script>")
        assert page.evaluate("window.ran") == 1, "the control: a name that is not escaped does run"
        for name in NAMES.values():
            page.goto("about:blank")
            page.set_content(render("mail", sample.poison(sample.report(), name)).decode())
            page.mouse.move(300, 300)
            page.keyboard.press("Tab")
            assert page.evaluate("window.ran") is None
            assert page.locator("h2").count() == 4
        browser.close()
    assert [r for r in requests if r != "about:blank"] == []
