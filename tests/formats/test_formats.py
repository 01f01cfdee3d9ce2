"""One dict of formats."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import zlib
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from driftscan.errors import UsageError
from driftscan.formats import FORMATS, check, render
from driftscan.formats.payload import payload
from driftscan.formats.terminal import consequences
from driftscan.model.report import Consequence
from driftscan.report.stored import load
from tests.report import sample

BINARY = {"xlsx", "pdf"}
WITHOUT_VERDICT = {"jsonl", "csv", "junit"}
"""Lines and cases of findings: the verdict is not theirs to say."""


@pytest.mark.parametrize("name", sorted(set(FORMATS) - BINARY))
def test_every_format_renders_bytes(name: str) -> None:
    data = render(name, sample.report())
    assert isinstance(data, bytes)
    assert data.endswith(b"\n") or name == "html"
    assert ("stage is not a rehearsal of prod" in data.decode()) == (name not in WITHOUT_VERDICT)


def test_unknown_format_names_the_near_and_the_known_ones() -> None:
    for attempt in (render, lambda name, _: check(name)):
        with pytest.raises(UsageError) as e:
            attempt("markdwon", sample.report())
        assert "did you mean 'markdown'?" in e.value.hint
        with pytest.raises(UsageError) as e:
            attempt("docx", sample.report())
        assert all(name in e.value.hint for name in FORMATS)


@pytest.mark.parametrize(("name", "hint"), [("json:pretty", "write json"), ("pdf:a5", "pdf:a4, pdf:letter"), ("csv:", "csv:findings")])
def test_unknown_variant_names_the_known_ones(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"unknown output format '{name}'") as e:
        check(name)
    assert hint in e.value.hint


def test_importing_formats_loads_no_renderer() -> None:
    code = "import sys, driftscan.formats; print([m for m in ('jinja2', 'rich', 'pandas', 'xlsxwriter', 'email') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_asking_for_a_format_loads_no_table() -> None:
    code = (
        "import sys, driftscan.formats as f; [f.check(n) for n in f.FORMATS if n not in ('pdf', 'xlsx')]; f.check('csv:ledger'); "
        "print('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_what_hangs_on_a_missing_resource_is_shown_with_its_places_everywhere() -> None:
    """Of a pair that differs because of it, the places stand beside its id: on the page, in the terminal, in the JSON."""
    report = sample.report()
    first = next(f for f in report.findings if f.kind == "missing")
    hanging = (
        Consequence("AWS::EC2::EIP", "444444444444", "eu-west-1", "eipalloc-1"),
        Consequence("AWS::EC2::RouteTable", "333333333333", "eu-west-1", "rtb-1", paths=("Routes[0.0.0.0/0]",)),
    )
    report = replace(
        report, findings=tuple(replace(f, consequences=hanging, severity="critical") if f is first else f for f in report.findings)
    )
    assert "</span> at <code>Routes<wbr>[0.0.0.0/0]</code>" in " ".join(render("html", report).decode().split())
    document = json.loads(render("json", report))
    jsonschema.Draft202012Validator(json.loads(files("driftscan").joinpath("schemas", "report.schema.json").read_text())).validate(document)
    (told,) = [f["consequences"] for f in document["findings"] if "consequences" in f]
    assert [c.get("paths") for c in told] == [None, ["Routes[0.0.0.0/0]"]]
    again = next(f for f in load(render("json", report)).findings if f.id == first.id)
    assert again.consequences == hanging
    text = " ".join(consequences(again, 200, full=False).plain.split())
    assert text == "and what hangs on it AWS::EC2::EIP eipalloc-1, AWS::EC2::RouteTable rtb-1 at Routes[0.0.0.0/0]"
    packed = payload(report, lambda _: ("stage", "prod"), {})
    rows = json.dumps([json.loads(zlib.decompress(base64.b64decode(p), wbits=-15)) for p in packed.parts])
    assert "AWS::EC2::RouteTable rtb-1 (333333333333 / eu-west-1) at Routes[0.0.0.0/0]" in rows
