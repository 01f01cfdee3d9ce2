"""`driftscan init` as a stranger meets it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_it_asks_nothing_and_says_what_it_wrote(cli: Run, tmp_path: Path) -> None:
    done = cli("init", "--dir", "parity")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "parity/driftscan.yaml",
        "parity/waivers.yaml",
        *(f"parity/baselines/{name}.yaml" for name in ("dev", "organization", "prod", "stage", "test")),
        "parity/reader-role/cloudformation.yaml",
        "parity/reader-role/main.tf",
        "parity/.gitignore",
    ]
    assert "driftscan doctor --config parity/driftscan.yaml" in done.err
    assert all((tmp_path / line).is_file() for line in done.out.splitlines())
    assert cli("snapshots", "--config", "parity/driftscan.yaml").code == 0


def test_a_second_time_is_one_clear_line(cli: Run) -> None:
    assert cli("init", "--quiet").err == ""
    done = cli("init")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "driftscan: driftscan.yaml is there already and 8 more: nothing was written",
        "  next: name another folder with --dir, or --force",
    ]
    assert cli("init", "--force").code == 0
