"""A resource's own name says nothing where a tool or the vendor finished it at random; whatever somebody chose in it counts."""

from __future__ import annotations

import pytest

from driftscan.compare import ownname
from driftscan.compare.agree import leaf
from driftscan.compare.links import Links
from driftscan.model.resource import Canonical, MatchKey
from driftscan.model.value import Address, Ref, Text, Value, Word
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


def linked(c: Address, r: Address, names: tuple[str, str] = ("", ""), *keys: MatchKey, rename: tuple[bool, bool] = (True, True)) -> Links:
    """rename: of whose names somebody chose all."""
    each = zip(("stage", "prod"), (c, r), names, rename, strict=True)
    stage, prod = (Estate(e).add(canonical(a, {}, keys, name=n, rename=whole)) for e, a, n, whole in each)
    known = Links(stage.side(), prod.side())
    known.pair(c, r)
    return known


def test_a_generated_suffix_that_looks_like_a_word_is_none() -> None:
    c, r = at("stage", QUEUE, "shop-stage-cluster-jzajmjtwaooo"), at("prod", QUEUE, "shop-prod-cluster-hp9yov4c5ia7")
    known = linked(c, r, ("shop-{env}-cluster-jzajmjtwaooo", "shop-{env}-cluster"), rename=(True, False))
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


FUNCTION = MatchKey("name", ("CUSTOM_LAMBDA", "check-amis"))


def rule(environment: str, name: str, raw: str) -> Canonical:
    """A rule that goes by its name, whose end nobody chose, and by the function that it runs."""
    before, _, after = name.partition("{env}")
    key = MatchKey("name", (Text((before, word(environment), after)),))
    return canonical(at(environment, QUEUE, raw), {}, (key, FUNCTION), name=name, rename=False)


def one_name(candidate: Canonical, reference: Canonical) -> bool:
    """Whether the two are called alike: stage's name was recognised as its own, prod's is spelled out."""
    c, r = candidate.seal.address, reference.seal.address
    known = Links(
        *(Estate(x.seal.keys[0].parts[0].parts[1].env, words=(e,)).add(x).side() for x, e in ((candidate, "stage"), (reference, "prod")))
    )
    known.pair(c, r)
    return leaf(known, Ref(c, QUEUE, c.id), Text((r.id,)), (c, r)) is True


def test_a_key_without_the_name_says_nothing_of_what_two_counterparts_are_called() -> None:
    old = rule("stage", "{env}-amis", "stage-amis-ENVIRONMENTS")
    assert one_name(old, rule("prod", "{env}-amis", "prod-amis-2XEWSXRK28A7K"))
    assert not one_name(old, rule("prod", "approved-{env}-amis", "approved-prod-amis-2XEWSXRK28A7K"))
    glued = rule("stage", "amisstage{env}", "amisstagestage-ZVUAL38NCHJ7K"), rule("prod", "amisprod{env}", "amisprodprod-2XEWSXRK28A7K")
    assert one_name(*glued)


def test_a_name_that_was_cut_is_no_other_name() -> None:
    end = "the-one-that-serves-every-customer-of-the-house"
    names = [f"{{env}}-amis-{end}"[: 32 - len(e) + len("{env}")] for e in ("stage", "prod")]
    raws = [n.replace("{env}", e) for n, e in zip(names, ("stage", "prod"), strict=True)]
    assert [len(r) for r in raws] == [32, 32]
    assert one_name(rule("stage", names[0], raws[0]), rule("prod", names[1], raws[1]))


def test_what_the_name_is_stands_at_one_place_of_the_key_on_both_sides() -> None:
    """The longest part of a key counts as the name: of two parts that agree it may be either. What is absent is none."""
    names = "service/{env}", "ecs:DesiredCount"
    sides = [Estate(e, words=(e,)) for e in ("stage", "prod")]
    for side, name in zip(sides, names, strict=True):
        key = MatchKey("name", (Text(("service/", word(side.environment))), "ecs:DesiredCount", None))
        side.add(canonical(at(side.environment, QUEUE, side.environment), {}, (key,), name=name))
    known = Links(*(side.side() for side in sides))
    assert not ownname.another(known, *(next(iter(side.items.values())).seal for side in sides))


