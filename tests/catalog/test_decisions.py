"""Every leaf is decided, facts give way to `config`, and no SDK is needed to say so."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from driftscan.catalog import decisions, derived, ignored, load
from driftscan.catalog.decisions import decide, leaves
from driftscan.catalog.paths import parse
from driftscan.catalog.spec import REASONS, Ignored
from tests.catalog import shapes


def test_every_leaf_of_every_type_is_decided_once() -> None:
    for spec in load().of("aws").values():
        found = decisions(spec)
        assert [d.path for d in found] == sorted(shapes.leaves(shapes.assembled(spec)))
        for d in found:
            assert (d.outcome == "dropped") == bool(d.reason)
            assert d.reason in ("", *REASONS)


def test_a_timestamp_is_dropped_unless_config_takes_it_back() -> None:
    spec = load().specs["AWS::Backup::BackupVault"]
    assert decide(spec, "CreationDate").reason == "time"
    assert decide(spec, "LockDate").outcome == "compared"
    assert decide(replace(spec, compare=replace(spec.compare, config=())), "LockDate").reason == "time"


def test_config_keeps_a_part_of_what_is_dropped() -> None:
    spec = load().specs["AWS::EC2::VPC"]
    compare = replace(spec.compare, ignore=(Ignored(parse("DhcpOptionsId"), "identity"), Ignored(parse("EncryptionControl"), "state")))
    spec = replace(spec, compare=replace(compare, config=(parse("EncryptionControl.Mode"),)))
    assert decide(spec, "EncryptionControl.Mode").outcome == "compared"
    assert decide(spec, "EncryptionControl.State").outcome == "dropped"


def test_own_ids_are_dropped_but_not_what_finds_the_counterpart() -> None:
    group = load().specs["AWS::EC2::SecurityGroup"]
    bare = replace(group, compare=replace(group.compare, ignore=()))
    assert decide(bare, "GroupId").reason == "identity"
    assert decide(bare, "GroupName").outcome == "compared"


def test_a_sensitive_leaf_is_redacted_and_a_revealed_one_compared() -> None:
    spec = load().specs["AWS::ECS::TaskDefinition"]
    assert decide(spec, "taskDefinition.containerDefinitions[].environment[].value").outcome == "redacted"
    assert decide(spec, "taskDefinition.containerDefinitions[].environment[].name").outcome == "compared"


def test_conditions_drop_elements_not_leaves() -> None:
    spec = load().specs["AWS::IAM::ManagedPolicy"]
    assert any(i.path.conditional for i in ignored(spec))
    assert decide(spec, "PolicyVersionList[].Document").outcome == "compared"


def test_what_repeats_its_neighbour_is_dropped_for_every_type() -> None:
    cloudfront, group = load().specs["AWS::CloudFront::Distribution"], load().specs["AWS::AutoScaling::AutoScalingGroup"]
    assert decide(cloudfront, "DistributionConfig.Origins.Quantity").reason == "derived"
    assert decide(cloudfront, "DistributionConfig.Origins.Items[].Id").outcome == "compared"
    assert decide(group, "Tags[].ResourceId").reason == "derived"
    assert decide(group, "Tags[].PropagateAtLaunch").outcome == "compared"


def test_facts_of_an_unknown_type_are_empty() -> None:
    assert derived("AWS::No::Thing") == derived("AWS::None::Such")
    assert leaves("AWS::No::Thing") == ()


def test_deciding_needs_no_sdk() -> None:
    code = (
        "import sys; from driftscan.catalog import load, decisions;"
        "[decisions(s) for s in load().specs.values()];"
        "sys.exit(any(m.split('.')[0] in ('boto3', 'botocore', 'cfnlint') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
