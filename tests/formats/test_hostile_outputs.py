"""Hostile names in every string field, through every output but page, terminal and report.json, which have their own: each is read back.

Nothing computes, links, mentions or runs; every output keeps its form; nothing hides.
"""

from __future__ import annotations

import csv
import email
import email.policy
import html
import io
import json
import re
import unicodedata
from functools import cache
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from markdown_it import MarkdownIt

from driftscan.formats import render
from driftscan.formats.mail import LIMIT as MAIL_LIMIT
from driftscan.formats.markdown import LIMIT as MARKDOWN_LIMIT
from driftscan.formats.tables import TABLES, frame
from driftscan.formats.text import printable, shorten
from driftscan.formats.xlsx import CELL
from driftscan.model.report import Report
from tests.formats.hostile import NAMES
from tests.formats.test_hostile import STEERING, Page
from tests.formats.test_junit import SCHEMA as JUNIT
from tests.formats.test_sarif import SCHEMA as SARIF
from tests.report import sample

ROWS = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
TEXTS = ("jsonl", "csv", "markdown", "sarif", "junit", "github", "mail", "mail:eml")


@cache
def poisoned(name: str) -> Report:
    """The sample with this name in every string that is no enumeration; without a name as it is."""
    return sample.report() if not name else sample.poison(sample.report(), name)


@cache
def bare(format: str) -> str:
    """What the format makes of the sample without a hostile name."""
    return render(format, poisoned("")).decode()


def clean(text: str, keep: str = "\n") -> bool:
    """Whether nothing in the text steers or hides."""
    return all(c in keep or unicodedata.category(c) not in STEERING for c in set(text))


@ROWS
def test_jsonl_is_one_line_each(name: str) -> None:
    lines = render("jsonl", poisoned(name)).decode("ascii").splitlines()
    assert len(lines) == len(poisoned("").findings)
    assert all(json.loads(line)["finding"]["title"].endswith(name) for line in lines)


@ROWS
@pytest.mark.parametrize("table", ["findings", "changes", "waivers"])
def test_csv_has_the_same_cells_and_none_computes(name: str, table: str) -> None:
    text = render(f"csv:{table}", poisoned(name)).decode()
    assert clean(text)
    csv.field_size_limit(10_000_000)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == len(frame(poisoned(""), table)) + 1
    assert {len(row) for row in rows} == {len(TABLES[table].columns)}
    for row in (*rows, *csv.reader(io.StringIO(text, newline=""), delimiter=";")):
        assert not any(cell.strip(' "')[:1] in set("=+-@＝＋－＠") for cell in row if cell.strip(' "'))


