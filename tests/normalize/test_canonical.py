from __future__ import annotations

import base64
from typing import Any

import pytest

from driftscan.model.value import Bag, Keyed, Ref, Seq, Text, Value, Word, show_name, show_scalar
from tests.normalize.estate import Side, prod, vocabulary


def body(type_: str, value: dict[str, Any], side: Side | None = None) -> dict[str, Value]:
    side = side or Side()
    return side.canonical(side.add(type_, f"it{len(side.items)}", value)).body


def test_lists_say_what_they_mean() -> None:
    found = body("AWS::Lambda::Function", {"Layers": [{"Arn": "b"}, {"Arn": "a"}], "Architectures": ["x", "a"]})
    assert found["Layers"] == Seq(({"Arn": "b"}, {"Arn": "a"}))
    assert found["Architectures"] == Bag(("a", "x"))


def test_a_tag_that_says_when_something_was_made_says_no_more_than_that() -> None:
    moment = "2020-10-20 15:52:44.809783"
    for tags in ([{"Key": "Created", "Value": moment}], {"Created": moment}):
        assert body("AWS::X::Y", {"Tags": tags, "Until": moment}) == {"Tags": {"Created": "{moment}"}, "Until": moment}


def test_what_the_vendor_lists_as_values_names_no_environment() -> None:
    """`CANARY` and `LINEAR` are strategies; between environments of these names they must not agree as each one's own word."""
    voc = vocabulary("canary", names={"canary": ("canary",), "linear": ("linear",)})
    side = Side("canary")
    at = side.add("AWS::ECS::Service", "s", {"deploymentConfiguration": {"strategy": "CANARY"}, "serviceName": "CANARY"})
    found = side.canonical(at, voc).body
    assert found["deploymentConfiguration"] == {"strategy": "CANARY"}
    assert found["serviceName"] == Word("canary", "CANARY", "{ENV}")


def test_tags_are_a_map_without_reserved_prefixes() -> None:
    tags = [{"Key": "aws:x", "Value": "1"}, {"Key": "ct-aws:y", "Value": "1"}, {"Key": "Team", "Value": "a"}]
    assert body("AWS::SQS::Queue", {"Tags": tags})["Tags"] == {"Team": "a"}
    assert body("AWS::SQS::Queue", {"Tags": []})["Tags"] == {}


def test_without_a_spec_what_is_empty_stays_and_nothing_is_absent() -> None:
    found = body("AWS::X::Y", {"A": {}, "B": [], "C": None, "D": ""})
    assert found == {"A": {}, "B": Bag(()), "D": ""}


def test_keys_hold_symbols_where_they_are_data() -> None:
    found = body("AWS::X::Y", {"Settings": {"stageName": "1"}, "Tags": {"owner-stage": "a", "Stage": "b", "STAGE_X": "c"}})
    own = Text(("owner-", Word("stage", "stage", "{env}")))
    assert found["Settings"] == {"stageName": "1"}
    assert found["Tags"] == Keyed(((("STAGE_X",), "c"), (("Stage",), "b"), ((own,), "a")), members=True)


def test_keys_of_data_hold_references() -> None:
    side = Side()
    arn = side.arn("sqs", "orders")
    queue = side.add("AWS::SQS::Queue", "orders", {"QueueName": "orders"}, arn=arn)
    found = body("AWS::X::Y", {"Tags": {arn: "1", "b": "2"}}, side)
    assert {k: v for (k,), v in found["Tags"].items} == {Ref(queue, queue.type, arn, "arn"): "1", "b": "2"}


def test_keys_that_are_alike_on_every_side_stay_a_plain_map() -> None:
    assert body("AWS::X::Y", {"Tags": {"111111111111-x": "1", "b": "2"}})["Tags"] == {"{account}-x": "1", "b": "2"}


def test_keys_that_would_become_one_stay_apart() -> None:
    tags = {"x-stage": "1", "x-prod": "2"}
    found = body("AWS::X::Y", {"Tags": tags})["Tags"]
    assert [(show_name(k), show_scalar(k), v) for (k,), v in found.items] == [("x-{env}", "x-prod", "2"), ("x-{env}", "x-stage", "1")]


def test_of_members_named_by_regions_the_home_is_the_same_everywhere() -> None:
    stores = {"us-east-1": {"location": "a"}, "us-west-2": {"location": "b"}}
    for side, home, other in ((Side(), "us-east-1", "us-west-2"), (prod(), "us-west-2", "us-east-1")):
        pipeline = side.add("AWS::CodePipeline::Pipeline", "release", {"pipeline": {"artifactStores": stores}})
        found = side.canonical(pipeline).body["pipeline"]["artifactStores"]
        own, far = Word(side.env, home, "{region}"), Word("", other, "{region}")
        assert found == Keyed((((far,), stores[other]), ((own,), stores[home])), members=True)


