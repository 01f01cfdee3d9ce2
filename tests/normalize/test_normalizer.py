"""The properties on which `noise 0` rests: what may differ between environments changes nothing, everything else does."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driftscan.model.resource import Canonical, Provenance, Resource, Seal
from driftscan.model.value import Bag, Keyed, Opaque, Redacted, Ref, Text, Unknown, Word, show_path, show_scalar, walk
from tests.normalize.estate import ACCOUNTS, Side, build, prod, twins, vocabulary

ONE, OTHER, PAIRS = twins()
STAGE, PROD = ONE.normalizer(), OTHER.normalizer()


def both(name: str) -> tuple[Canonical, Canonical]:
    a, b = PAIRS[name]
    return STAGE.canonical(STAGE._snapshot.resource(a)), PROD.canonical(PROD._snapshot.resource(b))


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_twins_have_one_digest(name: str) -> None:
    a, b = both(name)
    assert a.seal.digest == b.seal.digest
    assert a.seal.sketch == b.seal.sketch
    assert a.seal.name == b.seal.name
    assert len(a.seal.refs) == len(b.seal.refs)
    assert [w[0] for w in flat(a.seal.words)] == ["stage"] * len(list(flat(a.seal.words)))
    assert [w[0] for w in flat(b.seal.words)] == ["prod"] * len(list(flat(b.seal.words)))


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_references_of_twins_point_at_twins(name: str) -> None:
    paired = dict(PAIRS.values())
    a, b = both(name)
    for one, other in zip(flat(a.seal.refs), flat(b.seal.refs), strict=True):
        assert isinstance(one, Ref) and isinstance(other, Ref)
        assert paired[one.target] == other.target  # type: ignore[index]


def flat(items: tuple[Any, ...]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, tuple) and item[:1] == ("set",):
            for element in item[1]:
                yield from flat(element)
        else:
            yield item


def test_seals_are_those_of_the_canonical_forms_in_address_order() -> None:
    seals = list(STAGE.seals())
    assert [s.address for s in seals] == sorted(s.address for s in seals)
    for seal in seals:
        assert STAGE.canonical(STAGE._snapshot.resource(seal.address)).seal == seal


def test_iac_keys_come_first_and_hold_no_environment() -> None:
    for name, logical in (("queue", "Queue"), ("role", "Role"), ("function", "Function")):
        a, b = both(name)
        assert a.seal.keys[0].reason == b.seal.keys[0].reason == "iac"
        assert a.seal.keys[0].parts == (Text(("orders-", Word("stage", "stage", "{env}"))), logical)


def test_a_wrong_environments_endpoint_is_found_in_a_redacted_setting() -> None:
    side = Side()
    at = build(side)
    value = next(r for r in side.items if r.address == at["function"]).value
    value["Environment"]["Variables"]["OTHER"] = "https://sqs.us-east-1.amazonaws.com/222222222222/orders-prod"
    body = side.canonical(at["function"]).body
    found = body["Environment"]["Variables"]["OTHER"]
    assert "{account:prod}" in "".join(p for p in found.parts if isinstance(p, str))
    assert Word("prod", "prod", "{env}") in found.parts


def test_mail_addresses_of_twins_differ_in_nothing_but_their_word() -> None:
    def seal(side: Side, mail: str) -> Seal:
        topic = side.arn("sns", "alerts")
        side.add("AWS::SNS::Subscription", f"{topic}|email|{mail}", {"TopicArn": topic, "Protocol": "email", "Endpoint": mail})
        (found,) = side.normalizer().seals()
        return found

    one, other = seal(Side(), "noc@stage.acme.example"), seal(prod(), "NOC@prod.acme.example")
    assert (one.digest, one.name) == (other.digest, other.name)
    (mine,), (theirs,) = one.keys, other.keys
    assert show_scalar(mine.parts[-1]).replace("stage", "prod") == show_scalar(theirs.parts[-1])
    assert seal(Side(), "ops@stage.acme.example").digest != one.digest
    assert seal(Side(), "noc@acme.example").digest != one.digest
    assert seal(Side(), "noc@prod.acme.example").words != one.words


def test_settings_hold_no_unknown_value() -> None:
    body = both("function")[0].body
    variables = body["Environment"]["Variables"]
    assert isinstance(variables["LEVEL"], Opaque)
    assert isinstance(variables["DB_PASSWORD"], Redacted)
    assert variables["ENVIRONMENT"] == Word("stage", "stage", "{env}")
    assert isinstance(variables["QUEUE_URL"], Ref)


def test_what_could_not_be_read_is_said() -> None:
    side = Side()
    at = side.add(
        "AWS::SQS::Queue",
        "arn:aws:sqs:us-east-1:111111111111:x",
        {"Policy": Unknown("AccessDenied"), "Tags": [{"Key": "a", "Value": Unknown("X")}]},
    )
    assert side.canonical(at).seal.unknown == (("Policy", "AccessDenied"), ("Tags.a", "X"))


# ------------------------------------------------------------------------------------ substitution

HEX = st.text("0123456789abcdef", min_size=8, max_size=8).filter(lambda t: any(c.isdigit() for c in t) and any(c.isalpha() for c in t))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HEX, HEX, st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2"]), st.sampled_from(["10.7", "172.20", "10.0"]))
def test_accounts_regions_random_parts_and_networks_change_nothing(one: str, other: str, region: str, network: str) -> None:
    a, b = Side(random=one), prod(random=other, region=region, network=network)
    at_a, at_b = build(a), build(b)
    left, right = a.normalizer(), b.normalizer()
    for name in at_a:
        x, y = left.canonical(left._snapshot.resource(at_a[name])), right.canonical(right._snapshot.resource(at_b[name]))
        assert x.seal.digest == y.seal.digest, name


@pytest.mark.parametrize(("one", "other"), [("blue", "green"), ("eu", "us"), ("queue", "topic"), ("alpha", "b"), ("uat", "live")])
def test_environments_may_have_any_name(one: str, other: str) -> None:
    names = {one: (one,), other: (other,)}
    a, b = Side(env=one), prod(env=other)
    at_a, at_b = build(a), build(b)
    left, right = a.normalizer(vocabulary(one, a.region, names=names)), b.normalizer(vocabulary(other, b.region, names=names))
    for name in at_a:
        x, y = left.canonical(left._snapshot.resource(at_a[name])), right.canonical(right._snapshot.resource(at_b[name]))
        assert x.seal.digest == y.seal.digest, name
        agree = [(p[0] == one and q[0] == other) or p[1] == q[1] for p, q in zip(flat(x.seal.words), flat(y.seal.words), strict=True)]
        assert all(agree), name


# ------------------------------------------------------------------------------------ order and change


def shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        rng.shuffle(items)
        return {k: shuffled(v, rng) for k, v in items}
    if isinstance(value, list):
        out = [shuffled(v, rng) for v in value]
        rng.shuffle(out)
        return out
    return value


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(PAIRS)))
def test_the_order_of_sets_and_members_changes_nothing(rng: random.Random, name: str) -> None:
    resource = STAGE._snapshot.resource(PAIRS[name][0])
    moved = Resource(resource.address, shuffled(resource.value, rng), resource.arn, resource.parent)
    assert STAGE.canonical(moved) == STAGE.canonical(resource)


def scalars(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for k, v in value.items():
            yield from scalars(v, (*path, k))
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from scalars(v, (*path, i))
    elif isinstance(value, str | int):
        yield path


def changed(value: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    out = copy.deepcopy(value)
    inner = out
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = change(inner[path[-1]])
    return out


IGNORED = {
    "queue": {("QueueArn",), ("QueueUrl",), ("Tags", 1, "Key"), ("Tags", 1, "Value")},
    "role": {("Arn",), ("RoleId",)},
    "function": {("FunctionArn",), ("VpcConfig", "VpcId")},
    "vpc": {("VpcId",)},
    "subnet": {("SubnetId",)},
    "group": {("GroupId",)},
}
"""What the specs ignore of the little estate, and what a reserved prefix takes away."""


@pytest.mark.parametrize("name", sorted(IGNORED))
def test_any_scalar_that_is_compared_changes_the_seal(name: str) -> None:
    resource = STAGE._snapshot.resource(PAIRS[name][0])
    before = STAGE.canonical(resource).seal

    def other(v: Any) -> Any:
        return v + 1 if isinstance(v, int) else f"{v[:-1]}x" if v[:1] in "{[" else f"{v}x" if not v.isdigit() else f"{v}1"

    silent = set()
    for path in scalars(resource.value):
        after = STAGE.canonical(Resource(resource.address, changed(resource.value, path, other), resource.arn)).seal
        if (after.digest, after.refs, after.words) == (before.digest, before.refs, before.words):
            silent.add(path)
    assert silent == IGNORED[name]


def test_lists_are_sets_unless_ordered() -> None:
    body = both("group")[0].body
    assert isinstance(body["IpPermissions"], Keyed)
    assert [k for k, _ in body["IpPermissions"].items] == [("tcp", 22, 22), ("tcp", 443, 443)]
    statement = both("role")[0].body["RolePolicyList"].items[0][1]["PolicyDocument"]["Statement"]
    assert isinstance(statement, Bag)
    shown = [show_path(p) for p, _ in walk(body["IpPermissions"], ("IpPermissions",))]
    assert "IpPermissions[tcp/22/22].IpRanges[{network}+1.0/24].CidrIp" in shown


def test_elements_whose_keys_repeat_are_a_bag() -> None:
    side = Side()
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1}
    at = side.add("AWS::EC2::SecurityGroup", "sg-0123456789abcdef0", {"IpPermissions": [rule, {**rule, "IpRanges": []}]})
    assert isinstance(side.canonical(at).body["IpPermissions"], Bag)


def test_references_of_elements_that_look_alike_are_a_multiset() -> None:
    side = Side()
    groups = [f"sg-0123456789abcdef{i}" for i in range(3)]
    for g in groups:
        side.add("AWS::EC2::SecurityGroup", g, {"GroupId": g})
    at = side.add("AWS::Lambda::Function", "f", {"VpcConfig": {"SecurityGroupIds": groups}})
    ((kind, elements),) = side.canonical(at).seal.refs
    assert kind == "set"
    assert [e[0].target.id for e in elements] == groups


def test_map_members_and_set_elements_are_different_containers() -> None:
    side = Side()
    digests = set()
    for value in ({"X": {"a": "1"}}, {"X": ["a", "1"]}, {"X": {}}, {"X": []}, {}, {"X": [{"a": "1"}]}):
        digests.add(side.canonical(side.add("AWS::X::Y", f"id{len(side.items)}", {"Other": 1, **value})).seal.digest)
    assert len(digests) == 6


def test_the_digest_of_the_normalizer_names_vocabulary_and_catalogue() -> None:
    assert ONE.normalizer().digest == STAGE.digest
    assert ONE.normalizer(vocabulary(region_map={"us-east-1": "x"})).digest != STAGE.digest


def test_user_data_with_an_environments_name_is_equal_between_twins() -> None:
    import base64

    seals = []
    for side in (Side(), prod()):
        script = f"#!/bin/sh\naws s3 cp s3://boot-{side.env}-{side.account}/x .\nexport REGION={side.region}\n"
        data = {"LaunchTemplateData": {"UserData": base64.b64encode(script.encode()).decode()}}
        seals.append(side.canonical(side.add("AWS::EC2::LaunchTemplate", "lt-0123456789abcdef0", data)).seal)
    assert seals[0].digest == seals[1].digest
    assert len(seals[0].words) == 2


def test_inline_policies_read_json_with_ids_of_this_environment() -> None:
    side = Side()
    queue = side.arn("sqs", "jobs")
    at = side.add(
        "AWS::SQS::Queue",
        queue,
        {"QueueArn": queue, "RedrivePolicy": json.dumps({"deadLetterTargetArn": queue, "maxReceiveCount": 3})},
        arn=queue,
    )
    assert side.canonical(at).body["RedrivePolicy"] == {"deadLetterTargetArn": Ref(at, at.type, queue, "arn"), "maxReceiveCount": 3}


def test_what_exists_once_in_a_place_goes_by_that_alone() -> None:
    side = Side()
    detector = side.add("AWS::GuardDuty::Detector", "a1b2c3d4e5f60718293a4b5c6d7e8f90", {"Status": "ENABLED"})
    channel = side.add("AWS::Config::DeliveryChannel", "default", {"name": "default"})
    keys = {a: [k.parts for k in side.canonical(a).seal.keys] for a in (detector, channel)}
    assert keys == {detector: [()], channel: [("default",), ()]}


def test_what_another_resource_shows_as_its_part_was_made_by_it() -> None:
    side = Side()
    eni = side.add("AWS::EC2::NetworkInterface", "eni-0123456789abcdef0", {"NetworkInterfaceId": "eni-0123456789abcdef0"})
    other = side.add("AWS::EC2::NetworkInterface", "eni-0123456789abcdef1", {"NetworkInterfaceId": "eni-0123456789abcdef1"})
    shown = {"NatGatewayId": "nat-0123456789abcdef0", "NatGatewayAddresses": [{"NetworkInterfaceId": eni.id}]}
    gateway = side.add("AWS::EC2::NatGateway", "nat-0123456789abcdef0", shown)
    assert (side.canonical(eni).seal.provenance, side.canonical(eni).seal.owner) == (Provenance.CONTROLLER, gateway)
    assert (side.canonical(other).seal.provenance, side.canonical(other).seal.owner) == (Provenance.DECLARED, None)


def test_parts_of_the_default_network_are_whose_the_network_is() -> None:
    """Its network decides, wherever it stands in the snapshot; one that somebody tagged is somebody's own."""
    for tags, wanted in (([], Provenance.PLATFORM), ([{"Key": "Name", "Value": "ours"}], Provenance.DECLARED)):
        side = Side()
        vpc = "vpc-0a1b2c3d4e5f60718"
        group = side.add(
            "AWS::EC2::SecurityGroup", "sg-0a1b2c3d4e5f60718", {"GroupId": "sg-0a1b2c3d4e5f60718", "GroupName": "default", "VpcId": vpc}
        )
        side.add("AWS::EC2::VPC", vpc, {"VpcId": vpc, "IsDefault": True, "CidrBlock": "172.31.0.0/16", "Tags": tags})
        seals = {s.address: s for s in side.normalizer().seals()}
        assert seals[group].provenance is wanted


