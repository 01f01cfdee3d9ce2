"""The tree of `check`: owner, service, resource, and under each the broken rule with its file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from driftscan.formats import tree
from driftscan.model.report import Report, Run
from driftscan.model.settings import Owner, Settings
from driftscan.model.snapshot import Header, MemorySnapshot
from driftscan.model.value import Unknown
from driftscan.report import build
from tests.judge.ground import SETTINGS, bucket, ground, resource, rules

TEXT = """\
  - id: versioned
    select: {type: "AWS::S3::Bucket"}
    expect: {VersioningConfiguration.Status: Enabled, tags.Owner: {minLength: 1}}
    severity: high
    reason: it has to be there still
  - id: nobody
    select: {type: "AWS::IAM::User"}
    absent: true
    severity: critical
    reason: people come in through a role
  - id: idle
    select: {type: "AWS::SQS::Queue"}
    expect: {VisibilityTimeout: 60}
    reason: because
"""


def team(name: str) -> list[dict[str, str]]:
    return [{"Key": "Team", "Value": name}]


def made(folder: Path, *, owners: bool = True, hostile: str = "uploads-prod") -> Report:
    from driftscan.judge.baselines import judge_baselines

    settings: Settings = replace(SETTINGS, owners=(Owner(tag="Team"),) if owners else ())
    held = [
        bucket(hostile, Tags=team("payments")),
        bucket("kept-prod", VersioningConfiguration={"Status": "Enabled"}, Tags=[*team("payments"), {"Key": "Owner", "Value": "x"}]),
        bucket("unread-prod", VersioningConfiguration=Unknown("AccessDenied"), Tags=[{"Key": "Owner", "Value": "x"}]),
        resource("AWS::IAM::User", "ci", {"UserName": "ci"}),
    ]
    judged = judge_baselines(ground(held, settings=settings, incomplete={"AWS::IAM::User": "Throttled"}), rules(folder, TEXT))
    at = "2026-11-30T06:00:00Z"
    header = Header("prod", ("444444444444",), (), (at, at), at, "0", "c", "s", "k")
    run = Run("r", "2026-11", at, at, at, "0", "c", "s")
    from driftscan.catalog import load

    return build(run, [MemorySnapshot(header, (), (), {})], [], load(), settings, [judged])


def test_by_owner_service_and_resource_with_only_what_is_broken(tmp_path: Path) -> None:
    text = tree.render(made(tmp_path), width=140)
    lines = [line.strip(" │├└─") for line in text.splitlines()]
    assert lines.index("payments  1 finding") < lines.index("no owner  2 findings")
    assert "kept" not in text
    place = f"{tmp_path}/prod.yaml:2"
    assert f"▲ high  versioned  {place}" in text
    assert "VersioningConfiguration.Status  is Off, must be Enabled" in text
    assert "Tags.Owner  is not set, must be some text" in text
    assert "rule versioned: it has to be there still" in text


def test_what_must_not_exist_is_said_so(tmp_path: Path) -> None:
    text = tree.render(made(tmp_path), width=140)
    assert "▲ critical  nobody" in text
    assert "  must not exist" in text


def test_what_nobody_could_judge_is_told_apart(tmp_path: Path) -> None:
    text = tree.render(made(tmp_path), width=140)
    assert "? medium unknown  versioned" in text
    assert "VersioningConfiguration  is unknown (AccessDenied), nobody could compare it: AccessDenied" in text


def test_the_rules_are_counted_and_those_that_did_not_see_all_are_named(tmp_path: Path) -> None:
    text = tree.render(made(tmp_path), width=140)
    assert "prod  0 of 3 rules held, 2 broken, 1 about nothing that is there" in text
    assert "? nobody  not seen whole: AWS::IAM::User (Throttled)" in text


def test_without_owners_there_is_one_branch(tmp_path: Path) -> None:
    assert "no owner  3 findings" in tree.render(made(tmp_path, owners=False), width=140)


@pytest.mark.parametrize("width", [40, 60, 100, 200])
def test_no_line_is_wider_than_the_screen(tmp_path: Path, width: int) -> None:
    assert max(len(line) for line in tree.render(made(tmp_path), width=width).splitlines()) <= width


def test_full_shows_every_place_and_what_is_accepted(tmp_path: Path) -> None:
    report = made(tmp_path)
    waived = replace(report, findings=tuple(replace(f, verdict="waived") for f in report.findings))
    assert "3 findings expected or waived: --full shows what" in tree.render(waived, width=140)
    assert "high waived  versioned" in tree.render(waived, width=140, full=True)
    (first, *_) = [f for f in report.findings if len(f.changes) > 1]
    many = replace(first, changes=tuple(replace(first.changes[0], path=f"Path{i}") for i in range(9)))
    short, full = (tree.render(replace(report, findings=(many,)), width=140, full=f) for f in (False, True))
    assert "and 3 more places" in short
    assert "Path8" not in short
    assert "Path8" in full


def test_colour_only_where_it_is_asked_for(tmp_path: Path) -> None:
    report = made(tmp_path)
    assert "\x1b[" not in tree.render(report)
    assert "\x1b[" in tree.render(report, color=True)


@pytest.mark.parametrize("name", ["\x1b[31mred\x1b[0m", "a\nb", "[bold]x[/nope]", "a\u202eb"])
def test_a_hostile_name_draws_nothing(tmp_path: Path, name: str) -> None:
    text = tree.render(made(tmp_path, hostile=name), width=140)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "payments" in text
