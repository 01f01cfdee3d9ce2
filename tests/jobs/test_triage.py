"""Differences in heaps: a noisy first report of 3,000 differences becomes readable in ten decisions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from driftscan.catalog import load
from driftscan.config.proposal import proposed
from driftscan.errors import ConfigError
from driftscan.jobs.triage import heaps, text
from driftscan.jobs.waive import Wanted, chosen_of, waiver_of
from driftscan.model.drift import Change
from driftscan.model.report import Report, Run
from driftscan.model.settings import Settings
from driftscan.model.value import ABSENT, Bag, Key
from driftscan.report import build
from tests.judge.estate import Estate, settings

QUEUE, TABLE, FUNCTION, LOGS = "AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::Logs::LogGroup"
DATABASE, ALARM, TOPIC, GROUP = "AWS::RDS::DBInstance", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::EC2::SecurityGroup"
AT = "2026-11-01T06:00:00Z"
WHO = Wanted("ann", "bo", "OPS-1", "until the next planning", date(2026, 11, 30))


def noisy() -> Estate:
    """3,000 findings of ten causes, many with several of them at once."""
    estate = Estate()
    for n in range(2400):
        type = (QUEUE, TABLE, FUNCTION, LOGS)[n % 4]
        changes = [Change(("Tags", "CostCenter"), ABSENT, f"cc-{n % 9}")]
        if n % 7 == 0:
            changes.append(Change(("Tags", "Support"), "office", "always"))
        match type, n % 3:
            case ("AWS::SQS::Queue", 0):
                changes.append(Change(("MessageRetentionPeriod",), 345600, 1209600))
            case ("AWS::DynamoDB::Table", 0):
                changes.append(Change(("TimeToLive", "TimeToLiveStatus"), "DISABLED", "ENABLED"))
            case ("AWS::Lambda::Function", _):
                changes.append(Change(("MemorySize",), 128 * (1 + n % 3), 1024))
            case ("AWS::Logs::LogGroup", _):
                changes.append(Change(("retentionInDays",), 14, 365))
        estate.pair(f"{type.rsplit(':', 1)[-1]}-{n}", *changes, type=type)
    for n in range(100):
        changes = [Change(("DBInstanceClass",), "db.t4g.medium", "db.r6g.xlarge"), Change(("MultiAZ",), False, True)]
        estate.pair(f"db-{n}", *changes, type=DATABASE)
    for n in range(400):
        estate.alone(1, f"errors-{n}", ALARM)
    for n in range(100):
        estate.alone(0, f"results-{n}", TOPIC)
    return estate


def judged(estate: Estate, given: Settings) -> Report:
    return build(Run("r", "2026-11", AT, AT, AT, "1", "c", "s"), [], [(estate.comparison(), estate.judge(given))], load(), given)


def drift(report: Report) -> int:
    return sum(f.verdict == "drift" for f in report.findings)


def test_three_thousand_differences_become_readable_in_ten_decisions(tmp_path: Path) -> None:
    estate, given = noisy(), settings()
    first = judged(estate, given)
    assert drift(first) == 3000
    found = heaps(first)
    assert len(found) == 10
    assert (len(found[0].findings), found[0].cause[1:]) == (2400, ("removed", "*", "Tags.CostCenter"))
    left = [h.left for h in found]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    # what is bounded is expected; what only one side has is waived, as far as it is there now
    lines = text(first).splitlines()
    taken = [
        re.sub('^#|(?<=reason: )""|(?<=owner: )""', lambda m: "" if m[0] == "#" else "x", x) for x in lines if x.startswith("#  - {id")
    ]
    rules = [x for x in taken if "kind:" not in x]
    (tmp_path / "rules.yaml").write_text("expected:\n" + "\n".join(rules) + "\n")
    given = proposed(tmp_path / "rules.yaml", given)
    assert {r.rule for r in given.expected} == {"any", "at_most_reference", "mapped"}
    second = judged(estate, given)
    rest = heaps(second)
    assert (drift(second), len(rest), len(given.expected)) == (500, 2, 8)
    for heap in rest:
        (group,) = {f.group for f in heap.findings}
        waiver = waiver_of(chosen_of(second, (), (group,)), WHO, date(2026, 11, 1))
        given = replace(given, waivers=(*given.waivers, replace(waiver, id=f"W-{group}")))
    assert drift(judged(estate, given)) == 0
    # one more alarm is missing, and one function is larger than prod's: neither was accepted
    estate.alone(1, "errors-new", ALARM)
    estate.pair("larger", Change(("MemorySize",), 2048, 1024), type=FUNCTION)
    assert drift(judged(estate, given)) == 2


def made(*changes: Change, type: str = QUEUE, n: int = 2) -> Report:
    estate = Estate()
    for i in range(n):
        estate.pair(f"q-{i}", *changes, type=type)
    return judged(estate, settings())


def rule_of(report: Report) -> str:
    return next(line for line in text(report).splitlines() if line.startswith("#  - {"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (Change(("MemorySize",), 128, 1024), "rule: at_most_reference,"),
        (Change(("MemorySize",), 2048, 1024), "rule: at_least_reference,"),
        (Change(("Mode",), "a: b", 'c"d'), 'rule: mapped, values: {"c\\"d": "a: b"},'),
        (Change(("Tags", "Team"), ABSENT, "a"), "rule: any,"),
        (Change(("Items", Key(("x",)), "Size"), [1], "x"), 'path: "Items.Size", rule: any,'),
    ],
)
def test_the_rule_is_as_narrow_as_the_values_allow(change: Change, rule: str) -> None:
    assert rule in rule_of(made(change))


def test_nothing_severe_is_offered_a_rule() -> None:
    open_port = Change(("IpPermissions", Key(("tcp", "22", "22")), "IpRanges"), Bag(("0.0.0.0/0",)), ABSENT)
    report = made(open_port, type=GROUP)
    assert {f.severity for f in report.findings} <= {"critical", "high"}
    assert "#  - {" not in text(report)
    assert f": look at each, and mend it: driftscan explain {report.findings[0].id[:8]}" in text(report)


def test_undecided_it_proposes_nothing_and_a_rule_without_a_reason_is_refused(tmp_path: Path) -> None:
    report = made(Change(("MemorySize",), 128, 1024))
    path = tmp_path / "triage.yaml"
    path.write_text(text(report))
    with pytest.raises(ConfigError, match="proposes nothing"):
        proposed(path, settings())
    path.write_text(text(report).replace("#  - {", "  - {"))
    with pytest.raises(ConfigError, match="has to be text"):
        proposed(path, settings())
    path.write_text(path.read_text().replace('""', '"x"'))
    assert len(proposed(path, settings()).expected) == 1


def test_hostile_names_stay_in_their_comments(tmp_path: Path) -> None:
    report = made(Change(("A\nexpected: [x]", "\x1b[31m"), "a\n- {}", "b\u202e"), n=1)
    assert "\x1b" not in text(report)
    assert YAML(typ="safe").load(text(report)) == {"expected": None}
    path = tmp_path / "triage.yaml"
    path.write_text(text(report).replace("#  - {", "  - {").replace('""', '"x"'))
    assert len(proposed(path, settings()).expected) == 1
