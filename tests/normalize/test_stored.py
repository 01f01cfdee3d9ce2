"""An index comes back as it was, and means the same."""

from __future__ import annotations

from dataclasses import replace

from driftscan.model.value import Address
from driftscan.normalize import Normalizer
from driftscan.normalize.index import STACK, Index, Known, build
from driftscan.normalize.stored import decode, encode
from tests.normalize.estate import CATALOG, Side, vocabulary
from tests.normalize.estate import build as estate


def kept(index: Index) -> Index:
    """The index without the names that nobody asks for."""
    return replace(index, spelled={a: names for a, names in index.spelled.items() if a in index.stacked and names})


def side() -> Side:
    """An estate with a stack in a stack, a revision that nobody reads, and a part that another resource shows."""
    made = Side()
    at = estate(made)
    rows = [
        {"LogicalResourceId": "Window", "PhysicalResourceId": "mw-0123456789abcdef0", "ResourceType": "AWS::Unread::Window"},
        {"LogicalResourceId": "Inner", "PhysicalResourceId": at["stack"].id, "ResourceType": STACK},
    ]
    task = made.arn("ecs", "task-definition/web:3")
    made.add("AWS::ECS::TaskDefinition", "web", {"family": "web"}, arn=task)
    made.add("AWS::ECS::Service", "web", {"taskDefinition": task})
    made.add(STACK, "outer", {"StackName": "outer", "StackResources": rows})
    return made


def test_what_is_encoded_comes_back() -> None:
    index = build(side().items, CATALOG)
    assert index.stacked
    assert index.unread
    assert index.arns
    assert index.networks
    assert index.users
    assert decode(encode(index)) == kept(index)
    assert encode(decode(encode(index))) == encode(index)


def test_names_of_several_types_in_one_service_are_found_by_service() -> None:
    index = Index()
    one, two = (Address(f"AWS::EC2::{t}", "1", "r", "web") for t in ("Volume", "Instance"))
    for address in (one, two):
        index.named[address.type, "1"]["web"] = [address]
    index.services["ec2"]["web"] = sorted([one, two])
    index.arns["arn:aws:ec2:r:1:volume/web"] = Known(one, "VolumeArn")
    assert decode(encode(index)) == index


def test_canonical_forms_are_the_same_by_an_index_that_was_kept() -> None:
    made = side()
    known = vocabulary(made.env, made.region)
    snapshot = made.snapshot(known)
    fresh = Normalizer(snapshot, CATALOG, known)
    again = Normalizer(snapshot, CATALOG, known, lambda: decode(encode(build(snapshot.resources(), CATALOG))))
    assert list(again.seals()) == list(fresh.seals())
    assert again.named == fresh.named
    assert [again.canonical(r) for r in snapshot.resources()] == [fresh.canonical(r) for r in snapshot.resources()]
