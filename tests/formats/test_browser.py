"""A real browser opens the page: nothing in it runs, it is styled, and it fits a narrow screen. Controls show that the test can fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driftscan.formats import render
from tests.formats.hostile import NAMES
from tests.report import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
ATTACKS = "".join(NAMES[n] for n in ("script", "image", "attribute", "svg", "frame", "title", "comment", "base", "meta"))
"""Every row that would run something, one after the other."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as p:
        args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        running = p.chromium.launch(executable_path=CHROMIUM, args=args)
        yield running
        running.close()


@dataclass
class Seen:
    """What happened while a page was open."""

    ran: bool = False
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    styled: bool = False
    overflow: int = 0
    title: str = ""


def visit(browser: Browser, text: str, folder: Path, width: int = 1100) -> Seen:
    """Open the page as from a mail attachment, unfold everything, move the mouse over it, and look."""
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    seen = Seen()
    page.on("dialog", lambda d: (seen.dialogs.append(d.message), d.dismiss()))
    page.on("request", lambda r: seen.requests.append(r.url))
    page.on("console", lambda m: seen.console.append(m.text))
    page.goto(file.as_uri(), wait_until="load")
    for details in page.query_selector_all("details"):
        details.evaluate("e => e.open = true")
    page.mouse.move(200, 300)
    page.keyboard.press("Tab")
    page.wait_for_timeout(150)
    seen.ran = page.evaluate("window.ran === 1")
    seen.styled = page.evaluate("getComputedStyle(document.querySelector('main') || document.body).maxWidth !== 'none'")
    seen.overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    seen.title = page.title()
    page.close()
    return seen


def test_nothing_runs_and_nothing_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    seen = visit(browser, render("html", sample.report(ATTACKS)).decode(), tmp_path)
    assert not seen.ran
    assert seen.dialogs == []
    assert seen.requests == [(tmp_path / "report.html").as_uri()]
    assert seen.console == []
    assert seen.styled


def test_control_an_unescaped_page_without_the_policy_runs(browser: Browser, tmp_path: Path) -> None:
    """The same attacks, once escaping and policy are both gone: if this page were harmless, the test above would prove nothing."""
    text = render("html", sample.report("ATTACK")).decode().replace("ATTACK", NAMES["script"])
    text = text.replace("Content-Security-Policy", "X-None")
    assert visit(browser, text, tmp_path).ran


def test_control_the_policy_alone_holds(browser: Browser, tmp_path: Path) -> None:
    """Were one escape forgotten, the policy would still stop it, and say so."""
    text = render("html", sample.report("ATTACK")).decode().replace("ATTACK", NAMES["script"])
    seen = visit(browser, text, tmp_path)
    assert not seen.ran
    assert any("Content Security Policy" in line for line in seen.console)


@pytest.mark.parametrize("name", ["", NAMES["wide"], "x" * 2_000], ids=["plain", "wide", "long"])
def test_page_fits_a_narrow_screen(browser: Browser, tmp_path: Path, name: str) -> None:
    seen = visit(browser, render("html", sample.report(name)).decode(), tmp_path, width=320)
    assert seen.overflow == 0


def test_names_stay_text(browser: Browser, tmp_path: Path) -> None:
    assert NAMES["title"] in visit(browser, render("html", sample.report(NAMES["title"])).decode(), tmp_path).title
