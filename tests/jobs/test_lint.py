"""Rules that cannot do what they say, and what to write instead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from driftscan.catalog import load
from driftscan.jobs.lint import NOTE, PROBLEM, Complaint, contradictions, lint, shaped, unknown_path
from driftscan.model.baseline import BaselineRule
from tests.jobs.estate import SETTINGS, context, queue, snapshot
from tests.judge.ground import ENVIRONMENTS, rules


def one(folder: Path, select: str, expect: str = "expect: {VisibilityTimeout: 60}", id: str = "a") -> str:
    return f"  - {{id: {id}, select: {select}, {expect}, reason: because}}\n"


QUEUES = '{type: "AWS::SQS::Queue"}'


class TestShape:
    def said(self, folder: Path, select: str, expect: str = "expect: {VisibilityTimeout: 60}") -> list[tuple[str, str]]:
        (rule,) = rules(folder, one(folder, select, expect))
        return [(c.text, c.hint) for c in shaped(rule, load(), ENVIRONMENTS)]

    def test_a_rule_that_is_right(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, QUEUES) == []

    def test_a_type_that_nobody_has(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, '{type: "AWS::SQS::Queu"}') == [("no type fits `AWS::SQS::Queu`", "did you mean AWS::SQS::Queue?")]

    def test_an_environment_that_nobody_has(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, '{type: "AWS::SQS::Queue", environment: prot}') == [("no environment fits `prot`", "did you mean prod?")]

    def test_a_path_that_no_document_has(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, QUEUES, "expect: {VisibilityTimout: 60}") == [
            ("AWS::SQS::Queue: no document of it has `VisibilityTimout`", "did you mean `VisibilityTimeout`?")
        ]

    def test_in_a_condition_too(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, '{type: "AWS::SQS::Queue", where: {FifoQueu: true}}')[0][1] == "did you mean `FifoQueue`?"

    def test_of_several_types_one_that_has_it_is_enough(self, tmp_path: Path) -> None:
        assert self.said(tmp_path, '{type: ["AWS::SQS::Queue", "AWS::SNS::Subscription"]}') == []


@pytest.mark.parametrize(
    ("type", "path", "said"),
    [
        ("AWS::S3::Bucket", "BucketEncryption.Rules[].ApplyServerSideEncryptionByDefault.SSEAlgorithm", ""),
        ("AWS::S3::Bucket", "BucketEncryption.Rules.ApplyServerSideEncryptionByDefault", "did you mean `BucketEncryption.Rules[]"),
        ("AWS::S3::Bucket", "Policy.Statement[].Effect", ""),
        ("AWS::S3::Bucket", "VersioningConfiguration", ""),
        ("AWS::S3::Bucket", "Tags.Owner", ""),
        ("AWS::S3::Bucket", "tags.Owner", ""),
        ("AWS::S3::Bucket", "**.SSEAlgorithm", ""),
        ("AWS::S3::Bucket", "CreationDate", "is not compared (time)"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Attributes.'deletion_protection.enabled'", ""),
        ("AWS::CloudWatch::Alarm", "Dimensions.QueueName", ""),
        ("AWS::IAM::AccountPasswordPolicy", "tags.Owner", "the type has no tags"),
        ("AWS::RDS::DBInstance", "MultiAz", "did you mean `MultiAZ`?"),
    ],
)
def test_paths_in_the_vendors_shape(type: str, path: str, said: str) -> None:
    found = unknown_path(path, load().specs[type])
    assert (found is None) == (not said)
    assert found is None or said in " ".join(found)


class TestContradictions:
    def said(self, folder: Path, *pairs: tuple[str, str]) -> list[str]:
        text = "".join(one(folder, select, expect, id=f"r{i}") for i, (select, expect) in enumerate(pairs))
        return [c.text for c in contradictions(rules(folder, text), ENVIRONMENTS, {})]

    @pytest.mark.parametrize(
        ("mine", "theirs"),
        [
            ("expect: {DelaySeconds: 1}", "expect: {DelaySeconds: 2}"),
            ("expect: {DelaySeconds: 1}", "expect: {DelaySeconds: {minimum: 2}}"),
            ("expect: {DelaySeconds: {enum: [1, 2]}}", "expect: {DelaySeconds: {const: 3}}"),
            ("expect: {DelaySeconds: {minimum: 5}}", "expect: {DelaySeconds: {maximum: 3}}"),
            ("expect: {DelaySeconds: null}", "expect: {DelaySeconds: 1}"),
            ("count: {min: 3}", "count: {max: 2}"),
            ("absent: true", "count: {min: 1}"),
        ],
    )
    def test_rules_that_never_hold_together(self, tmp_path: Path, mine: str, theirs: str) -> None:
        for pair in ((mine, theirs), (theirs, mine)):
            (said,) = self.said(tmp_path, *((QUEUES, e) for e in pair))
            assert said.startswith("contradicts rule r0 in ")

    @pytest.mark.parametrize(
        ("mine", "theirs"),
        [
            ("expect: {DelaySeconds: 1}", 'expect: {DelaySeconds: "1"}'),
            ("expect: {DelaySeconds: 3}", "expect: {DelaySeconds: {minimum: 2}}"),
            ("expect: {DelaySeconds: {minimum: 1}}", "expect: {DelaySeconds: {maximum: 3}}"),
            ("expect: {DelaySeconds: null}", "expect: {DelaySeconds: 1}, optional: true"),
            ("expect: {DelaySeconds: 1}", "expect: {VisibilityTimeout: 2}"),
            ("count: {min: 1}", "count: {max: 2}"),
            ("absent: true", "count: {max: 1}"),
        ],
    )
    def test_rules_that_can(self, tmp_path: Path, mine: str, theirs: str) -> None:
        assert self.said(tmp_path, (QUEUES, mine), (QUEUES, theirs)) == []

    def test_rules_about_other_things_do_not_meet(self, tmp_path: Path) -> None:
        other = '{type: "AWS::SQS::Queue", key: "x"}'
        assert self.said(tmp_path, (QUEUES, "expect: {DelaySeconds: 1}"), (other, "expect: {DelaySeconds: 2}")) == []
        elsewhere = '{type: "AWS::SQS::Queue", environment: dev}'
        assert self.said(tmp_path, (elsewhere, "expect: {DelaySeconds: 1}"), (QUEUES, "expect: {DelaySeconds: 2}")) == []

    def test_a_rule_that_replaces_another_may_say_the_opposite(self, tmp_path: Path) -> None:
        first = one(tmp_path, QUEUES, "expect: {DelaySeconds: 1}")
        second = one(tmp_path, QUEUES, "override: HOW, expect: {DelaySeconds: 2}")
        for how, many in (("replace", 0), ("tighten", 1)):
            found = rules(tmp_path, second.replace("HOW", how), organization=first)
            assert len(list(contradictions(found, ENVIRONMENTS, {}))) == many


class TestEstate:
    def lint(self, folder: Path, *entries: str, files: dict[str, str] | None = None) -> list[Complaint]:
        found: tuple[BaselineRule, ...] = rules(folder, "".join(entries), **(files or {}))
        roles = tuple(replace(e, role=e.name) for e in SETTINGS.environments)
        made = context(settings=replace(SETTINGS, environments=roles, baselines=found))
        snapshot(made.store, "prod", "2026-11-01T06:00:00Z", [queue("prod"), queue("prod", "invoices")])
        return lint(made)

    def test_a_rule_that_selects_something_is_fine(self, tmp_path: Path) -> None:
        assert self.lint(tmp_path, one(tmp_path, '{type: "AWS::SQS::Queue", key: "orders-*"}')) == []

    def test_one_that_selects_nothing_of_what_is_there_is_a_problem(self, tmp_path: Path) -> None:
        (found,) = self.lint(tmp_path, one(tmp_path, '{type: "AWS::SQS::Queue", key: "order"}'))
        assert (found.kind, found.rule, found.location.line) == (PROBLEM, "a", 2)
        assert found.text == "selects none of 2 resources of AWS::SQS::Queue in prod"

    def test_a_general_rule_may_fit_nothing_yet(self, tmp_path: Path) -> None:
        entry = one(tmp_path, '{type: "AWS::SQS::Queue", where: {FifoQueue: true}}')
        assert [c.kind for c in self.lint(tmp_path, entry)] == [NOTE]
        assert [c.kind for c in self.lint(tmp_path, files={"orders": entry})] == [PROBLEM]

    def test_a_type_that_is_not_there_is_a_note(self, tmp_path: Path) -> None:
        (found,) = self.lint(tmp_path, one(tmp_path, '{type: "AWS::RDS::DBInstance"}', "expect: {MultiAZ: true}"))
        assert (found.kind, found.text) == (NOTE, "there is no AWS::RDS::DBInstance in prod")

    def test_so_is_an_environment_that_nobody_scanned(self, tmp_path: Path) -> None:
        (found,) = self.lint(tmp_path, files={"stage": one(tmp_path, QUEUES)})
        assert (found.kind, found.text) == (NOTE, "no stored snapshot is of an environment that it is about")

    def test_what_must_not_exist_selects_nothing_when_all_is_well(self, tmp_path: Path) -> None:
        assert self.lint(tmp_path, one(tmp_path, '{type: "AWS::SQS::Queue", key: tmp}', "absent: true")) == []

    def test_rules_that_meet_on_one_resource_contradict(self, tmp_path: Path) -> None:
        first = one(tmp_path, '{type: "AWS::SQS::Queue", key: "orders-*"}', id="a")
        second = one(tmp_path, QUEUES, "expect: {VisibilityTimeout: 61}", id="b")
        (found,) = self.lint(tmp_path, first, second)
        assert (found.rule, found.kind) == ("b", PROBLEM)
