"""A real browser opens the page: no name runs, and it needs no mouse, no colour, no width, no script. Controls show what can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from driftscan.formats import html, render
from driftscan.formats.html import CARDS
from driftscan.model.drift import Severity
from driftscan.report.stored import load
from tests.formats.hostile import NAMES
from tests.report import sample
from tests.report.golden import REPORT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ATTACKS = "".join(NAMES[n] for n in ("script", "image", "attribute", "svg", "frame", "title", "comment", "base", "meta"))
"""Every row that would run something, one after the other."""
READY = "html[data-ready]"


@dataclass
class Seen:
    """What happened while a page was open."""

    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@cache
def plain() -> str:
    """The page of the sample."""
    return render("html", sample.report()).decode()


@contextmanager
def opened(browser: Browser, text: str, folder: Path, *, ready: bool = True, hash: str = "", **options: Any) -> Iterator[tuple[Page, Seen]]:
    """The page as from a mail attachment. ready: wait until its script has read the data."""
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    context = browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
    page, seen = context.new_page(), Seen()
    page.on("dialog", lambda d: (seen.dialogs.append(d.message), d.dismiss()))
    page.on("request", lambda r: seen.requests.append(r.url))
    page.on("console", lambda m: seen.console.append(m.text))
    page.on("pageerror", lambda e: seen.console.append(str(e)))
    page.goto(file.as_uri() + hash, wait_until="load")
    if ready:
        page.wait_for_selector(READY, state="attached")
    yield page, seen
    context.close()


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.mouse.move(200, 300)
    page.keyboard.press("Tab")
    page.wait_for_timeout(150)


def ran(page: Page) -> bool:
    return bool(page.evaluate("window.ran === 1"))


# --------------------------------------------------------------------------------------------- nothing runs, nothing is asked for


def test_nothing_runs_and_nothing_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, render("html", sample.report(ATTACKS)).decode(), tmp_path) as (page, seen):
        unfold(page)
        page.fill("#q", "<img")
        page.wait_for_timeout(300)
        assert not ran(page)
        assert (seen.dialogs, seen.console) == ([], [])
        assert seen.requests == [(tmp_path / "report.html").as_uri()]
        assert page.evaluate("getComputedStyle(document.querySelector('.frame')).maxWidth") != "none"
        assert page.locator(".list .card").count() == len(sample.report().findings)
        assert page.locator(".list img, .list script, .list iframe, .list svg").count() == 0


@pytest.mark.parametrize("name", ["script", "attribute", "newlines", "null", "override", "surrogate", "long", "percent"])
def test_the_script_shows_every_name_as_text(browser: Browser, tmp_path: Path, name: str) -> None:
    text = render("html", sample.report(NAMES[name])).decode()
    with opened(browser, text, tmp_path) as (page, seen):
        page.locator(".list .card summary").first.click()
        page.wait_for_selector(".list .card[open] .foot")
        assert html.printable(NAMES[name])[:2000].strip() in page.locator(".list .card").first.text_content()  # type: ignore[operator]
        assert not ran(page)
        assert seen.console == []


def test_control_an_unescaped_page_without_the_policy_runs(browser: Browser, tmp_path: Path) -> None:
    """Were this harmless, the test above would prove nothing."""
    text = render("html", sample.report("ATTACK")).decode().replace("Content-Security-Policy", "X-None").replace("ATTACK", NAMES["script"])
    with opened(browser, text, tmp_path, ready=False) as (page, _):
        assert ran(page)


def test_control_the_policy_alone_holds(browser: Browser, tmp_path: Path) -> None:
    """Were one escape forgotten, the policy would still stop it, and say so."""
    text = plain().replace("<main", "<script>window.ran=1</script><p onclick='window.ran=1' id='trap'>x</p><main", 1)
    with opened(browser, text, tmp_path) as (page, seen):
        page.locator("#trap").click()
        assert not ran(page)
        assert sum("Content Security Policy" in line for line in seen.console) == 2


def test_the_policy_refuses_markup_from_a_script(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, plain(), tmp_path) as (page, _):
        assert "TrustedHTML" in page.evaluate("(() => { try { document.body.innerHTML = 'x' } catch (e) { return String(e) } })()")
    with opened(browser, plain().replace("require-trusted-types-for", "x"), tmp_path) as (page, _):
        assert page.evaluate("(() => { document.body.innerHTML = 'x'; return document.body.textContent })()") == "x"


def test_names_stay_text(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, render("html", sample.report(NAMES["title"])).decode(), tmp_path) as (page, _):
        assert NAMES["title"] in page.title()


# --------------------------------------------------------------------------------------------- for everybody


def axe(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA: `rule: element`."""
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [f"{v['id']}: {n['target']} {n.get('failureSummary', '')}" for v in result["violations"] for n in v["nodes"]]


def dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")


def light(page: Page) -> None:
    page.emulate_media(color_scheme="light")


def paper(page: Page) -> None:
    page.emulate_media(media="print")


@pytest.mark.parametrize("mode", [light, dark, paper])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, mode: Callable[[Page], None]) -> None:
    with opened(browser, plain(), tmp_path) as (page, _):
        unfold(page)
        page.wait_for_selector(".list .card[open] .foot")
        mode(page)
        assert axe(page) == []


@pytest.mark.parametrize("mode", [light, dark, paper])
def test_control_axe_finds_a_pale_text_and_a_field_without_a_name(browser: Browser, tmp_path: Path, mode: Callable[[Page], None]) -> None:
    text = plain().replace("<main", "<input><p class='pale'>hard to read</p><main", 1)
    text = text.replace("Content-Security-Policy", "X-None").replace("</head>", "<style>.pale{color:#999;background:#aaa}</style></head>")
    with opened(browser, text, tmp_path) as (page, _):
        mode(page)
        found = axe(page)
        assert any(f.startswith("label") for f in found)
        assert any(f.startswith("color-contrast") and ".pale" in f for f in found)


@pytest.mark.parametrize("name", ["", NAMES["wide"], "x" * 2_000], ids=["plain", "wide", "long"])
def test_page_fits_a_narrow_screen(browser: Browser, tmp_path: Path, name: str) -> None:
    with opened(browser, render("html", sample.report(name)).decode(), tmp_path, viewport={"width": 320, "height": 800}) as (page, _):
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_control_a_page_that_is_too_wide_is_seen(browser: Browser, tmp_path: Path) -> None:
    text = plain().replace("<main", f"<pre>{'x' * 200}</pre><main", 1)
    with opened(browser, text, tmp_path, viewport={"width": 320, "height": 800}) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0


RUNS_OVER = """() => [...document.querySelectorAll("td *, th *")].filter(e => e.checkVisibility() && !e.closest(".hidden, caption"))
  .filter(e => e.getBoundingClientRect().right > e.closest("td, th").getBoundingClientRect().right + 1).map(e => e.textContent)"""


@pytest.mark.parametrize("width", [720, 1280])
def test_no_cell_runs_into_the_next(browser: Browser, tmp_path: Path, width: int) -> None:
    page_text = render("html", load(REPORT.read_bytes())).decode()
    with opened(browser, page_text, tmp_path, viewport={"width": width, "height": 900}) as (page, _):
        unfold(page)
        assert page.evaluate(RUNS_OVER) == []


def test_control_a_cell_that_runs_into_the_next_is_seen(browser: Browser, tmp_path: Path) -> None:
    text = render("html", load(REPORT.read_bytes())).decode().replace("Content-Security-Policy", "X-None")
    text = text.replace(".calls .together { white-space: normal; }", "")
    with opened(browser, text, tmp_path, viewport={"width": 1280, "height": 900}) as (page, _):
        unfold(page)
        assert "444444444444 / eu-central-1" in page.evaluate(RUNS_OVER)


def test_keyboard_alone_reaches_opens_searches_and_turns(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, plain(), tmp_path) as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
        page.focus("#q")
        page.keyboard.type("orders-worker")
        page.wait_for_url("**#findings?q=orders-worker")  # the last letter has been looked for
        page.wait_for_selector(".count:has-text('1 of 21 findings')")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        page.keyboard.press("Enter")
        page.wait_for_selector(".list .card[open] .foot")
        assert "Policies.inline.Statement" in page.locator(".list .card").text_content()  # type: ignore[operator]


# --------------------------------------------------------------------------------------------- search, filters, links


