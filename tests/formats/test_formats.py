"""One dict of formats."""

from __future__ import annotations

import subprocess
import sys

import pytest

from driftscan.errors import UsageError
from driftscan.formats import FORMATS, render
from tests.report import sample


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_renders_bytes(name: str) -> None:
    data = render(name, sample.report())
    assert isinstance(data, bytes)
    assert "stage is not a rehearsal of prod" in data.decode()


def test_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as e:
        render("pdf", sample.report())
    assert all(name in e.value.hint for name in FORMATS)


def test_importing_formats_loads_no_renderer() -> None:
    code = "import sys, driftscan.formats; print([m for m in ('jinja2', 'rich') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