def test_a_document_may_be_keyed_by_environment() -> None:
    found = body("AWS::StepFunctions::StateMachine", {"definition": '{"stage": {"Stage": "x"}, "other": 1}'})
    assert found["definition"] == Keyed(((("other",), 1), ((Word("stage", "stage", "{env}"),), {"Stage": "x"})), members=True)


def test_a_copy_of_another_resource_is_a_reference_to_it() -> None:
    side = Side()
    arn = "arn:aws:iam::111111111111:role/deploy"
    document = {"RoleName": "deploy", "Arn": arn, "Path": "/", "Description": "x"}
    role = side.add("AWS::IAM::Role", "deploy", document, arn=arn, region="global")
    found = body("AWS::IAM::InstanceProfile", {"Roles": [{"RoleName": "deploy", "Arn": arn, "Path": "/"}]}, side)
    assert found["Roles"] in (Bag((Ref(role, role.type, arn, "copy"),)), Keyed(()))
    changed = body("AWS::X::Y", {"Roles": [{"Arn": arn, "Weight": 1, "Path": "/"}]}, side)
    assert isinstance(changed["Roles"].items[0], dict)


def test_own_names_of_stacked_resources_are_references_to_themselves() -> None:
    side = Side()
    role = side.add("AWS::IAM::Role", "anything", {"RoleName": "anything", "Path": "/", "Description": "anything"}, region="global")
    rows = [{"LogicalResourceId": "Role", "PhysicalResourceId": "anything", "ResourceType": "AWS::IAM::Role"}]
    side.add("AWS::CloudFormation::Stack", "s", {"StackName": "orders-stage", "StackResources": rows})
    assert side.canonical(role).body["RoleName"] == Ref(role, role.type, "anything", "name")


def test_random_ids_say_nothing() -> None:
    one, other = ({"Rules": [{"Id": i, "Prefix": "x"}]} for i in ("0xJBofyluVm5d8Ta9E7dbP07EG5OXT70", "xulAyFxaavwvTjQPFV35tHHpRtYniF0R"))
    assert body("AWS::X::Y", one) == body("AWS::X::Y", other)


def test_the_owner_of_a_bucket_is_another_user_in_each_account_and_other_users_are_not() -> None:
    def grants(owner: str, *users: str) -> Value:
        some = [{"Grantee": {"ID": u, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"} for u in users]
        return body("AWS::S3::Bucket", {"Name": "orders", "AccessControl": {"Owner": {"ID": owner}, "Grants": some}})["AccessControl"]

    one, two, stranger = "75aa57f0" * 8, "9f1c57f0" * 8, "0c1d2e3f" * 8
    assert grants(one, one) == grants(two, two)
    assert grants(one, one) != grants(two, stranger)


@pytest.mark.parametrize(("value", "expected"), [(1.0, 1), (0.5, 0.5), (True, True), (7, 7)])
def test_numbers_are_what_they_are(value: Any, expected: Any) -> None:
    found = body("AWS::X::Y", {"A": value})["A"]
    assert found == expected
    assert type(found) is type(expected)


def test_the_region_of_a_global_resource_is_the_only_one_that_it_names() -> None:
    found = body("AWS::X::Y", {"A": "us-east-1"})["A"]
    assert found == Word("stage", "us-east-1", "{region}")
    side = Side()
    at = side.add("AWS::IAM::Role", "r", {"Description": "in us-east-1", "Path": "/"}, region="global")
    assert Word("stage", "us-east-1", "{region}") in side.canonical(at).body["Description"].parts


def test_a_generated_name_with_a_number_is_known_inside_redacted_user_data() -> None:
    digests = {}
    for side, suffix in ((Side(), "NAJAEDUCJRBG"), (prod(), "QX1UBIK2FQ5Z")):
        stack = f"shop07-{side.env}"
        group = f"{stack}-WebLogs-{suffix}"
        side.add("AWS::Logs::LogGroup", group, {"logGroupName": group}, arn=side.arn("logs", f"log-group:{group}"))
        rows = [{"LogicalResourceId": "WebLogs", "PhysicalResourceId": group, "ResourceType": "AWS::Logs::LogGroup"}]
        side.add("AWS::CloudFormation::Stack", stack, {"StackName": stack, "StackResources": rows})
        script = f"#!/bin/bash\nexport PORT=8080\nagent --log-group {group} --port 8080"
        data = {"LaunchTemplateData": {"UserData": base64.b64encode(script.encode()).decode()}}
        template = side.add("AWS::EC2::LaunchTemplate", f"lt-{side.random}{'0' * 9}", data)
        canonical = side.canonical(template)
        digests[side.env] = canonical.seal.digest
        assert [r.text for r in canonical.seal.refs if isinstance(r, Ref)] == [group]
        assert "8080" not in repr(side.snapshot().resource(template).value)
    assert digests["stage"] == digests["prod"]
