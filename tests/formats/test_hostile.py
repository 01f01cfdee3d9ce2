"""Hostile names in every string field, through every format: nothing runs, nothing breaks, nothing hides."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser

import pytest
from markupsafe import escape
from rich.cells import cell_len

from driftscan.formats import FORMATS, render, terminal
from driftscan.formats import pairs as pairs_format
from driftscan.formats.text import printable
from driftscan.model.drift import Compared, Comparison, Pair, Side
from driftscan.model.value import Address
from tests.formats.hostile import NAMES
from tests.report import sample

STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
ROWS = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())


class Page(HTMLParser):
    """Elements and attributes of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: dict[str, int] = {}
        self.attributes: dict[str, set[str]] = {}
        self._pieces: list[str] = []
        self.feed(text)
        self.text = "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("td", "th", "tr", "dd", "dt", "li", "span"):
            self._pieces.append(" ")
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for key, value in attrs:
            self.attributes.setdefault(f"{tag} {key}", set()).add(value or "")

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)


@lru_cache(maxsize=len(NAMES) + 1)
def page_of(name: str) -> tuple[str, Page]:
    """The HTML of the sample poisoned with this name, and what a parser makes of it."""
    text = render("html", sample.report(name)).decode()
    return text, Page(text)


CLEAN = page_of("")[1]


@ROWS
def test_html_has_no_element_or_attribute_that_a_name_made(name: str) -> None:
    page = page_of(name)[1]
    optional = {"wbr", "details", "summary", "small", "span", "code", "br", "p", "mark"}
    """Elements whose number follows the length and form of a value; none of them can hold anything that runs."""
    assert {t: n for t, n in page.tags.items() if t not in optional} == {t: n for t, n in CLEAN.tags.items() if t not in optional}
    assert set(page.tags) <= set(CLEAN.tags) | optional
    assert {a for a in page.attributes if " on" in a or a.endswith((" style", " src", " srcdoc", " action"))} == set()
    assert set(page.attributes) <= set(CLEAN.attributes) | {"details class"}
    assert all(h.startswith("#") for h in page.attributes["a href"])
    digests = re.compile(r"sha256-[\w+/=]+")
    assert {digests.sub("", c) for c in page.attributes["meta content"]} == {digests.sub("", c) for c in CLEAN.attributes["meta content"]}


@ROWS
def test_html_shows_the_name_in_full(name: str) -> None:
    page = page_of(name)[1]
    assert printable(name).strip() in page.text


@ROWS
def test_html_holds_nothing_that_steers(name: str) -> None:
    text = page_of(name)[0]
    assert {c for c in set(text) if unicodedata.category(c) in STEERING} <= {"\n", "\t"}


@ROWS
def test_terminal_obeys_no_name(name: str) -> None:
    report = sample.report(name)
    for width, full in ((40, False), (100, len(name) < 1000)):
        plain = terminal.render(report, width=width, full=full)
        assert {c for c in set(plain) if unicodedata.category(c) in STEERING} <= {"\n"}
        assert max(cell_len(line) for line in plain.splitlines()) <= width


@ROWS
def test_terminal_in_colour_says_the_same(name: str) -> None:
    report = sample.report(name)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", terminal.render(report, width=100, color=True))
    assert {c for c in set(bare) if unicodedata.category(c) in STEERING} <= {"\n"}
    assert [line.rstrip() for line in bare.splitlines()] == terminal.render(report, width=100).splitlines()


@ROWS
def test_json_keeps_the_name_and_hides_nothing(name: str) -> None:
    data = render("json", sample.report(name))
    assert data.isascii()
    document = json.loads(data)
    assert document["findings"][0]["title"].endswith(name)
    assert all(f["verdict"] in ("drift", "expected", "waived", "unknown") for f in document["findings"])


@ROWS
def test_pairs_are_one_line_each(name: str) -> None:
    snapshots, ((_, judgement),) = sample.parts()
    address = Address(f"T{name}", f"1{name}", f"r{name}", name)
    side = Side(snapshots[0].header.environment, "x", {}, {})
    comparison = Comparison(side, side, (Compared(Pair(address, address, name, 1.0, name)),), (), (), ())
    lines = pairs_format.render([(comparison, judgement)]).decode("ascii").splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0])["candidate"]["id"] == name


@pytest.mark.parametrize("name", [NAMES["script"], NAMES["image"], NAMES["markup"], NAMES["ansi"]])
@pytest.mark.parametrize("format", sorted(set(FORMATS) & {"html", "json", "text"}))
def test_even_enumerations_break_nothing(name: str, format: str) -> None:
    data = render(format, sample.report(name, everything=True)).decode()
    assert printable(name) in data or json.dumps(name)[1:-1] in data or str(escape(name)) in data
    if format == "html":
        tags = Page(data).tags
        assert not set(tags) & {"img", "iframe", "base", "form"}
        assert all(tags[ours] == CLEAN.tags[ours] for ours in ("script", "svg"))
