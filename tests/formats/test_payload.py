"""The data inside the page: it holds every finding, a browser's inflate can read it, and it is small."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest

from driftscan.formats import payload as module
from driftscan.formats.payload import payload
from driftscan.model.report import Report
from tests.formats.hostile import NAMES
from tests.report import sample


def read(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text), wbits=-15))


def made(report: Report) -> tuple[Any, list[Any]]:
    packed = payload(report, lambda _: ("stage", "prod"), {"gaps": [["a", "b"]], "none": []})
    return read(packed.index), [read(p) for p in packed.parts]


def resolved(part: Any) -> list[list[Any]]:
    """The rows with what they share put in, as the page's script does it."""
    shared, rows = part
    return [[shared[x - 1] if isinstance(x, int) and x else x for x in row] for row in rows]


@pytest.mark.parametrize("name", ["", NAMES["script"], NAMES["newlines"], NAMES["override"], NAMES["null"], "\x01", "\x02x", "/"])
def test_titles_keys_and_ids_come_back(name: str) -> None:
    report = sample.report(name)
    index, _ = made(report)
    keys, ids = index["texts"]["key"].split("\n"), index["texts"]["id"].split("\n")
    shown = module.printable
    assert keys == [shown(f.resource.key) for f in report.findings]
    assert ids == [shown(f.id) for f in report.findings]
    for i, f in enumerate(report.findings):
        title = index["words"]["title"][index["columns"]["title"][i]].replace("\x01", keys[i].rsplit("/", 1)[-1])
        assert title == shown(f.title)
        for column, text in (("severity", f.severity), ("owner", f.owner or ""), ("state", f.state), ("type", f.resource.type)):
            assert index["words"][column][index["columns"][column][i]] == shown(text)
    assert index["tables"] == {"gaps": [["a", "b"]]}


def test_details_come_back_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PART", 4)
    report = sample.report()
    index, parts = made(report)
    assert index["part"] == 4
    rows = [row for part in parts for row in resolved(part)]
    assert len(rows) == len(report.findings)
    for f, row in zip(report.findings, rows, strict=True):
        assert [c[0] for c in (row[0] if row else [])] == [c.path for c in f.changes]
    by_key = {f.resource.key: row for f, row in zip(report.findings, rows, strict=True)}
    changes, reference, candidate = by_key["orders-worker"][:3]
    assert changes[1] == ["Tags.CostCenter", '"4711"'], "the candidate has nothing there"
    assert reference == ["\x01-prod", "444444444444", "eu-west-1", "arn:aws:iam:eu-west-1:444444444444:\x02"]
    assert candidate[0] == "\x01-stage"


def test_what_repeats_stands_once() -> None:
    report = sample.report()
    many = replace(report, findings=tuple(replace(f, id=f"{n}") for n, f in enumerate(report.findings * 20)))
    _, (part,) = made(many)
    assert len(json.dumps(part[1])) < len(json.dumps(resolved(part))) / 10


def test_no_findings() -> None:
    index, parts = made(replace(sample.report(), findings=()))
    assert index["columns"]["severity"] == []
    assert parts == []