@pytest.mark.parametrize(
    ("names", "same"),
    [
        (("orders-{env}-0cb0", "orders-{env}-c316"), True),
        (("orders-{env}-0815", "orders-{env}-c316"), True),
        (("orders-{env}-0815", "orders-{env}-4711"), False),
        (("orders-{env}-0cb0", "billing-{env}-c316"), False),
        (("orders-{env}-face", "orders-{env}-beef"), False),
        (("elb-access-logs-an-96b8-sta-22b0", "elb-access-logs-an-96b8-pro-d627"), True),
        (("-essentials-83af-bucket", "-essentials-8-bucket"), False),
        (("orders-{env}", "orders-{env}-JZAJMJTWAOOO"), True),
        (("ordersstage-ypaftrgiec61", "ordersprod-rptl70n6ql8x"), True),
    ],
)
def test_a_name_that_a_tool_finished_in_two_ways_is_one_name(names: tuple[str, str], same: bool) -> None:
    c, r = (
        canonical(at(e, QUEUE, n.replace("{env}", e)), {}, name=n, rename=False).seal for e, n in zip(("stage", "prod"), names, strict=True)
    )
    assert ownname.one(c, r, (("stage",), ("prod",))) is same


def test_a_word_at_the_end_of_a_name_is_none_that_a_tool_appended() -> None:
    c, r = (canonical(at(e, QUEUE, e), {}, name=n).seal for e, n in (("stage", "orders"), ("prod", "orders-notifications")))
    assert not ownname.one(c, r, (("stage",), ("prod",)))


def test_a_name_that_a_stack_cut_before_the_logical_id() -> None:
    """Of `staging-essentials-83af` and `production-essentials-83af` as much is left as the bucket's name has room for."""
    stage, prod = (
        "staging-essentials-83af-awss3lambdaartifactsbucket-9b6f4h2k1m3p",
        "production-essentials-8-awss3lambdaartifactsbucket-77zq0b1k2x4y",
    )
    assert len(stage) == len(prod) == 63
    names = "{env}-essentials-83af-awss3lambdaartifactsbucket", "{env}-essentials-8-awss3lambdaartifactsbucket"
    c, r = (
        canonical(at(e, QUEUE, i), {}, name=n, rename=False).seal for e, i, n in zip(("stage", "prod"), (stage, prod), names, strict=True)
    )
    assert ownname.one(c, r, (("staging",), ("production",)))
    assert not ownname.one(c, canonical(at("prod", QUEUE, prod[:-1]), {}, name="{env}-other-awss3lambdaartifactsbucket").seal, ((), ()))


def test_a_suffix_that_looks_like_a_word_in_ones_own_name_beside_a_known_one() -> None:
    c, r = at("stage", QUEUE, "logs|staging-NetworkFilter-IXLUEBVJXLOH"), at("prod", QUEUE, "logs|production-NetworkFilter-NLO0HF7IQ743")
    known = linked(c, r, ("logs", "logs"), MatchKey("name", ("logs", "NetworkAclEventCount")))
    spelled = Text((Word("prod", "production", "{env}"), "-NetworkFilter-{id}"))
    assert leaf(known, Ref(c, QUEUE, "staging-NetworkFilter-IXLUEBVJXLOH"), spelled, (c, r)) is True
    assert leaf(known, Ref(c, QUEUE, "staging-NetworkFilter-IXLUEBVJXLOH"), Text(("other-{id}",)), (c, r)) is not True


def test_a_reference_to_a_generated_name_reads_like_the_name_that_nobody_recognised() -> None:
    c, r = at("stage", QUEUE, "db-stage-cluster-iql8qbds3p4z"), at("prod", QUEUE, "db-prod-cluster-bxiyttz2ulaf")
    known = linked(c, r, ("db-{env}-cluster", "db-{env}-cluster-bxiyttz2ulaf"), rename=(False, True))
    text = Text(("db-", word("prod"), "-cluster-bxiyttz2ulaf"))
    assert leaf(known, Ref(c, QUEUE, c.id), text) is True
    assert leaf(known, Ref(c, QUEUE, c.id), Text(("db-", word("prod"), "-replica-bxiyttz2ulaf"))) is not True


def test_two_names_of_one_rule_that_only_one_side_recognised() -> None:
    texts = "cluster:rdsstage-db-atsoyc5kezay", "cluster:rdsprod-db-5tuzx8idc6dg"
    c, r = (at(e, QUEUE, f"policy:rds/{t}:policyName/scale") for e, t in zip(("stage", "prod"), texts, strict=True))
    sides = [Estate(e, words=(e,)).add(canonical(a, {}, name="scale")) for e, a in (("stage", c), ("prod", r))]
    known = Links(*(side.side() for side in sides))
    known.pair(c, r)
    assert leaf(known, Text((texts[0],)), Ref(r, QUEUE, texts[1]), (c, r)) is True
    assert leaf(known, Text(("cluster:rdsstage-db-{id}",)), Ref(r, QUEUE, texts[1]), (c, r)) is True
    assert leaf(known, Text((texts[0].replace("db", "cache"),)), Ref(r, QUEUE, texts[1]), (c, r)) is not True