@pytest.mark.parametrize("name", ["script", "ansi", "null", "surrogate", "noncharacter", "long", "formula", "plus", "at", "entities"])
def test_xlsx_opens_and_every_cell_is_text(name: str) -> None:
    report = poisoned(NAMES[name])
    book = openpyxl.load_workbook(io.BytesIO(render("xlsx", report)))
    for sheet in book:
        cells = [c for row in sheet.iter_rows(min_row=2) for c in row]
        assert {c.data_type for c in cells if c.value is not None} <= {"s", "n"}
        assert not any(c.hyperlink for c in cells)
        shown = [["" if c is None else c for c in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert shown == [[shorten(v, CELL) if isinstance(v, str) else v for v in row] for row in frame(report, sheet.title).values.tolist()]


@ROWS
def test_markdown_has_no_markup_that_a_name_made(name: str) -> None:
    text = render("markdown", poisoned(name)).decode()
    assert clean(text)
    assert len(text) <= MARKDOWN_LIMIT
    blocks = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = [b.type for b in blocks if b.type not in ("paragraph_open", "paragraph_close")]
    expected = MarkdownIt("commonmark").enable("table").parse(bare("markdown"))
    assert kinds == [b.type for b in expected if b.type not in ("paragraph_open", "paragraph_close")]
    inline = [t for b in blocks for t in b.children or []]
    assert {t.type for t in inline} <= {
        "text",
        "text_special",
        "code_inline",
        "html_inline",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
    }
    assert {t.content for t in inline if t.type == "html_inline"} <= {"<!-- -->", "<sub>", "</sub>"}
    words = "\0".join(t.content for t in inline if t.type in ("text", "text_special"))
    assert not re.search(r"(?<!\w)@\w|#\d|://|www\.|:[a-z]+:", words)


@ROWS
def test_sarif_stays_valid_and_holds_no_link(name: str) -> None:
    data = render("sarif", poisoned(name))
    assert data.isascii()
    document = json.loads(data)
    SARIF.validate(document)
    results = document["runs"][0]["results"]
    assert len(results) == len(poisoned("").findings)
    assert all(printable(name).replace("](", "]\\(").strip() in r["message"]["text"] for r in results)
    uris = [loc["physicalLocation"]["artifactLocation"]["uri"] for r in results for loc in r["locations"]]
    assert all(re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri) for uri in uris)


@ROWS
def test_junit_stays_valid(name: str) -> None:
    data = render("junit", poisoned(name))
    JUNIT.validate(data.decode())
    assert clean(data.decode())
    root, model = ET.fromstring(data), ET.fromstring(bare("junit"))
    for tag in ("failure", "error", "skipped"):
        assert len(list(root.iter(tag))) == len(list(model.iter(tag)))
    assert all(printable(name)[-20:].strip() in e.get("message", "") for e in root.iter("failure"))


@ROWS
def test_github_gets_the_commands_that_we_wrote(name: str) -> None:
    text = render("github", poisoned(name)).decode()
    assert clean(text)
    for line, model in zip(text.splitlines(), bare("github").splitlines(), strict=True):
        assert line.split(" ")[0] == model.split(" ")[0]
        if line.startswith("::"):
            properties = line.partition(" ")[2].partition("::")[0]
            assert [p.split("=")[0] for p in properties.split(",")] == ["file", "line", "title"]
        else:
            assert "##[" not in line


@ROWS
def test_mail_has_no_element_or_style_that_a_name_made(name: str) -> None:
    data = render("mail", poisoned(name))
    assert len(data) < MAIL_LIMIT
    page, model = Page(data.decode()), Page(bare("mail"))
    assert clean(data.decode())
    assert page.tags == model.tags
    assert set(page.attributes) == set(model.attributes)
    assert page.attributes["p style"] == model.attributes["p style"]
    assert page.attributes["td style"] == model.attributes["td style"]


@ROWS
def test_a_message_keeps_its_headers_and_parts(name: str) -> None:
    data = render("mail:eml", poisoned(name))
    model = email.message_from_string(bare("mail:eml"), policy=email.policy.default)
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert found.keys() == model.keys()
    assert not found.defects
    assert [p.get_content_type() for p in found.walk()] == [p.get_content_type() for p in model.walk()]
    assert clean(str(found["Subject"]))


@pytest.mark.slow
@pytest.mark.parametrize("name", [NAMES["script"], NAMES["style"], NAMES["long"]])
def test_pdf_is_made(name: str) -> None:
    assert render("pdf", poisoned(name)).rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("name", ["script", "image", "markup", "ansi"])
@pytest.mark.parametrize("format", TEXTS)
def test_even_enumerations_break_nothing(name: str, format: str) -> None:
    data = render(format, sample.report(NAMES[name], everything=True)).decode()
    shown = re.sub(r"\\([\\`*_\[\]<>#!|~$])|<!-- -->", r"\1", html.unescape(data)) if format == "markdown" else html.unescape(data)
    if format != "mail:eml":
        assert (
            printable(NAMES[name]).replace('"', '""') in shown or printable(NAMES[name]) in shown or json.dumps(NAMES[name])[1:-1] in shown
        )
    assert clean(data)