def test_filters_narrow_and_stand_in_the_address(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, plain(), tmp_path) as (page, _):
        page.select_option("#f-severity", "high")
        page.select_option("#f-verdict", "drift")
        assert page.locator(".count").text_content() == "3 of 21 findings"
        assert page.evaluate("location.hash") == "#findings?severity=high&verdict=drift"
        page.select_option("#f-sort", "age")
        assert "orders-api" in page.locator(".list .card").first.text_content()  # type: ignore[operator]
        page.get_by_role("button", name="Clear").click()
        assert page.locator(".count").text_content() == "21 findings"
    with opened(browser, plain(), tmp_path, hash="#findings?q=queue+stage&owner=-") as (page, _):
        page.wait_for_selector(".count:has-text(' of 21')")
        assert page.locator("#q").input_value() == "queue stage"
        titles = page.locator(".list .card").all_text_contents()
        assert titles
        assert all("no owner" in t for t in titles)


def test_a_cell_of_the_matrix_leads_to_its_findings(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, plain(), tmp_path) as (page, _):
        page.locator(".matrix a[title^='Lambda, capacity']").click()
        page.wait_for_selector(".chips button")
        titles = page.locator(".list .card").all_text_contents()
        assert len(titles) == 3
        assert all("AWS::Lambda" in t for t in titles)
        page.locator(".chips button").first.click()
        assert not page.locator(".chips button:has-text('aspect')").count()


def crowded() -> str:
    """More decisions than stand in the page, and more than one page of the list."""
    many = [replace(f, id=f"{n:016x}") for n in range(CARDS + 60) for f in sample.drift(1, Severity.HIGH, group=f"g{n}")]
    snapshots, comparisons = sample.parts(many)
    return html.render(sample.build(sample.run(), snapshots, comparisons, sample.catalog(), sample.settings()))


def test_a_link_to_a_finding_opens_it_wherever_it_stands(browser: Browser, tmp_path: Path) -> None:
    first = sample.report().findings[0].id
    with opened(browser, plain(), tmp_path, hash=f"#finding-{first}") as (page, _):
        page.wait_for_selector(f"#finding-{first}[open]")
    text = crowded()
    far = f"{CARDS + 55:016x}"
    assert f'id="finding-{far}"' not in text
    with opened(browser, text, tmp_path, hash=f"#finding-{far}") as (page, _):
        page.wait_for_selector(f".list [data-id='{far}'][open] .foot")
        assert "page 3 of 3" in page.locator(".pages").text_content()  # type: ignore[operator]
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        page.get_by_role("button", name="Previous").click()
        assert "page 2 of 3" in page.locator(".pages").text_content()  # type: ignore[operator]


def test_details_drawn_by_the_script_say_what_the_page_says(browser: Browser, tmp_path: Path) -> None:
    """Every finding that stands in the page, opened in the list too: the same words in the same order."""
    with opened(browser, plain(), tmp_path) as (page, _):
        unfold(page)
        page.wait_for_selector(".list .card:last-child[open] .foot")
        compared = 0
        for f in sample.report().findings:
            here = page.locator(f"details[id='finding-{f.id}'] .body .changes tbody")
            if here.count():
                there = page.locator(f".list [data-id='{f.id}'] .changes tbody")
                assert " ".join(str(there.inner_text()).split()) == " ".join(str(here.inner_text()).split()), f.title
                compared += 1
        assert compared >= 12


# --------------------------------------------------------------------------------------------- without a script


def test_without_javascript_the_summary_is_whole(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, plain(), tmp_path, ready=False, java_script_enabled=False) as (page, seen):
        text = page.locator("body").inner_text()
        for said in (
            "stage is not a rehearsal of prod",
            "282 of 295 comparable resources agree",
            "1 of 13 differences",
            "With JavaScript, all 21",
        ):
            assert said in text
        for f in sample.report().findings:
            assert page.locator(f"[id='finding-{f.id}']").count() == 1
        assert page.locator("button, input, select").count() == 0
        assert seen.console == []


# --------------------------------------------------------------------------------------------- on paper


def test_on_paper_details_are_open_and_tools_are_gone(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, plain(), tmp_path) as (page, _):
        page.emulate_media(media="print")
        assert not page.locator("#q").is_visible()
        assert not page.locator("nav").is_visible()
        assert page.locator(".ledger tbody td").first.is_visible()
        page.emulate_media(media="screen")
        assert not page.locator(".ledger tbody td").first.is_visible()