def _shared(side: Side, owner: str, text: str = "") -> Canonical:
    """A cluster that another account shares with the environment; text: an account in its document."""
    arn = f"arn:aws:ecs:{side.region}:{owner}:cluster/main"
    key = f"arn:aws:kms:{side.region}:{text or owner}:alias/main"
    document = {"clusterName": "main", "clusterArn": arn, "configuration": {"executeCommandConfiguration": {"kmsKeyId": key}}}
    return side.canonical(side.add("AWS::ECS::Cluster", "main", document, arn=arn))


def test_the_account_that_shares_a_resource_is_its_owner_on_both_sides() -> None:
    ours, theirs = _shared(Side(), "555555555555"), _shared(prod(), "666666666666")
    assert ours.seal.digest == theirs.seal.digest
    assert "{owner}" in repr(ours.body)
    own = _shared(prod(), ACCOUNTS["prod"])
    assert "{account}" in repr(own.body)
    assert ours.seal.digest != own.seal.digest


def test_an_account_that_owns_nothing_here_stays_what_it_is() -> None:
    assert _shared(Side(), "555555555555", "777777777777").seal.digest != _shared(prod(), "666666666666", "888888888888").seal.digest
    assert _shared(Side(), "555555555555", "777777777777").seal.digest == _shared(prod(), "666666666666", "777777777777").seal.digest


def test_a_resource_that_is_named_by_its_owners_account_is_found_by_its_name() -> None:
    def keys(side: Side, owner: str) -> list[object]:
        arn = f"arn:aws:sns:{side.region}:{owner}:orders-{side.env}"
        seal = side.canonical(side.add("AWS::SNS::Topic", arn, {"TopicArn": arn}, arn=arn)).seal
        return [repr(k.parts).replace(side.env, "").replace(side.region, "") for k in seal.keys]

    assert keys(Side(), "555555555555") == keys(prod(), "666666666666") != []
