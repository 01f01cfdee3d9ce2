"""Environments judged by rules: findings, layers, counts, absence, waivers, what nobody can say, and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from driftscan.judge.baselines import judge_baselines
from driftscan.judge.state import earlier
from driftscan.model.baseline import BaselineJudgement
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Earlier, Finding, Kind, RuleUse, State
from driftscan.model.resource import Resource
from driftscan.model.settings import Expected, Owner, Settings, Waiver
from driftscan.model.snapshot import Status
from driftscan.model.value import ABSENT, Unknown, show_path
from tests.judge.ground import ACCOUNTS, SETTINGS, bucket, ground, resource, rules

VERSIONED = """\
  - id: versioned
    select: {type: "AWS::S3::Bucket"}
    expect: {VersioningConfiguration.Status: Enabled}
    severity: high
    reason: it has to be there still
"""
ON = {"VersioningConfiguration": {"Status": "Enabled"}}
OFF = {"VersioningConfiguration": {"Status": "Suspended"}}


def judged(folder: Path, text: str, *resources: Resource, settings: Settings = SETTINGS, **more: Any) -> BaselineJudgement:
    previous = more.pop("previous", None)
    files = more.pop("files", {})
    return judge_baselines(ground(resources, settings=settings, **more), rules(folder, text, **files), previous=previous)


def only(judgement: BaselineJudgement) -> Finding:
    (finding,) = judgement.findings
    return finding


class TestFinding:
    def test_it_says_all_that_a_person_needs(self, tmp_path: Path) -> None:
        judgement = judged(tmp_path, VERSIONED, bucket("uploads-prod", **OFF), bucket("kept-prod", **ON))
        f = only(judgement)
        assert f.title == "S3 bucket uploads-{env}: VersioningConfiguration.Status is Suspended, must be Enabled (rule versioned)"
        assert (f.kind, f.verdict, f.severity, f.aspect) == (Kind.BASELINE, Verdict.DRIFT, Severity.HIGH, "data-protection")
        assert (f.comparison, f.rule, f.reason) == ("prod..baseline", "versioned", "rule versioned: it has to be there still")
        assert f.location is not None
        assert (Path(f.location.file).name, f.location.line) == ("prod.yaml", 2)
        assert f.subject.candidate is not None
        assert (f.subject.key, f.subject.candidate.id, f.subject.reference) == ("uploads-{env}", "uploads-prod", None)
        (change,) = f.changes
        assert (show_path(change.path), change.candidate, change.reference) == ("VersioningConfiguration.Status", "Suspended", "Enabled")
        assert change.reason == "must be Enabled"
        (row,) = judgement.coverage
        assert (row.selected, row.held, row.broken, row.unknown, row.accepted) == (2, 1, 1, 0, 0)

    def test_its_id_is_free_of_the_rules_place_and_the_value(self, tmp_path: Path) -> None:
        one = only(judged(tmp_path, VERSIONED, bucket("uploads-prod", **OFF)))
        moved = "  - {id: x, select: {type: 'AWS::SQS::Queue'}, absent: true, reason: y}\n" + VERSIONED
        two = only(judged(tmp_path, moved, bucket("uploads-prod")))
        assert one.id == two.id
        assert one.value_digest != two.value_digest
        assert two.changes[0].candidate == "Off", "the catalogue's default stands where the vendor says nothing"

    def test_several_broken_paths_are_one_finding(self, tmp_path: Path) -> None:
        text = VERSIONED.replace("Enabled}", "Enabled, BucketRegion: eu-west-9}")
        f = only(judged(tmp_path, text, bucket("uploads-prod", **OFF)))
        assert len(f.changes) == 2
        assert f.title.endswith("(rule versioned), and 1 more")

    def test_those_of_one_rule_are_one_decision(self, tmp_path: Path) -> None:
        judgement = judged(tmp_path, VERSIONED, *(bucket(f"b{i}-prod", **OFF) for i in range(3)))
        (group,) = judgement.groups
        assert group.title == "S3 bucket: rule versioned broken on 3 resources of prod"
        assert set(group.findings) == {f.id for f in judgement.findings}

    def test_resources_that_share_a_key_have_findings_of_their_own(self, tmp_path: Path) -> None:
        pair = [resource("AWS::EC2::Volume", f"vol-{i}", {"VolumeId": f"vol-{i}", "Encrypted": False, "Size": i}) for i in (1, 2)]
        named = [replace(r, value={**r.value, "Tags": [{"Key": "Name", "Value": "data"}]}) for r in pair]
        text = VERSIONED.replace("AWS::S3::Bucket", "AWS::EC2::Volume").replace(
            "VersioningConfiguration.Status: Enabled", "Encrypted: true"
        )
        judgement = judged(tmp_path, text, *named)
        assert len({f.id for f in judgement.findings}) == 2

    def test_the_owner_is_the_configurations_else_the_rules(self, tmp_path: Path) -> None:
        text = VERSIONED + "    owner: storage\n"
        tagged = bucket("a-prod", **OFF, Tags=[{"Key": "Team", "Value": "payments"}])
        settings = replace(SETTINGS, owners=(Owner(tag="Team"),))
        judgement = judged(tmp_path, text, tagged, bucket("b-prod", **OFF), settings=settings)
        assert [f.owner for f in judgement.findings] == ["payments", "storage"]

    def test_what_the_vendor_made_is_left_alone_unless_asked_for(self, tmp_path: Path) -> None:
        own = resource("AWS::KMS::Key", "k", {"KeyId": "k", "KeyManager": "AWS", "Description": "x", "Enabled": True})
        text = "  - {id: a, select: {type: 'AWS::KMS::Key'}, expect: {Description: y}, reason: z}\n"
        assert judged(tmp_path, text, own).coverage[0].selected == 0
        assert judged(tmp_path, text.replace("Key'}", "Key', provenance: vendor}"), own).coverage[0].broken == 1


class TestUnknown:
    def test_what_was_not_read_is_unknown_and_at_most_medium(self, tmp_path: Path) -> None:
        judgement = judged(tmp_path, VERSIONED, bucket("uploads-prod", VersioningConfiguration=Unknown("AccessDenied")))
        f = only(judgement)
        assert (f.verdict, f.severity, f.changes[0].code) == (Verdict.UNKNOWN, Severity.MEDIUM, "AccessDenied")
        assert "could not be judged (AccessDenied)" in f.title
        assert (judgement.coverage[0].held, judgement.coverage[0].unknown) == (0, 1)

    def test_so_is_a_selection_that_nobody_can_make(self, tmp_path: Path) -> None:
        text = VERSIONED.replace('Bucket"}', 'Bucket", where: {AccelerateStatus: Enabled}}')
        f = only(judged(tmp_path, text, bucket("uploads-prod", AccelerateStatus=Unknown("AccessDenied"), **OFF)))
        assert f.verdict is Verdict.UNKNOWN
        assert f.title == "S3 bucket uploads-{env}: nobody can say whether rule versioned is about it (AccessDenied)"

    def test_what_is_broken_for_sure_leads(self, tmp_path: Path) -> None:
        text = VERSIONED.replace("Enabled}", "Enabled, AccelerateStatus: Enabled}")
        f = only(judged(tmp_path, text, bucket("uploads-prod", AccelerateStatus=Unknown("AccessDenied"), **OFF)))
        assert (f.verdict, [c.verdict for c in f.changes]) == (Verdict.DRIFT, [Verdict.DRIFT, Verdict.UNKNOWN])

    def test_a_listing_that_is_not_complete_is_said_in_the_coverage(self, tmp_path: Path) -> None:
        judgement = judged(
            tmp_path, VERSIONED, bucket("a-prod", **ON), incomplete={"AWS::S3::Bucket": "AccessDenied", "AWS::SQS::Queue": "x"}
        )
        assert judgement.findings == ()
        assert judgement.coverage[0].incomplete == (("AWS::S3::Bucket", "AccessDenied"),)


class TestAbsent:
    TEXT = "  - {id: none, select: {type: 'AWS::IAM::User', key: 'tmp-*'}, absent: true, severity: critical, reason: y}\n"

    def test_each_that_exists_is_a_finding(self, tmp_path: Path) -> None:
        users = [resource("AWS::IAM::User", n, {"UserName": n}) for n in ("tmp-a", "tmp-b", "ci")]
        judgement = judged(tmp_path, self.TEXT, *users)
        assert [f.title for f in judgement.findings] == [f"IAM user tmp-{x} must not exist (rule none)" for x in "ab"]
        assert judgement.findings[0].changes[0].reference is ABSENT

    def test_nothing_there_is_right(self, tmp_path: Path) -> None:
        assert judged(tmp_path, self.TEXT, listed={"AWS::IAM::User": Status.COMPLETE}).findings == ()

    def test_nothing_seen_is_not(self, tmp_path: Path) -> None:
        row = judged(tmp_path, self.TEXT, incomplete={"AWS::IAM::User": "AccessDenied"}).coverage[0]
        assert row.incomplete == (("AWS::IAM::User", "AccessDenied"),)


class TestClosed:
    TEXT = "  - {id: shut, select: {type: 'AWS::IAM::User'}, closed: true, expect: {UserName: '*', Path: /}, reason: y}\n".replace(
        "'*'", "ci"
    )

    def test_what_the_rule_does_not_name_must_not_be_set(self, tmp_path: Path) -> None:
        user = resource("AWS::IAM::User", "ci", {"UserName": "ci", "Path": "/", "GroupList": ["admins"]})
        f = only(judged(tmp_path, self.TEXT, user))
        assert f.title == "IAM user ci: GroupList is 1 element, must not be set (rule shut)"

    def test_a_document_of_what_it_names_holds(self, tmp_path: Path) -> None:
        assert judged(tmp_path, self.TEXT, resource("AWS::IAM::User", "ci", {"UserName": "ci", "Path": "/"})).findings == ()


class TestCount:
    def text(self, count: str) -> str:
        return f"  - {{id: n, select: {{type: 'AWS::S3::Bucket', key: 'log*'}}, count: {count}, reason: y}}\n"

    def found(self, folder: Path, count: str, logs: int, **more: Any) -> BaselineJudgement:
        held = [bucket(f"log{i}") for i in range(logs)] + [bucket("other")]
        return judged(folder, self.text(count), *held, **more)

    @pytest.mark.parametrize(
        ("count", "logs", "holds"),
        [
            ("{min: 1}", 0, False),
            ("{min: 1}", 1, True),
            ("{max: 1}", 1, True),
            ("{max: 1}", 2, False),
            ("{exactly: 2}", 2, True),
            ("{exactly: 2}", 1, False),
            ("{min: 1, max: 2}", 3, False),
            ("{min: 1, per: account}", 1, True),
            ("{min: 1, per: account}", 0, False),
        ],
    )
    def test_of_what_was_seen_whole(self, tmp_path: Path, count: str, logs: int, *, holds: bool) -> None:
        judgement = self.found(tmp_path, count, logs)
        assert (not judgement.findings) is holds
        assert judgement.coverage[0].held == holds

    def test_it_says_how_many_and_which(self, tmp_path: Path) -> None:
        f = only(self.found(tmp_path, "{max: 1}", 2))
        assert f.title == "S3 bucket: 2 in prod, must be at most 1 (rule n)"
        assert [x.id for x in f.subject.among[0]] == ["log0", "log1"]
        assert (f.changes[0].candidate, f.changes[0].reference) == (2, {"max": 1})

    @pytest.mark.parametrize(
        ("count", "logs", "verdict"),
        [
            ("{min: 1}", 1, None),
            ("{min: 1}", 0, Verdict.UNKNOWN),
            ("{max: 1}", 1, Verdict.UNKNOWN),
            ("{max: 1}", 2, Verdict.DRIFT),
            ("{exactly: 1}", 1, Verdict.UNKNOWN),
            ("{exactly: 1}", 2, Verdict.DRIFT),
        ],
    )
    def test_of_an_incomplete_listing(self, tmp_path: Path, count: str, logs: int, verdict: Verdict | None) -> None:
        judgement = self.found(tmp_path, count, logs, incomplete={"AWS::S3::Bucket": "AccessDenied"})
        assert [f.verdict for f in judgement.findings] == ([] if verdict is None else [verdict])

    def test_an_account_in_which_nobody_listed_the_type_is_unknown(self, tmp_path: Path) -> None:
        judgement = judged(tmp_path, self.text("{min: 1, per: account}"))
        assert only(judgement).verdict is Verdict.UNKNOWN

    def test_of_each_account_and_region(self, tmp_path: Path) -> None:
        text = "  - {id: n, select: {type: 'AWS::SQS::Queue'}, count: {min: 1, per: region}, reason: y}\n"
        f = only(judged(tmp_path, text, listed={"AWS::SQS::Queue": Status.COMPLETE}))
        assert f.title == f"SQS queue: 0 in prod {ACCOUNTS['prod']} eu-west-1, must be at least 1 in each account and region (rule n)"

    def test_undecided_selections_count_as_may_be(self, tmp_path: Path) -> None:
        text = self.text("{min: 1}").replace("key: 'log*'", "where: {AccelerateStatus: Enabled}")
        f = only(judged(tmp_path, text, bucket("a", AccelerateStatus=Unknown("AccessDenied"))))
        assert (f.verdict, f.changes[0].code) == (Verdict.UNKNOWN, "AccessDenied")


class TestLayers:
    LATER = VERSIONED.replace("    severity", "    override: {}\n    severity").replace("reason: it", "reason: later, it")

    def test_a_later_rule_tightens(self, tmp_path: Path) -> None:
        later = self.LATER.replace("{}", "tighten").replace(
            "VersioningConfiguration.Status: Enabled", "VersioningConfiguration.MFADelete: Enabled"
        )
        judgement = judged(tmp_path, later, bucket("a-prod", **OFF), files={"organization": VERSIONED})
        f = only(judgement)
        assert [show_path(c.path) for c in f.changes] == ["VersioningConfiguration.MFADelete", "VersioningConfiguration.Status"]
        assert [Path(c.location.file).name for c in f.changes if c.location] == ["prod.yaml", "organization.yaml"]
        assert "tightens that of layer organization in " in f.reason
        assert "organization.yaml:2" in f.reason
        assert [r.said.split(" in ")[0] for r in judgement.coverage] == ["", "tightens that of layer organization"]

    def test_a_later_rule_replaces(self, tmp_path: Path) -> None:
        later = self.LATER.replace("{}", "replace").replace("Status: Enabled", "Status: Suspended")
        judgement = judged(tmp_path, later, bucket("a-prod", **OFF), bucket("b-prod", **ON), files={"organization": VERSIONED})
        f = only(judgement)
        assert (f.subject.key, f.changes[0].reference) == ("b-{env}", "Suspended")
        assert "replaces that of layer organization" in f.reason

    def test_only_for_what_it_selects(self, tmp_path: Path) -> None:
        later = (
            self.LATER.replace("{}", "replace").replace("Status: Enabled", "Status: Suspended").replace('Bucket"}', 'Bucket", key: "a*"}')
        )
        judgement = judged(tmp_path, later, bucket("a-prod", **OFF), bucket("b-prod", **OFF), files={"organization": VERSIONED})
        assert only(judgement).subject.key == "b-{env}"

    def test_a_count_is_replaced_whole(self, tmp_path: Path) -> None:
        text = "  - {{id: n, select: {{type: 'AWS::S3::Bucket'}}, count: {{max: {}}}, reason: y{}}}\n"
        files = {"organization": text.format(1, "")}
        held = [bucket("a"), bucket("b")]
        assert judged(tmp_path, text.format(2, ", override: replace"), *held, files=files).findings == ()
        assert len(judged(tmp_path, text.format(3, ", override: tighten"), *held, files=files).findings) == 1


class TestAcceptance:
    def waiver(self, finding: str, **more: Any) -> Settings:
        base = Waiver("W-1", finding, "a", "b", "T-1", "load test", date(2026, 12, 31), "Suspended", "Enabled")
        return replace(SETTINGS, waivers=(replace(base, **more),))

    PATH = "prod..baseline/AWS::S3::Bucket/a-{env}/VersioningConfiguration.Status"

    def test_a_waiver_by_path_binds_to_both_values(self, tmp_path: Path) -> None:
        judgement = judged(tmp_path, VERSIONED, bucket("a-prod", **OFF), settings=self.waiver(self.PATH))
        f = only(judgement)
        assert (f.verdict, f.waiver) == (Verdict.WAIVED, "W-1")
        assert judgement.coverage[0].accepted == 1
        assert [(n.id, n.use) for n in judgement.rules] == [("W-1", RuleUse.USED)]

    def test_by_the_findings_id_too(self, tmp_path: Path) -> None:
        id = only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF))).id
        assert only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF), settings=self.waiver(id))).verdict is Verdict.WAIVED

    def test_it_dies_when_the_value_changes(self, tmp_path: Path) -> None:
        judgement = judged(tmp_path, VERSIONED, bucket("a-prod"), settings=self.waiver(self.PATH))
        assert only(judgement).verdict is Verdict.DRIFT
        assert [(n.id, n.use) for n in judgement.rules] == [("W-1", RuleUse.DEAD)]

    def test_it_ends(self, tmp_path: Path) -> None:
        settings = self.waiver(self.PATH, expires=date(2026, 1, 1))
        assert only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF), settings=settings)).verdict is Verdict.DRIFT

    def expected(self, comparison: str | None) -> Settings:
        rule = Expected("x", "AWS::S3::Bucket", "VersioningConfiguration", "any", "not yet", "o", comparison=comparison)
        return replace(SETTINGS, expected=(rule,))

    def test_an_expected_difference_that_names_the_baseline(self, tmp_path: Path) -> None:
        judgement = judged(tmp_path, VERSIONED, bucket("a-prod", **OFF), settings=self.expected("prod..baseline"))
        f = only(judgement)
        assert (f.verdict, f.severity, f.rule, f.changes[0].rule) == (Verdict.EXPECTED, Severity.INFO, "versioned", "x")
        assert [(n.id, n.use) for n in judgement.rules] == [("x", RuleUse.USED)]

    def test_one_about_two_environments_hides_nothing(self, tmp_path: Path) -> None:
        assert only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF), settings=self.expected(None))).verdict is Verdict.DRIFT


class TestTime:
    def before(self, finding: Finding) -> dict[str, Earlier]:
        at = finding.subject.candidate
        side = None if at is None else {"account": at.account, "region": at.region, "id": at.id}
        shown = {
            "id": finding.id, "kind": "baseline", "verdict": "drift", "severity": "high", "aspect": finding.aspect,
            "comparison": finding.comparison, "value_digest": finding.value_digest, "first_seen": "2026-09", "title": finding.title,
            "resource": {"type": finding.subject.type, "key": finding.subject.key, "candidate": side},
            "changes": [{"value_digest": c.value_digest} for c in finding.changes],
        }  # fmt: skip
        return earlier({"run": {"period": "2026-10"}, "findings": [shown]})

    def test_recurring_worse_and_resolved(self, tmp_path: Path) -> None:
        before = self.before(only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF))))
        f = only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF), previous=before))
        assert (f.state, f.first_seen) == (State.RECURRING, "2026-09")
        assert only(judged(tmp_path, VERSIONED, bucket("a-prod"), previous=before)).state is State.WORSE
        good = judged(tmp_path, VERSIONED, bucket("a-prod", **ON), previous=before)
        assert (good.findings, [(r.id, r.cause) for r in good.resolved]) == ((), [(*before, None)])

    def test_it_never_resolves_by_silence(self, tmp_path: Path) -> None:
        before = self.before(only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF))))
        blind = judged(tmp_path, VERSIONED, previous=before, incomplete={"AWS::S3::Bucket": "AccessDenied"})
        f = only(blind)
        assert (f.verdict, f.state, blind.resolved) == (Verdict.UNKNOWN, State.RECURRING, ())
        assert f.title.endswith("(could not be read again: AccessDenied)")

    def test_what_nobody_can_look_at_again_is_one_decision(self, tmp_path: Path) -> None:
        both = judged(tmp_path, VERSIONED, bucket("a-prod", **OFF), bucket("b-prod", **OFF)).findings
        before = {id: e for f in both for id, e in self.before(f).items()}
        blind = judged(tmp_path, VERSIONED, previous=before, incomplete={"AWS::S3::Bucket": "AccessDenied"})
        (group,) = blind.groups
        assert {f.id for f in blind.findings} == set(group.findings) == set(before)
        assert (group.title, group.verdict, group.path) == ("S3 bucket: not read again on 2 resources of prod", Verdict.UNKNOWN, "")

    def test_findings_of_other_comparisons_are_not_its_own(self, tmp_path: Path) -> None:
        before = self.before(only(judged(tmp_path, VERSIONED, bucket("a-prod", **OFF))))
        other = {id: replace(e, comparison="stage..baseline") for id, e in before.items()}
        assert judged(tmp_path, VERSIONED, bucket("a-prod", **ON), previous=other).resolved == ()


def test_the_same_input_gives_the_same_answer(tmp_path: Path) -> None:
    held = [bucket(f"b{i}-prod", **(OFF if i % 2 else ON)) for i in range(6)]
    assert judged(tmp_path, VERSIONED, *held) == judged(tmp_path, VERSIONED, *reversed(held))
