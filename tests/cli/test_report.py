"""`report` as a person types it, over two stored months."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import chdir
from functools import partial
from pathlib import Path

import pytest

from driftscan.cli.root import COMMANDS
from tests.cli.conftest import Run
from tests.cli.stored import CONFIG, group, month, queue, typed

TAGS = {"CostCenter": "42"}
RULES = """\
expected:
  - {id: tags, type: "*", path: Tags.CostCenter, rule: any, reason: "stage has no cost centre", owner: platform}
"""


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October, and November in which a port was opened."""
    folder = tmp_path_factory.mktemp("estate")
    stage = [queue("stage", f"pay-{n}") for n in range(3)] + [queue("stage", "web", VisibilityTimeout="30")]
    prod = [queue("prod", f"pay-{n}", TAGS) for n in range(3)] + [queue("prod", "web", TAGS)]
    month(folder, "2026-10-31T06:00:00Z", [*stage, group("stage", "web", [])], [*prod, group("prod", "web", [])])
    month(folder, "2026-11-30T06:00:00Z", [*stage, group("stage", "web", [22])], [*prod, group("prod", "web", [])])
    return folder


@pytest.fixture
def cli(estate: Path) -> Run:
    return partial(typed, estate)


@pytest.fixture
def changed(estate: Path) -> Iterator[Path]:
    """The configuration, given back afterwards."""
    config = estate / "driftscan.yaml"
    yield config
    config.write_text(CONFIG)


def shown(estate: Path, file: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((estate / file).read_bytes())
    return found


def test_it_is_a_command() -> None:
    assert {"report", "waive"} <= COMMANDS.keys()


def test_as_stored_and_judged_again_are_the_same_bytes(estate: Path, cli: Run) -> None:
    assert cli("report", "-o", "json=stored.json", "-o", "html=stored.html").code == 0
    again = cli("report", "--again", "-o", "json=again.json", "-o", "html=again.html")
    assert again.code == 0
    assert "says the same, byte by byte" in again.err
    for kind in ("json", "html"):
        assert (estate / f"stored.{kind}").read_bytes() == (estate / f"again.{kind}").read_bytes()


def test_a_copy_of_the_store_renders_the_same_without_a_configuration(estate: Path, cli: Run, tmp_path: Path) -> None:
    assert cli("report", "-o", "json=stored.json").code == 0
    with chdir(tmp_path):
        found = typed(tmp_path, "report", "--store", str(estate / "store"), "-o", "json=copy.json", "-o", "markdown=copy.md")
    assert found.code == 0, found.err
    assert (tmp_path / "copy.json").read_bytes() == (estate / "stored.json").read_bytes()


def test_which_run(cli: Run) -> None:
    assert '"period": "2026-10"' in cli("report", "--period", "2026-10", "-o", "json=-").out
    assert '"period": "2026-11"' in cli("report", "-o", "json=-").out
    assert '"period": "2026-10"' in cli("report", "--run", "run-20261031", "-o", "json=-").out
    assert "stored are 2026-10, 2026-11" in cli("report", "--period", "2026-09").err
    assert "2 runs begin with 'run-'" in cli("report", "--run", "run-").err
    assert cli("report", "--run", "run-2026103", "--period", "2026-10").code == 2
    assert cli("report", "--fail-on", "high").code == 3
    assert cli("report", "--period", "2026-10", "--fail-on", "high").code == 0


def test_the_policy_of_now(estate: Path, cli: Run, changed: Path) -> None:
    changed.write_text(CONFIG + RULES)
    assert cli("report", "-o", "json=stored.json").code == 0
    again = cli("report", "--again", "-o", "json=again.json")
    assert "another report, because the configuration changed since" in again.err
    verdicts = [[f["verdict"] for f in shown(estate, f)["findings"]] for f in ("stored.json", "again.json")]  # type: ignore[attr-defined]
    assert (verdicts[0].count("expected"), verdicts[1].count("expected")) == (0, 3)


def test_judged_again_names_the_commits_of_exceptions_and_diff_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "driftscan.yaml").write_text(CONFIG + RULES)
    month(tmp_path, "2026-10-31T06:00:00Z", [queue("stage", "pay")], [queue("prod", "pay", TAGS)])
    assert "byte by byte" in typed(tmp_path, "report", "--again").err
    git = ("git", "-C", str(tmp_path), "-c", "user.name=Ann", "-c", "user.email=a@example.org")
    for command in (("init", "-q"), ("add", "driftscan.yaml"), ("commit", "-q", "-m", "Expect tags")):
        subprocess.run([*git, *command], check=True, timeout=20)
    again = typed(tmp_path, "report", "--again", "-o", "json=again.json")
    assert "only the commits of its exceptions" in again.err
    (accepted,) = shown(tmp_path, "again.json")["summary"]["accepted"]  # type: ignore[index]
    assert (accepted["id"], accepted["commit"]["author"], accepted["commit"]["subject"]) == ("tags", "Ann", "Expect tags")
    assert typed(tmp_path, "diff", "stage", "prod", "-o", "json=diff.json").code == 0
    (accepted,) = shown(tmp_path, "diff.json")["summary"]["accepted"]  # type: ignore[index]
    assert accepted["id"] == "tags"
    assert "commit" not in accepted


def test_a_slice_says_what_it_is(estate: Path, cli: Run) -> None:
    found = cli("report", "--owner", "payments")
    assert "slice for payments: 3 of 5 findings, 3 of 5 differences among them." in " ".join(found.out.split())
    assert "leaves 2 findings of others out" in " ".join(found.out.split())
    assert cli("report", "--owner", "payments", "--fail-on", "high").code == 0
    assert cli("report", "--owner", "storefront", "--fail-on", "high").code == 3
    assert "did you mean 'payments'?" in cli("report", "--owner", "payment").err


def test_what_a_rule_would_hide(estate: Path, cli: Run) -> None:
    (estate / "rules.yaml").write_text(RULES)
    found = cli("report", "--would-hide", "rules.yaml")
    assert found.code == 0, found.err
    assert found.out.startswith("would hide 3 findings: 3 low, and a part of 1 other\n")
    assert "would stay 2 findings: 1 high, 1 low\n" in found.out
    (estate / "rules.yaml").write_text(RULES.replace("rule: any", "rule: anny"))
    wrong = cli("report", "--would-hide", "rules.yaml")
    assert (wrong.code, wrong.out) == (2, "")
    assert "rules.yaml:2:" in wrong.err


def test_what_cannot_be(cli: Run, tmp_path: Path) -> None:
    assert "pairs are not part of a stored report" in cli("report", "-o", "pairs=-").err
    assert "--store reads none" in cli("report", "--store", "x", "--again").err
    assert "no run is stored" in typed(tmp_path, "report", "--store", str(tmp_path / "store")).err
