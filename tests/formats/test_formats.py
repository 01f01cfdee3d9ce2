"""One dict of formats."""

from __future__ import annotations

import subprocess
import sys

import pytest

from driftscan.errors import UsageError
from driftscan.formats import FORMATS, check, render
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
