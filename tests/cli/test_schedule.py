"""`driftscan schedule` as a person meets it."""

from __future__ import annotations

from pathlib import Path

from driftscan.cli.schedule import FOLDER, kinds
from tests.cli.conftest import Run


def test_one_file_is_printed_as_it_is(cli: Run) -> None:
    assert cli("schedule", "kubernetes").out == (FOLDER / "kubernetes" / "cronjob.yaml").read_text()
    assert cli("schedule", "systemd", "driftscan.timer").out == (FOLDER / "systemd" / "driftscan.timer").read_text()


def test_several_are_told_apart(cli: Run) -> None:
    said = cli("schedule", "github").out
    for file in kinds()["github"]:
        assert f"# ==== {file.name}\n{file.read_text()}" in said


def test_the_list_names_every_file(cli: Run) -> None:
    done = cli("schedule", "--list")
    assert done.code == 0
    assert [line.split()[:2] for line in done.out.splitlines()[1:]] == [[k, f.name] for k, files in kinds().items() for f in files]


def test_files_are_written_and_none_is_written_over(cli: Run, tmp_path: Path) -> None:
    done = cli("schedule", "systemd", "--output-dir", "units")
    assert done.code == 0
    assert sorted(done.out.split()) == sorted(f"units/{f.name}" for f in kinds()["systemd"])
    assert all((tmp_path / "units" / f.name).read_bytes() == f.read_bytes() for f in kinds()["systemd"])
    done = cli("schedule", "systemd", "--output-dir", "units")
    assert done.code == 2
    assert "units/driftscan-status.service is there already: nothing was written" in done.err


def test_what_does_not_exist_is_told_with_what_does(cli: Run) -> None:
    assert "name a KIND: cron, docker, eventbridge" in cli("schedule").err
    assert "'anacron' is not one of" in cli("schedule", "anacron").err
    done = cli("schedule", "systemd", "driftscan.path")
    assert done.code == 2
    assert "'driftscan.path' is no file of systemd; there are driftscan-status.service" in done.err
