"""`waive` as a person types it, and what became worse under a waiver a month later: both through the real command, on a store."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from driftscan.model.report import Report
from driftscan.model.resource import Resource
from tests.cli.conftest import Result, Run
from tests.cli.stored import group, month, queue, typed

TAGS = {"CostCenter": "42"}
WHO = ("--owner", "ann", "--approver", "bo", "--ticket", "OPS-7", "--reason", "load test")
OCTOBER, NOVEMBER = "2026-10-31T06:00:00Z", "2026-11-30T06:00:00Z"


@pytest.fixture
def cli(tmp_path: Path) -> Run:
    """The command in the folder of the test."""
    return partial(typed, tmp_path)


def waive(cli: Run, *more: str, expires: str = "2026-12-31") -> Result:
    return cli("waive", *more, *WHO, "--expires", expires, "--as-of", OCTOBER)


def untagged(many: int) -> tuple[list[Resource], list[Resource]]:
    """Queues that have a tag in prod and none in stage."""
    return [queue("stage", f"web-{n}") for n in range(many)], [queue("prod", f"web-{n}", TAGS) for n in range(many)]


def october(folder: Path, many: int = 3) -> Report:
    stage, prod = untagged(many)
    return month(
        folder,
        OCTOBER,
        [*stage, group("stage", "web", [80]), queue("stage", "pay", VisibilityTimeout="30")],
        [*prod, group("prod", "web", []), queue("prod", "pay")],
    )


def by_title(report: Report, part: str) -> str:
    (found,) = [f.id for f in report.findings if part in f.title]
    return found


def test_a_group_is_accepted_and_the_next_judgement_says_so(tmp_path: Path, cli: Run) -> None:
    report = october(tmp_path)
    (group,) = report.summary.groups
    tried = waive(cli, "--group", group.id[:6], "--dry-run")
    assert tried.code == 0, tried.err
    assert tried.out.startswith("would hide 3 findings: 3 low\n      3 × low       SQS queue web-0-{env}: Tags.CostCenter is 42 in prod")
    assert "would stay 2 findings: 1 high, 1 low\n" in tried.out
    assert not (tmp_path / "waivers.yaml").exists()
    done = waive(cli, "--group", group.id[:6])
    assert done.out.endswith("accepts 3 findings until 2026-12-31\n")
    assert cli("report", "--again", "-o", "json=again.json").code == 0
    again = json.loads((tmp_path / "again.json").read_bytes())
    assert sorted(f["verdict"] for f in again["findings"]) == ["drift", "drift", "waived", "waived", "waived"]
    twice = waive(cli, "--group", group.id)
    assert (twice.code, twice.out) == (2, "")
    assert "it is waived already, by W-20261031-" in twice.err


@pytest.mark.parametrize(
    ("more", "expires", "said"),
    [
        (("e138",), "2026-10-30", "2026-10-30 is over"),
        (("zzzz",), "2026-12-31", "has no finding 'zzzz'"),
        (("--group", "zzzz"), "2026-12-31", "has no group 'zzzz'"),
        ((), "2026-12-31", "no finding is named"),
    ],
)
def test_what_is_refused(tmp_path: Path, cli: Run, more: tuple[str, ...], expires: str, said: str) -> None:
    report = october(tmp_path, 2)
    more = tuple(by_title(report, "web-{env}: Ip") if m == "e138" else m for m in more)
    done = waive(cli, *more, expires=expires)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "next:" in done.err
    assert not (tmp_path / "waivers.yaml").exists()


def test_a_port_more_under_a_waiver_surfaces(tmp_path: Path, cli: Run) -> None:
    """Port 80 accepted in October, port 22 opened in November on the same group: drift, worse, exit 3."""
    finding = by_title(october(tmp_path, 1), "web-{env}: Ip")
    assert waive(cli, finding).code == 0
    assert cli("report", "--again", "--fail-on", "high").code == 0
    stage, prod = untagged(1)
    held = [*stage, queue("stage", "pay", VisibilityTimeout="30")], [*prod, group("prod", "web", []), queue("prod", "pay")]
    month(tmp_path, NOVEMBER, [*held[0], group("stage", "web", [22, 80])], held[1])
    done = cli("report", "--fail-on", "high", "-o", "json=november.json", "-o", "text=-")
    assert done.code == 3
    shown = {f["id"]: f for f in json.loads((tmp_path / "november.json").read_bytes())["findings"]}[finding]
    assert (shown["verdict"], shown["state"]) == ("drift", "worse")
    assert {c["path"]: c["verdict"] for c in shown["changes"]} == {
        "IpPermissions[tcp/22/22]": "drift",
        "IpPermissions[tcp/80/80]": "waived",
    }
    assert "tcp/22/22" in done.out
    explained = cli("explain", finding)
    assert "altogether (ingress): candidate wider\n    only the candidate: tcp 22 from 0.0.0.0/0" in explained.out, explained.err


def test_one_of_another_shape_beside_four_hundred_that_are_accepted_surfaces(tmp_path: Path, cli: Run) -> None:
    """400 findings accepted as one group; in November a 401st of the same type differs in another way: drift, exit 3.

    A 401st of the same shape is drift too: nobody accepted that one.
    """
    stage, prod = untagged(400)
    first = month(tmp_path, OCTOBER, stage, prod)
    (group,) = first.summary.groups
    assert len(group.findings) == 400
    assert waive(cli, "--group", group.id).code == 0
    assert cli("report", "--again", "--fail-on", "info").code == 0
    other = queue("stage", "pay", VisibilityTimeout="30"), queue("prod", "pay")
    alike = queue("stage", "web-400"), queue("prod", "web-400", TAGS)
    month(tmp_path, NOVEMBER, [*stage, other[0], alike[0]], [*prod, other[1], alike[1]])
    done = cli("report", "--fail-on", "low", "-o", "json=november.json")
    assert done.code == 3
    found = json.loads((tmp_path / "november.json").read_bytes())["findings"]
    assert [f["verdict"] for f in found].count("waived") == 400
    assert sorted((f["resource"]["key"].rpartition(":")[2], f["state"]) for f in found if f["verdict"] == "drift") == [
        ("pay-{env}", "new"),
        ("web-400-{env}", "new"),
    ]


def test_from_a_report(tmp_path: Path, cli: Run) -> None:
    """Groups of a report.json that somebody marked: at most thirty days, nothing critical; the store need not have the run."""
    october(tmp_path, 2)
    assert cli("report", "-o", "json=report.json").code == 0
    report = json.loads((tmp_path / "report.json").read_bytes())
    (tags,) = [g["id"] for g in report["summary"]["groups"]]
    late = waive(cli, "--from-report", "report.json", "--group", tags)
    assert late.code == 2
    assert "ends after 30 days, 2026-11-30 at the latest" in late.err
    done = waive(cli, "--from-report", "report.json", "--group", tags, "--dry-run", expires="2026-11-30")
    assert done.code == 0, done.err
    assert done.out.startswith("would hide 2 findings: 2 low\n")
    for f in report["findings"]:
        f["severity"] = "critical"
    report["run"]["id"] = "elsewhere"
    (tmp_path / "report.json").write_text(json.dumps(report))
    critical = waive(cli, "--from-report", "report.json", "--group", tags, expires="2026-11-30")
    assert critical.code == 2
    assert "2 critical findings among them" in critical.err
    assert "driftscan waive " in critical.err
