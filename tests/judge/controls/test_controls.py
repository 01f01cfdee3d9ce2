"""What every control has to be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import driftscan.judge.controls
from driftscan.judge.controls import CONTROLS, IDS, Control
from driftscan.judge.controls.control import PARTS, parse

FOLDER = Path(driftscan.judge.controls.__file__).parent


@pytest.mark.parametrize("control", CONTROLS, ids=IDS)
def test_a_control_says_what_it_is(control: Control) -> None:
    text = control.text
    assert control.docstring.startswith(f"{control.id}: ")
    for part in (text.judges, text.matters, text.evidence, text.do):
        assert len(part.split()) >= 8 and part.endswith("."), part
    assert control.version >= 1


def test_a_control_is_one_module_one_test_and_one_line() -> None:
    modules = sorted(p.stem for p in FOLDER.glob("env*.py"))
    assert modules == sorted(c.judge.__module__.rpartition(".")[2] for c in CONTROLS)
    assert [p for p in modules if not (Path(__file__).parent / f"test_{p}.py").exists()] == []
    assert list(IDS) == sorted(set(IDS))


def test_no_control_knows_a_vendor() -> None:
    """Where a vendor keeps something is the business of facts."""
    found = [(p.name, m) for p in FOLDER.glob("*.py") for m in re.findall(r"AWS::|googleapis|arn:aws|boto", p.read_text())]
    assert found == []


@pytest.mark.parametrize("gone", PARTS)
def test_a_docstring_without_a_part_is_none(gone: str) -> None:
    whole = "".join(f"{p}: Some words.\n" for p in PARTS)
    assert parse(whole).do == "Some words."
    with pytest.raises(ValueError, match=r"a control says|nothing stands"):
        parse(whole.replace(f"{gone}: Some words.\n", ""))
    with pytest.raises(ValueError, match="nothing stands"):
        parse(whole.replace(f"{gone}: Some words.\n", f"{gone}:\n"))
