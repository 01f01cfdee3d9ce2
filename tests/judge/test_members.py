from __future__ import annotations

import pytest

from driftscan.catalog import load
from driftscan.judge import NoHistory, judge
from driftscan.judge.members import FEW, LONG, members
from driftscan.model.drift import Verdict
from driftscan.model.finding import Kind
from driftscan.model.settings import Expected
from driftscan.model.value import Address, Bag, Key, Keyed, Redacted, Seq, Text, Value, Word, show_path, show_scalar
from tests.catalog import harness
from tests.judge.estate import NOW, Estate, Past, settings

SUBSCRIPTION = "AWS::SNS::Subscription"
RECORD = "AWS::Route53::RecordSet"
NAME = Text(("orders-", Word("prod", "prod", "{env}")))


def shown(body: Value, type: str) -> list[str]:
    return [show_path(path) for path, _ in members(body, load().specs.get(type))]


def test_a_subscription_is_its_topic_protocol_and_endpoint() -> None:
    body = {"Endpoint": "https://example.org", "Protocol": "https", "TopicArn": NAME}
    assert shown(body, SUBSCRIPTION) == ["TopicArn", "Protocol", "Endpoint"]


def test_a_record_is_its_name_and_type_and_what_it_answers() -> None:
    answers = Keyed(((("192.0.2.1",), {"Value": "192.0.2.1"}),))
    body = {"TTL": 300, "ResourceRecords": answers, "Name": "www.example.org", "Type": "A", "Weights": Bag(())}
    assert shown(body, RECORD) == ["Name", "Type", "ResourceRecords", "TTL"]


def test_a_large_resource_is_named_and_no_more() -> None:
    body = {"RoleName": NAME, **{f"M{n}": n for n in range(FEW)}}
    assert shown(body, "AWS::IAM::Role") == ["RoleName"]
    assert len(shown(dict(list(body.items())[:FEW]), "AWS::IAM::Role")) == FEW


def test_the_alternative_that_is_there_whole_names_it() -> None:
    associations = Bag(({"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}))
    found = members({"VpcId": "vpc-1", "Associations": associations}, load().specs["AWS::EC2::RouteTable"])
    assert [show_path(p).split("[")[0] for p, _ in found][:3] == ["VpcId", "Associations", "Associations"]
    assert {show_scalar(v) for _, v in found if isinstance(v, str)} == {"vpc-1", "subnet-1", "subnet-2"}


def test_a_tag_that_names_a_resource_stands_under_its_tags() -> None:
    body = {"Tags": {"Name": NAME, "Team": "web"}, **{f"M{n}": n for n in range(FEW)}}
    assert shown(body, "AWS::EC2::Volume") == ["Tags.Name"]


@pytest.mark.parametrize("long", ["x" * (LONG + 1), Seq(tuple("y" * 9 for _ in range(LONG // 9)))])
def test_nothing_long_is_a_name(long: Value) -> None:
    assert shown({"TopicArn": NAME, "Protocol": "https", "Endpoint": long}, SUBSCRIPTION) == ["TopicArn", "Protocol"]


def test_a_secret_stays_one_and_a_type_nobody_knows_is_shown_where_it_is_small() -> None:
    secret = Redacted("secret", ("77aa88bb99cc",), "k")
    assert members({"Token": secret}, None) == ((("Token",), secret),)


def test_where_a_name_is_redacted_the_own_arn_says_which_one_it_is() -> None:
    mail = Redacted("person", ("cc0850b2",), "k")
    arn = "arn:aws:sns:eu-west-1:111111111111:orders:1b2c3d4e-0000-4000-8000-000000000000"
    body = {"TopicArn": NAME, "Protocol": "email", "Endpoint": mail}
    spec = load().specs[SUBSCRIPTION]
    assert members(body, spec, arn) == (
        (("TopicArn",), NAME), (("Protocol",), "email"), (("Endpoint",), mail), (("SubscriptionArn",), arn),
    )  # fmt: skip
    assert "SubscriptionArn" not in [p[0] for p, _ in members(body, spec, "PendingConfirmation")]
    assert "SubscriptionArn" not in [p[0] for p, _ in members({**body, "Endpoint": "https://example.org"}, spec, arn)]


def test_elements_are_told_by_what_identifies_them() -> None:
    keyed = Keyed(((("a",), {"SubnetId": "subnet-1"}),))
    found = members({"VpcId": "vpc-1", "Associations": keyed}, load().specs["AWS::EC2::RouteTable"])
    assert (("Associations", Key(("a",)), "SubnetId"), "subnet-1") in found


@pytest.mark.parametrize(("side", "kind", "op"), [(0, Kind.EXTRA, "added"), (1, Kind.MISSING, "removed")])
def test_a_one_sided_finding_shows_what_it_is(side: int, kind: Kind, op: str) -> None:
    estate = Estate()
    plain = estate.alone(side, "a", SUBSCRIPTION, {})
    bare = estate.judge().findings[0]
    estate.bodies["reference" if side else "candidate", plain] = {"Protocol": "sqs", "TopicArn": NAME}
    (finding,) = estate.judge().findings
    assert [(show_path(c.path), c.op, c.verdict, c.severity) for c in finding.changes] == [
        (path, op, finding.verdict, finding.severity) for path in ("TopicArn", "Protocol")
    ]
    assert (finding.kind, finding.id, finding.value_digest, finding.group, finding.title) == (
        kind, bare.id, bare.value_digest, bare.group, bare.title,
    )  # fmt: skip


def test_a_rule_about_a_whole_resource_is_used_once_however_many_members_it_shows() -> None:
    rule = Expected("no-mail", SUBSCRIPTION, "", "any", "stage sends none", "ops", kind="missing")
    estate = Estate()
    estate.alone(1, "a", SUBSCRIPTION, {"Protocol": "sqs", "TopicArn": NAME})
    judged = estate.judge(settings(expected=(rule,)), Past({}))
    assert [c.verdict for c in judged.findings[0].changes] == [Verdict.EXPECTED] * 2
    assert judged.rules[0].times == 1


def test_a_record_that_one_zone_alone_has_names_itself_and_its_zone() -> None:
    spec = load().specs[RECORD]
    world, other = harness.stage(RECORD)[1], harness.twin_of(spec)[1]
    bodies = {"candidate": world.canonicals, "reference": other.canonicals}
    lost = next(a for a in other.canonicals if a.type == RECORD)
    left = {a: c for a, c in other.canonicals.items() if a != lost}
    comparison = harness.compared(world, world.canonicals, other, left)
    (alone,) = comparison.extra
    record = world.items[alone].value
    judged = judge(comparison, harness.SETTINGS, load(), NoHistory(), NOW, lambda side, a: bodies[side][a])
    finding = next(f for f in judged.findings if f.kind is Kind.EXTRA)
    said = {show_path(c.path): show_scalar(c.candidate) for c in finding.changes}
    assert said["Name"] == record["Name"].rstrip(".").replace("\\052", "*")
    assert said["Type"] == record["Type"]
    assert said["Name"].partition(".")[2].partition(".")[2] in finding.title
    place = finding.subject.candidate
    assert place is not None and place.parent is not None
    zone = world.items[Address(place.parent.type, place.account, "global", place.parent.id)]
    assert (place.parent.type, place.parent.arn) == ("AWS::Route53::HostedZone", zone.arn)
    assert place.id.startswith(f"{place.parent.id}|{record['Name']}|")
    assert place.ref == record["Name"]
