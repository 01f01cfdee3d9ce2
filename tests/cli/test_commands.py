"""Every command by name: help without anything heavy, options in common, results on stdout."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import click
import pytest

from driftscan.cli.root import COMMANDS, root
from driftscan.store import Store
from tests.cli import estate
from tests.cli.conftest import Run, clean_environ
from tests.jobs import estate as stored

HEAVY = (
    "boto3",
    "botocore",
    "pydantic",
    "ruamel",
    "deepdiff",
    "rich",
    "orjson",
    "jinja2",
    "obstore",
    "moto",
    "driftscan.catalog",
    "driftscan.jobs",
)


def commands() -> dict[str, click.Command]:
    return {name: import_module(f"driftscan.cli.{name}").command for name in COMMANDS}


def test_every_command_has_its_module_its_name_and_a_sentence() -> None:
    for name, command in commands().items():
        assert isinstance(command, click.Command)
        assert command.help
        assert COMMANDS[name].endswith(".")
    with click.Context(root) as ctx:
        assert root.list_commands(ctx) == list(COMMANDS)


def test_every_option_has_help() -> None:
    for name, command in commands().items():
        for option in (p for p in command.params if isinstance(p, click.Option)):
            assert option.help, f"{name} {option.name}"


@pytest.mark.parametrize("args", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    code = (
        "import sys\nfrom driftscan.cli import main\n"
        f"code = main({args!r})\n"
        f"heavy = sorted(m for m in sys.modules if m.startswith({HEAVY!r}))\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=clean_environ())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_help_starts_fast() -> None:
    """`--help` within six times a bare interpreter (the least of several tries, so that other load does not count)."""

    def least(*args: str) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run([sys.executable, *args], check=True, capture_output=True)
            times.append(time.perf_counter() - started)
        return min(times)

    assert least("-m", "driftscan", "--help") <= 6 * least("-c", "pass")


def test_types_and_permissions_need_no_configuration(cli: Run) -> None:
    listed = cli("types", "--only", "AWS::SQS::*")
    assert listed.code == 0
    assert "AWS::SQS::Queue" in listed.out
    assert "sqs:GetQueueAttributes" in listed.out
    rows = json.loads(cli("types", "--ignored", "--json", "--only", "AWS::SQS::Queue").out)
    assert {row["type"] for row in rows} == {"AWS::SQS::Queue"}
    assert all(row["reason"] and row["why"] for row in rows)
    policy = json.loads(cli("permissions", "aws", "--only", "AWS::SQS::*").out)
    assert "sqs:GetQueueAttributes" in next(s["Action"] for s in policy["Statement"] if s["Sid"] == "Sqs")
    split = json.loads(cli("permissions", "aws", "--split").out)
    assert len(split) > 1
    assert all(len(json.dumps(p, separators=(",", ":"))) <= 6144 for p in split)


class TestStored:
    """Commands over a store that is there."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "driftscan.yaml").write_text(
            estate.config().replace("111111111111", "333333333333").replace("222222222222", "444444444444")
        )
        store = Store.open(str(tmp_path / "store"))
        stored.twins(store, "2026-10-31T06:00:00Z")
        stored.twins(store, "2026-11-30T06:00:00Z", VisibilityTimeout="30")
        return tmp_path

    def test_the_past_as_of_then(self, folder: Path, cli: Run) -> None:
        def changes(*args: str) -> list[list[object]]:
            report = json.loads(cli("diff", *args, "--output", "json=-").out)
            return [[c["path"], c.get("candidate"), c.get("reference"), c["moved"]] for f in report["findings"] for c in f["changes"]]

        assert changes("stage", "prod", "--as-of", "2026-10-31") == []
        assert changes("stage", "prod", "--as-of", "2026-11-30") == [["VisibilityTimeout", 30, 60, "candidate"]]
        once = changes("stage~1", "stage", "--as-of", "2026-11-30")
        assert [c[:3] for c in once] == [["VisibilityTimeout", 30, 60]]
        assert changes("stage", "stage~1", "--as-of", "2026-11-30") == once

    def test_results_on_stdout_and_nothing_else(self, folder: Path, cli: Run) -> None:
        done = cli("diff", "stage", "prod", "--output", "json=-", "-v")
        assert json.loads(done.out)["schema"] == "driftscan-report/1"
        assert "compared 1 pairs" in done.err

    def test_configuration_from_elsewhere(self, folder: Path, cli: Run) -> None:
        (folder / "driftscan.yaml").rename(folder / "other.yaml")
        assert cli("snapshots").code == 2
        assert cli("snapshots", "--config", "other.yaml").code == 0
        assert cli("snapshots", env={"DRIFTSCAN_CONFIG": "other.yaml"}).code == 0

    def test_quiet(self, folder: Path, cli: Run) -> None:
        assert cli("verify", "--quiet").err == ""
        assert cli("history", "orders-stage", "-q").err == ""

    def test_names_of_resources_only_at_debug(self, folder: Path, cli: Run) -> None:
        done = cli("diff", "stage", "prod", "-v", "--output", "json=x.json")
        assert "orders-stage" not in done.err

    def test_a_void_waiver_is_said_and_stops_nothing(self, folder: Path, cli: Run) -> None:
        (folder / "waivers.yaml").write_text("- {id: W-1, finding: x}\n")
        done = cli("snapshots")
        assert done.code == 0
        assert "waiver W-1 is void: waivers.yaml:1:" in done.err

    def test_a_hostile_name_moves_no_cursor(self, folder: Path, cli: Run) -> None:
        store = Store.open(str(folder / "store"))
        stored.snapshot(store, "stage", "2026-12-01T06:00:00Z", [stored.queue("stage", "evil\x1b[2J\u202e")])
        done = cli("history", "evil\x1b[2J\u202e-stage")
        assert done.code == 0, done.err
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out
        assert "\x1b" not in cli("show", "no\x1b[2Jthing").err
