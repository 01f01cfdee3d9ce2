"""A resource's own name says nothing where a tool or the vendor finished it at random; whatever somebody chose in it counts."""

from __future__ import annotations

import pytest

from driftscan.compare import ownname
from driftscan.compare.agree import leaf
from driftscan.compare.links import Links
from driftscan.model.resource import MatchKey
from driftscan.model.value import Address, Ref, Text, Value
from tests.compare.estate import QUEUE, Estate, at, canonical, word

LB = "AWS::ElasticLoadBalancingV2::LoadBalancer"


@pytest.mark.parametrize(
    ("raws", "texts"),
    [
        (
            ("autoscalingmultiaz-stage-50-9c7e", "autoscalingmultiaz-prod-506-8b3e"),
            ("autoscalingmultiaz-{env}-50-9c7e", "autoscalingmultiaz-{env}-506-8b3e"),
        ),
        (
            ("staging-private-vpc-29e3-drop-2", "production-private-vpc-29e3-36b3"),
            ("{env}-private-vpc-29e3-drop-2", "{env}-private-vpc-29e3-36b3"),
        ),
        (
            ("stg-orders-service-api-blue-1f3a", "prd-orders-service-api-blue-77b0"),
            ("{env}-orders-service-api-blue-1f3a", "{env}-orders-service-api-blue-77b0"),
        ),
    ],
    ids=["both cut", "only the longer one cut", "words of one length"],
)
def test_a_name_that_was_too_long_and_ends_in_a_hash_is_the_same_name(raws: tuple[str, str], texts: tuple[str, str]) -> None:
    assert ownname.shortened(raws, texts)
    assert ownname.shortened((raws[1], raws[0]), (texts[1], texts[0]))


@pytest.mark.parametrize(
    ("raws", "texts"),
    [
        (("stage-orders-9c7e", "prod-orders-8b3e"), ("{env}-orders-9c7e", "{env}-orders-8b3e")),
        (
            ("autoscalingmultiaz-stage-50-9c7e", "autoscalingsingleaz-prod-50-8b3e"),
            ("autoscalingmultiaz-{env}-50-9c7e", "autoscalingsingleaz-{env}-50-8b3e"),
        ),
        (("staging-private-vpc-drop-2", "production-private-vpc-29e3-36b3"), ("{env}-private-vpc-drop-2", "{env}-private-vpc-29e3-36b3")),
        (
            ("stage-orders-service-api-green-b", "prod-orders-service-api-green-cd"),
            ("{env}-orders-service-api-green-b", "{env}-orders-service-api-green-cd"),
        ),
    ],
    ids=["nothing was too long", "another name", "the shorter one would have fitted", "no hash at its end"],
)
def test_another_name_stays_another_name(raws: tuple[str, str], texts: tuple[str, str]) -> None:
    assert not ownname.shortened(raws, texts)
    assert not ownname.shortened((raws[1], raws[0]), (texts[1], texts[0]))


def linked(c: Address, r: Address, names: tuple[str, str] = ("", ""), *keys: MatchKey) -> Links:
    stage, prod = (Estate(e).add(canonical(a, {}, keys, name=n)) for e, a, n in (("stage", c, names[0]), ("prod", r, names[1])))
    known = Links(stage.side(), prod.side())
    known.pair(c, r)
    return known


def test_a_generated_suffix_that_looks_like_a_word_is_none() -> None:
    c, r = at("stage", QUEUE, "shop-stage-cluster-jzajmjtwaooo"), at("prod", QUEUE, "shop-prod-cluster-hp9yov4c5ia7")
    known = linked(c, r, ("shop-{env}-cluster-jzajmjtwaooo", "shop-{env}-cluster"))
    name = Text(("shop-", word("stage"), "-cluster-jzajmjtwaooo"))
    assert leaf(known, name, Ref(r, QUEUE, r.id), (c, r)) is True
    other = Text(("shop-", word("stage"), "-replica-jzajmjtwaooo"))
    assert leaf(known, other, Ref(r, QUEUE, r.id), (c, r)) is not True, "a text that is not the resource's own name stays one"


def test_an_id_in_a_name_that_only_one_side_gives_away_is_no_difference() -> None:
    c, r = at("stage", QUEUE, "execution_klf0e177uo/v0"), at("prod", QUEUE, "execution_gcqwlanwon/v0")
    key = MatchKey("name", ("execution_{api}/v0",))
    known = linked(c, r, ("execution_/v0", "execution_/v0"), key)
    spelled: Value = Text(("execution_", Ref(None, "", "gcqwlanwon"), "/v0"))
    assert leaf(known, Ref(c, QUEUE, c.id), spelled, (c, r)) is True
    assert leaf(linked(c, r), Ref(c, QUEUE, c.id), spelled, (c, r)) is not True, "without a key in common nobody knows that it is one name"


def test_another_resources_name_is_not_judged_so() -> None:
    c, r = at("stage", LB, "autoscalingmultiaz-stage-50-9c7e"), at("prod", LB, "autoscalingmultiaz-prod-506-8b3e")
    known = linked(c, r)
    texts = Text(("autoscalingmultiaz-", word("stage"), "-50-9c7e")), Text(("autoscalingmultiaz-", word("prod"), "-506-8b3e"))
    assert leaf(known, *texts, (c, r)) is True
    assert leaf(known, *texts, (at("stage", LB, "other"), at("prod", LB, "other"))) is False
