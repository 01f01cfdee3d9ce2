"""The harness itself can fail: it sees a twin that is not clean, a mutation that nothing shows, an answer that the vendor never gave."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from driftscan.catalog import load
from driftscan.catalog.paths import parse
from driftscan.catalog.spec import Ignored
from tests.catalog import answers as recorded
from tests.catalog import harness
from tests.catalog.answers import Answers, Fake, complaints
from tests.catalog.example_maker import Maker
from tests.catalog.mutate import Mutation, excused, mutations, rounds
from tests.catalog.twin import disturbed, rewriter, twin

QUEUE = load().specs["AWS::SQS::Queue"]


def edited(found: Answers, **attributes: str) -> Answers:
    calls = copy.deepcopy(dict(found.calls))
    calls["sqs:GetQueueAttributes"][0]["answer"]["Attributes"].update(attributes)
    return Answers(calls)


def test_a_twin_that_differs_is_not_silent() -> None:
    _, world = harness.stage(QUEUE.type)
    out = harness.read(QUEUE, edited(twin(QUEUE, recorded.load(QUEUE)), VisibilityTimeout="61"), "prod", "eu-central-1")
    other = harness.World("prod", out.resources, "eu-central-1")
    (line,) = harness.differences(harness.compared(world, world.canonicals, other, other.canonicals))
    assert "VisibilityTimeout" in line
    assert "60 | 61" in line


def test_a_mutation_that_nothing_shows_is_missed() -> None:
    out, world = harness.stage(QUEUE.type)
    raw = out.resources[0]
    nothing = Mutation(("VisibilityTimeout",), "changed", raw.value["VisibilityTimeout"])
    something = Mutation(("DelaySeconds",), "changed", "17")
    elsewhere = Mutation(("MaximumMessageSize",), "changed", raw.value["MaximumMessageSize"])
    assert harness.missed(world, raw, [nothing, something, elsewhere]) == [nothing, elsewhere]


def test_a_leaf_that_the_spec_drops_is_excused_with_its_reason_and_no_other() -> None:
    out, _ = harness.stage(QUEUE.type)
    value = out.resources[0].value
    found = {m.members: excused(QUEUE, value, m) for m in mutations(QUEUE, value) if m.kind == "changed"}
    assert found["ApproximateNumberOfMessages",] == "counter"
    assert found["CreatedTimestamp",] == "time"
    assert found["VisibilityTimeout",] == ""
    wrong = replace(QUEUE, compare=replace(QUEUE.compare, ignore=(Ignored(parse("DelaySeconds"), "state"),)))
    assert excused(wrong, value, Mutation(("DelaySeconds",), "changed", "17")) == "state"


def test_mutations_cover_every_leaf_and_rounds_lose_none() -> None:
    spec = load().specs["AWS::EC2::SecurityGroup"]
    document: dict[str, Any] = {"GroupName": "a", "IpPermissions": [{"FromPort": 1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}], "Tags": []}
    found = list(mutations(spec, document))
    rules = "IpPermissions"
    assert {f"{m.kind}: {'.'.join(m.members)}" for m in found} == {
        "changed: GroupName",
        "member removed: GroupName",
        f"member removed: {rules}",
        f"element removed: {rules}",
        f"changed: {rules}.FromPort",
        f"member removed: {rules}.FromPort",
        f"member removed: {rules}.IpRanges",
        f"element removed: {rules}.IpRanges",
        f"changed: {rules}.IpRanges.CidrIp",
        f"member removed: {rules}.IpRanges.CidrIp",
        "member removed: Tags",
    }
    done = list(rounds(found))
    assert sorted(map(str, found)) == sorted(str(m) for batch in done for m in batch)
    for batch in done:
        assert len({m.zone[:1] for m in batch}) == len(batch)


def test_answers_that_the_vendor_never_gives() -> None:
    calls = copy.deepcopy(dict(recorded.load(QUEUE).calls))
    calls["sqs:ListQueues"][0]["answer"] = {"QueueUrls": "one", "Queues": []}
    calls["sqs:GetQueueAttributes"][0]["args"]["AttributeNames"] = ["Everything"]
    calls["sqs:GetQueueAttributes"][1]["anser"] = {}
    found = "\n".join(complaints(Answers(calls)))
    for words in ("Invalid type for parameter QueueUrls", '"Queues"', "'Everything' is none of", "unknown key 'anser'"):
        assert words in found


def test_a_call_that_no_entry_knows_says_what_to_add() -> None:
    fake = Fake(recorded.load(QUEUE), "sqs", frozenset(), "333333333333", "eu-west-1")
    with pytest.raises(AssertionError, match="lacks an entry for sqs:GetQueueAttributes"):
        fake.call("GetQueueAttributes", {"QueueUrl": "other", "AttributeNames": ["All"]})
    refusing = Fake(Answers({"sqs:ListQueues": [{"error": "AccessDenied"}]}), "sqs", frozenset(), "333333333333", "eu-west-1")
    with pytest.raises(ClientError, match="AccessDenied"):
        refusing.call("ListQueues", {})


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("arn:aws:sqs:eu-west-1:333333333333:orders-stage", "arn:aws:sqs:eu-central-1:444444444444:orders-prod"),
        ("stages backstage Stage_one STAGE", "stages backstage Prod_one PROD"),
        ("euw1-az2 eu-west-1a", "euc1-az2 eu-central-1a"),
        ("10.0.0.0/16 arn:aws:iam::aws:policy/ReadOnlyAccess", "10.0.0.0/16 arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("sha256:" + "0a" * 32, "sha256:" + "0a" * 32),
    ],
)
def test_the_twin_speaks_of_its_own_environment(text: str, other: str) -> None:
    assert rewriter(True, {})(text) == other


@pytest.mark.parametrize(
    "text", ["sg-0123456789abcdef0", "vpc-12345678", "0b1c2d3e-1111-4222-a333-444455556666", "E1A2B3C4D5E6F7", "a1b2c3d4e5"]
)
def test_the_twin_has_ids_of_its_own_in_the_same_form(text: str) -> None:
    rewrite = rewriter(True, {})
    assert rewrite(text) != text
    assert len(rewrite(text)) == len(text)
    assert rewrite(f"x/{text}/y") == f"x/{rewrite(text)}/y"
    assert rewriter(True, {text: "mine"})(text) == "mine"


def test_what_moves_by_itself_moves_in_the_twin_and_lists_turn_around() -> None:
    out, _ = harness.stage(QUEUE.type)
    moved = disturbed(QUEUE, out.resources[0]).value
    assert moved["ApproximateNumberOfMessages"] != out.resources[0].value["ApproximateNumberOfMessages"]
    assert moved["VisibilityTimeout"] == out.resources[0].value["VisibilityTimeout"]
    assert moved["Tags"] == out.resources[0].value["Tags"][::-1]


@pytest.mark.parametrize("name", sorted(load().of("aws")))
def test_first_answers_of_every_type_are_allowed_and_read_without_a_gap(name: str) -> None:
    spec = load().specs[name]
    made = Answers(json.loads(json.dumps(Maker(spec).make())))
    assert complaints(made) == []
    assert harness.read(spec, made, "stage", "eu-west-1").gaps == ()
