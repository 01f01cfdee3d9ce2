"""A PDF by the browser that is there: paper, determinism, and one clear line where it is not."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from driftscan.errors import DriftscanError, UsageError
from driftscan.formats import check, html, pdf, render
from tests.report import sample

HERE = any(os.access(Path(folder) / name, os.X_OK) for name in pdf.BROWSERS for folder in os.environ["PATH"].split(":"))
BROWSER = pytest.mark.skipif(not HERE, reason="no Chromium on PATH")


def boxes(data: bytes) -> set[tuple[int, int]]:
    return {(round(float(w)), round(float(h))) for w, h in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)}


@BROWSER
def test_paper_and_moments() -> None:
    data = render("pdf", sample.history())
    assert data.startswith(b"%PDF-")
    assert boxes(data) <= {(595, 842), (594, 842), (596, 842)}
    dates = re.findall(rb"/(?:CreationDate|ModDate) \(D:(\d+)", data)
    assert set(dates) == {b"20261130060000"}


@BROWSER
@pytest.mark.slow
def test_letter_and_the_same_pages() -> None:
    first, again = (render("pdf:letter", sample.history()) for _ in range(2))
    assert boxes(first) == {(612, 792)}
    assert len(drawn(first)) > 5
    assert drawn(again) == drawn(first)


def drawn(data: bytes) -> list[bytes]:
    """What is drawn: the content of every stream, in order."""
    return re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)


def test_the_papers_rule_is_allowed_by_the_pages_own_policy() -> None:
    page = html.render(sample.history())
    sized = pdf.sized(page, "letter")
    assert sized.count("<style>@page{size:letter}</style></head>") == 1
    policy = re.search(r"style-src ([^;\"]+)", sized)
    before = re.search(r"style-src ([^;\"]+)", page)
    assert policy
    assert before
    assert len(policy[1].split()) == len(before[1].split()) + 1


def test_moments_of_the_clock_are_replaced_in_place() -> None:
    data = b"x /CreationDate (D:20300102030405+00'00') /ModDate (D:20300102030405+00'00') y"
    dated = pdf.dated(data, "2026-11-30T07:00:00+01:00")
    assert dated == data.replace(b"20300102030405", b"20261130060000")
    assert len(pdf.dated(data, "no moment")) == len(data)


def test_without_a_browser_one_line_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for attempt in (lambda: check("pdf"), lambda: render("pdf", sample.history())):
        with pytest.raises(UsageError, match="needs Chromium or Chrome, and none is on PATH") as e:
            attempt()
        assert "install chromium" in e.value.hint


@pytest.mark.parametrize(("script", "said"), [("exit 7", "ended with 7"), ("sleep 5", "within 1 s")])
def test_a_browser_that_fails_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, said: str) -> None:
    fake = tmp_path / "chromium"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(pdf, "TIMEOUT", 1)
    with pytest.raises(DriftscanError, match=said):
        render("pdf", sample.history())
