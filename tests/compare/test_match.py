"""Who is whose counterpart, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.catalog import Catalog
from driftscan.catalog.spec import Identity, Spec
from driftscan.model.resource import Canonical, MatchKey, Provenance
from driftscan.model.settings import PairRule
from driftscan.model.value import Address, Bag, Ref, Text, Unknown, Word
from tests.compare.estate import (
    KEY,
    QUEUE,
    ROUTE,
    SUBNET,
    VPC,
    Estate,
    at,
    canonical,
    changed,
    mirrored,
    named,
    outline,
    partners,
    run,
    word,
)


def reasons(comparison: Any) -> dict[str, tuple[str, str, float]]:
    return {c.pair.candidate.id: (c.pair.reference.id, c.pair.reason, c.pair.confidence) for c in comparison.compared}


def keyed(env: str, type_: str, id_: str, *keys: MatchKey, body: dict[str, Any] | None = None, **more: Any) -> Canonical:
    return canonical(at(env, type_, id_, more.pop("region", "eu-west-1")), body or {"id": 1}, keys, **more)


def iac(*parts: str) -> MatchKey:
    return MatchKey("iac", parts)


def name(*parts: Any) -> MatchKey:
    return MatchKey("name", parts)


def test_a_declared_pair_comes_before_every_name() -> None:
    stage = Estate("stage").add(named("stage", QUEUE, "orders"), named("stage", QUEUE, "old"))
    prod = Estate("prod").add(named("prod", QUEUE, "orders"), named("prod", QUEUE, "new"))
    rule = PairRule(QUEUE, "old-stage", "new-prod")
    assert reasons(run(stage, prod, pairs=(rule,)))["old-stage"] == ("new-prod", "declared", 1.0)
    assert reasons(run(prod, stage, pairs=(rule,)))["new-prod"] == ("old-stage", "declared", 1.0)


def test_a_declared_pair_may_name_arns() -> None:
    stage = Estate("stage").add(keyed("stage", QUEUE, "q1", arn="arn:aws:sqs:::q1"))
    prod = Estate("prod").add(keyed("prod", QUEUE, "q2", arn="arn:aws:sqs:::q2", body={"other": 2}))
    comparison = run(stage, prod, pairs=(PairRule(QUEUE, "arn:aws:sqs:::q1", "arn:aws:sqs:::q2"),))
    assert reasons(comparison) == {"q1": ("q2", "declared", 1.0)}


def test_a_declared_pair_that_is_not_there_pairs_nothing() -> None:
    stage, prod = Estate("stage").add(named("stage", QUEUE, "orders")), Estate("prod").add(named("prod", QUEUE, "orders"))
    comparison = run(stage, prod, pairs=(PairRule(QUEUE, "orders-stage", "gone"),))
    assert reasons(comparison) == {"orders-stage": ("orders-prod", "name", 1.0)}


def test_a_declared_pair_that_pairs_nothing_says_why() -> None:
    stage = Estate("stage").add(
        keyed("stage", QUEUE, "a"), keyed("stage", QUEUE, "twice"), keyed("stage", QUEUE, "twice", region="us-east-1")
    )
    prod = Estate("prod").add(keyed("prod", QUEUE, "b"), keyed("prod", QUEUE, "c"))
    prod.incomplete["AWS::KMS::Key"] = "AccessDenied"
    rules = tuple(
        PairRule(type_, *ids)
        for type_, ids in (
            (QUEUE, ("a", "b")),
            (QUEUE, ("a", "c")),
            (QUEUE, ("gone", "c")),
            (QUEUE, ("twice", "c")),
            (QUEUE, ("a", "gone")),
            ("AWS::KMS::Key", ("k", "k")),
            ("No::Such::Type", ("x", "y")),
        )
    )
    for one, two, given in ((stage, prod, rules), (prod, stage, tuple(PairRule(r.type, r.reference, r.candidate) for r in rules))):
        said = run(one, two, pairs=given).declared
        assert [d.rule for d in said] == list(given)
        assert [(d.problem, d.ambiguous) for d in said][:5] == [
            ("", False),
            ("another pair that stands before it takes one of the two", False),
            ("stage has no gone to pair", False),
            ("twice names 2 resources of stage; write its ARN", True),
            ("prod has no gone to pair", False),
        ]
        assert said[6].problem == "prod has no y to pair; stage has no x to pair"
        assert said[5].problem == "prod has no k to pair that could be read (AccessDenied); stage has no k to pair"


def test_the_stack_comes_before_the_name() -> None:
    stage = Estate("stage").add(
        keyed("stage", QUEUE, "a", iac("shop", "One"), name("x")), keyed("stage", QUEUE, "b", iac("shop", "Two"), name("y"))
    )
    prod = Estate("prod").add(
        keyed("prod", QUEUE, "c", iac("shop", "One"), name("y")), keyed("prod", QUEUE, "d", iac("shop", "Two"), name("x"))
    )
    assert reasons(run(stage, prod)) == {"a": ("c", "iac", 1.0), "b": ("d", "iac", 1.0)}


def test_a_stack_on_one_side_only_leaves_the_name() -> None:
    stage = Estate("stage").add(keyed("stage", QUEUE, "a", iac("shop", "One"), name("x")))
    prod = Estate("prod").add(keyed("prod", QUEUE, "c", name("x")))
    assert reasons(run(stage, prod)) == {"a": ("c", "name", 1.0)}


def test_alternatives_come_in_their_order() -> None:
    """The first alternative decides although the second one would pair otherwise."""
    stage = Estate("stage").add(keyed("stage", VPC, "a", name("one"), name("10.0")), keyed("stage", VPC, "b", name("10.1")))
    prod = Estate("prod").add(keyed("prod", VPC, "c", name("one"), name("10.1")), keyed("prod", VPC, "d", name("10.0")))
    assert reasons(run(stage, prod))["a"] == ("c", "name", 1.0)


def test_a_second_alternative_meets_a_first_one() -> None:
    stage = Estate("stage").add(keyed("stage", VPC, "a", name("one"), name("10.0")))
    prod = Estate("prod").add(keyed("prod", VPC, "c", name("10.0")))
    assert reasons(run(stage, prod)) == {"a": ("c", "name", 0.95)}


def test_tags_come_last() -> None:
    stage = Estate("stage").add(keyed("stage", KEY, "a", MatchKey("tags", ("payments",)), body={"x": 1}))
    prod = Estate("prod").add(keyed("prod", KEY, "b", MatchKey("tags", ("payments",)), body={"y": 2}))
    assert reasons(run(stage, prod)) == {"a": ("b", "tags", 0.85)}


def test_a_literal_word_on_both_sides_is_one_name() -> None:
    stage = Estate("stage").add(keyed("stage", QUEUE, "prod-archive", name(Text((word("prod"), "-archive")))))
    prod = Estate("prod").add(keyed("prod", QUEUE, "prod-archive", name(Text((word("prod"), "-archive")))))
    assert reasons(run(stage, prod)) == {"prod-archive": ("prod-archive", "name", 0.9)}


def test_keys_resolve_through_pairs_found_later() -> None:
    """Subnets are named by their network, networks by their stack, and routes by both."""
    sides = []
    for env in ("stage", "prod"):
        vpc = at(env, VPC, f"vpc-{env}")
        subnets = [at(env, SUBNET, f"subnet-{env}-{z}") for z in "ab"]
        to_vpc = Ref(vpc, VPC, vpc.id)
        estate = Estate(env).add(
            canonical(
                at(env, ROUTE, f"rtb-{env}"),
                {"S": Bag(tuple(Ref(s, SUBNET, s.id) for s in subnets))},
                (name(to_vpc, Bag(tuple(Ref(s, SUBNET, s.id) for s in subnets))),),
            ),
            *(canonical(s, {"V": to_vpc, "z": s.id[-1]}, (name(to_vpc, s.id[-1]),)) for s in subnets),
            canonical(vpc, {"c": 1}, (iac("net", "Vpc"),)),
        )
        sides.append(estate)
    comparison = run(*sides)
    assert {c.pair.reason for c in comparison.compared} == {"iac", "name"}
    assert len(comparison.compared) == 4
    assert changed(comparison) == {}


def test_a_weaker_key_waits_for_a_stronger_one_that_may_still_be_said() -> None:
    """By their blocks alone the subnets would pair crosswise."""
    sides = []
    for env, blocks in (("stage", {"web": "10.0", "db": "10.1"}), ("prod", {"web": "10.1", "db": "10.0"})):
        vpc = at(env, VPC, f"vpc-{env}")
        to_vpc = Ref(vpc, VPC, vpc.id)
        estate = Estate(env).add(canonical(vpc, {"c": 1}, (MatchKey("tags", ("main",)),)))
        for n, block in blocks.items():
            estate.add(canonical(at(env, SUBNET, f"{n}-{env}"), {"V": to_vpc}, (name(to_vpc, n), name(block))))
        sides.append(estate)
    assert {c.id: r.id for c, r in partners(run(*sides)).items() if c.type == SUBNET} == {"web-stage": "web-prod", "db-stage": "db-prod"}


@pytest.mark.parametrize("parents", ["nameless", "of one name"])
def test_a_tag_waits_for_a_parent_that_may_still_be_found(parents: str) -> None:
    """By their tags alone the subnets would pair crosswise; the networks, told apart by form, say whose they are."""
    sides = []
    for env, tags in (("stage", {"one": "x", "two": "y"}), ("prod", {"one": "y", "two": "x"})):
        estate = Estate(env)
        for n, body in (("one", {"a": 1, "b": 2}), ("two", {"c": 3, "d": 4})):
            vpc = at(env, VPC, f"vpc-{n}-{env}")
            to_vpc = Ref(vpc, VPC, vpc.id, "parent")
            estate.add(
                canonical(vpc, body, () if parents == "nameless" else (name("same"),), rename=False),
                canonical(at(env, SUBNET, f"{n}-{env}"), {"V": to_vpc}, (name(to_vpc, "a"), MatchKey("tags", (tags[n],)))),
            )
        sides.append(estate)
    found = {c.id: r.id for c, r in partners(run(*sides)).items() if c.type == SUBNET}
    assert found == {"one-stage": "one-prod", "two-stage": "two-prod"}


def test_a_reference_to_what_is_only_here_stands_for_itself() -> None:
    """The network exists on one side only; its subnets do not block anything and pair with nothing of another network."""
    vpc = at("stage", VPC, "vpc-1")
    stage = Estate("stage").add(
        canonical(vpc, {"c": 1}, (name("blue"),), name="blue"),
        canonical(at("stage", SUBNET, "s1"), {"V": Ref(vpc, VPC, "vpc-1")}, (name(Ref(vpc, VPC, "vpc-1"), "a"),), name="a"),
    )
    other = at("prod", VPC, "vpc-2")
    prod = Estate("prod").add(
        canonical(other, {"d": 2}, (name("green"),), name="green"),
        canonical(at("prod", SUBNET, "s2"), {"V": Ref(other, VPC, "vpc-2"), "x": 1}, (name(Ref(other, VPC, "vpc-2"), "b"),), name="b"),
    )
    comparison = run(stage, prod)
    assert comparison.compared == ()
    assert [a.id for a in comparison.extra] == ["s1", "vpc-1"] or [a.id for a in comparison.extra] == ["vpc-1", "s1"]


def test_names_cut_at_the_same_length_are_one_name() -> None:
    whole = "payments-settlement-reconciler"  # with the word in front of it, cut at 32
    stage = Text((word("stage"), f"-{whole}"[: 32 - 5]))
    prod = Text((word("prod"), f"-{whole}"[: 32 - 4]))
    a = Estate("stage").add(keyed("stage", QUEUE, "a", name(stage)))
    b = Estate("prod").add(keyed("prod", QUEUE, "b", name(prod)))
    assert reasons(run(a, b)) == {"a": ("b", "name", 0.9)}


def test_names_of_another_length_are_not_cut() -> None:
    a = Estate("stage").add(keyed("stage", QUEUE, "a", name(Text((word("stage"), "-payments-worke"))), body={"a": 1}))
    b = Estate("prod").add(keyed("prod", QUEUE, "b", name(Text((word("prod"), "-payments-worker"))), body={"b": 1}))
    assert reasons(run(a, b)) == {}


def test_the_same_key_in_two_regions_pairs_home_with_home() -> None:
    stage, prod = Estate("stage"), Estate("prod")
    for env, home, estate in (("stage", "eu-west-1", stage), ("prod", "eu-central-1", prod)):
        estate.add(*(keyed(env, VPC, f"other{n}", name(f"x{n}"), region=home) for n in range(3)))
        estate.add(keyed(env, QUEUE, "q-home", name("orders"), region=home, body={"home": True}))
        estate.add(keyed(env, QUEUE, "q-away", name("orders"), region="us-east-1", body={"home": False}))
    comparison = run(stage, prod)
    assert reasons(comparison)["q-home"] == ("q-home", "name", 0.95)
    assert reasons(comparison)["q-away"] == ("q-away", "name", 0.95)
    assert changed(comparison) == {}


def test_another_region_never_prevents_a_pair() -> None:
    stage = Estate("stage").add(keyed("stage", QUEUE, "a", name("orders"), region="eu-west-1"))
    prod = Estate("prod").add(keyed("prod", QUEUE, "b", name("orders"), region="us-east-1"))
    assert reasons(run(stage, prod)) == {"a": ("b", "name", 1.0)}


def test_interchangeable_twins_of_one_key_pair_in_address_order() -> None:
    stage = Estate("stage").add(*(keyed("stage", SUBNET, i, name("web"), body={"z": 1}) for i in ("s1", "s2")))
    prod = Estate("prod").add(*(keyed("prod", SUBNET, i, name("web"), body={"z": 1}) for i in ("p1", "p2")))
    assert reasons(run(stage, prod)) == {"s1": ("p1", "name", 0.9), "s2": ("p2", "name", 0.9)}


def test_twins_that_others_tell_apart_are_not_interchangeable() -> None:
    """Two keys look alike, but each serves another queue: they pair by whom they serve, not by their ids."""
    sides = []
    for env, ids in (("stage", ("k1", "k2")), ("prod", ("k2", "k1"))):
        estate = Estate(env)
        for id_, queue in zip(ids, ("orders", "billing"), strict=True):
            key = at(env, KEY, id_)
            estate.add(canonical(key, {"z": 1}, (name("alias"),)), named(env, QUEUE, queue, {"Key": Ref(key, KEY, id_)}))
        sides.append(estate)
    comparison = run(*sides)
    assert {c.id: r.id for c, r in partners(comparison).items() if c.type == KEY} == {"k1": "k2", "k2": "k1"}
    assert changed(comparison) == {}


def test_of_interchangeable_resources_in_unequal_numbers_one_is_surplus_for_sure() -> None:
    stage = Estate("stage").add(*(keyed("stage", SUBNET, i, name("web"), body={"z": 1}) for i in ("s1", "s2", "s3")))
    prod = Estate("prod").add(*(keyed("prod", SUBNET, i, name("web"), body={"z": 1}) for i in ("p1", "p2")))
    comparison = run(stage, prod)
    assert reasons(comparison) == {"s1": ("p1", "name", 0.9), "s2": ("p2", "name", 0.9)}
    assert ([a.id for a in comparison.extra], comparison.missing, comparison.ambiguous) == (["s3"], (), ())
    (alike,) = comparison.alike.values()
    assert [[a.id for a in side] for side in alike] == [["s1", "s2", "s3"], ["p1", "p2"]]
    back = run(prod, stage)
    assert outline(back) == outline(mirrored(comparison))
    assert back.alike == {a: (references, candidates) for a, (candidates, references) in comparison.alike.items()}


def test_a_surplus_where_a_listing_is_not_complete_is_not_said_to_be_alone() -> None:
    stage = Estate("stage").add(*(keyed("stage", SUBNET, i, name("web"), body={"z": 1}) for i in ("s1", "s2")))
    prod = Estate("prod", incomplete={SUBNET: "Throttling"}).add(keyed("prod", SUBNET, "p1", name("web"), body={"z": 1}))
    comparison = run(stage, prod)
    assert (len(comparison.compared), comparison.extra, comparison.uncompared) == (1, (), ((at("stage", SUBNET, "s2"), "Throttling"),))


def test_what_one_key_shares_and_is_equally_near_is_ambiguous() -> None:
    body = {"a": 1, "b": 2, "c": 3}
    stage = Estate("stage").add(*(keyed("stage", SUBNET, f"s{n}", name("web"), body=body | {"z": n}) for n in (1, 2)))
    prod = Estate("prod").add(keyed("prod", SUBNET, "p1", name("web"), body=body | {"z": 3}))
    comparison = run(stage, prod)
    assert comparison.compared == comparison.extra == comparison.missing == ()
    ((found),) = comparison.ambiguous
    assert ([a.id for a in found.candidates], [a.id for a in found.references], found.key) == (["s1", "s2"], ["p1"], "web")


def test_one_key_and_clear_forms_pair_by_form() -> None:
    bodies = {"a": {"m": 1, "n": 2, "o": 3, "p": 4}, "b": {"q": 5, "r": 6, "s": 7, "t": 8}}
    stage = Estate("stage").add(*(keyed("stage", SUBNET, f"s-{k}", name("web"), body=b | {"x": 1}) for k, b in bodies.items()))
    prod = Estate("prod").add(*(keyed("prod", SUBNET, f"p-{k}", name("web"), body=b | {"x": 2}) for k, b in bodies.items()))
    comparison = run(stage, prod)
    assert {c.id: r.id for c, r in partners(comparison).items()} == {"s-a": "p-a", "s-b": "p-b"}
    assert {c.path for changes in changed(comparison).values() for c in changes} == {("x",)}


def test_nameless_resources_pair_by_form_and_neighbours() -> None:
    sides = []
    for env in ("stage", "prod"):
        estate = Estate(env)
        for n in ("one", "two"):
            vpc = named(env, VPC, n, {"n": n})
            estate.add(vpc, canonical(at(env, ROUTE, f"rtb-{n}-{env}"), {"V": Ref(vpc.seal.address, VPC, "v"), "r": 1}, rename=False))
        sides.append(estate)
    comparison = run(*sides)
    assert reasons(comparison)["rtb-one-stage"] == ("rtb-one-prod", "structure", 0.8)
    assert reasons(comparison)["rtb-two-stage"] == ("rtb-two-prod", "structure", 0.8)


def test_form_waits_for_references() -> None:
    """Chains of nameless things pair from their named end on."""
    sides = []
    for env in ("stage", "prod"):
        estate = Estate(env)
        for n in ("one", "two"):
            previous = named(env, VPC, n, {"n": n})
            estate.add(previous)
            for depth in range(3):
                link = canonical(
                    at(env, (SUBNET, ROUTE, KEY)[depth], f"{depth}{n}{env}"),
                    {"to": Ref(previous.seal.address, "", ""), "d": depth},
                    rename=False,
                )
                estate.add(link)
                previous = link
        sides.append(estate)
    comparison = run(*sides)
    assert {(c.id[:4], r.id[:4]) for c, r in partners(comparison).items() if c.type != VPC} == {
        (f"{d}{n}",) * 2 for d in range(3) for n in ("one", "two")
    }
    assert comparison.ambiguous == ()


def test_a_likely_rename_is_one_pair_with_a_changed_name() -> None:
    body = {"a": 1, "b": 2, "c": 3, "d": {"e": 4}}
    stage = Estate("stage").add(named("stage", QUEUE, "orders-intake-v2", body))
    prod = Estate("prod").add(named("prod", QUEUE, "orders-intake", body))
    comparison = run(stage, prod)
    ((found),) = comparison.compared
    assert found.pair.reason == "structure"
    assert [(c.path, c.candidate, c.reference) for c in found.changes] == [(("Name",), "orders-intake-v2-{env}", "orders-intake-{env}")]
    assert comparison.extra == comparison.missing == ()


def test_what_people_name_otherwise_is_no_rename() -> None:
    body = {"a": 1, "b": 2, "c": 3}
    stage = Estate("stage").add(named("stage", QUEUE, "billing", body))
    prod = Estate("prod").add(named("prod", QUEUE, "orders", body))
    comparison = run(stage, prod)
    assert ([a.id for a in comparison.extra], [a.id for a in comparison.missing]) == (["billing-stage"], ["orders-prod"])


@pytest.mark.parametrize("swap", [False, True])
def test_two_that_are_equally_near_are_never_guessed(swap: bool) -> None:
    body = {"a": 1, "b": 2, "c": 3, "d": 4}
    stage = Estate("stage").add(canonical(at("stage", ROUTE, "s"), body | {"x": 0}, rename=False))
    prod = Estate("prod").add(*(canonical(at("prod", ROUTE, f"p{n}"), body | {"x": n}, rename=False) for n in (1, 2)))
    comparison = run(prod, stage) if swap else run(stage, prod)
    assert comparison.compared == comparison.extra == comparison.missing == ()
    ((found),) = comparison.ambiguous
    assert {len(found.candidates), len(found.references)} == {1, 2}


def test_form_pairs_nothing_where_a_listing_is_not_complete() -> None:
    body = {"a": 1, "b": 2}
    stage = Estate("stage").add(canonical(at("stage", ROUTE, "s"), body, rename=False))
    prod = Estate("prod", incomplete={ROUTE: "Throttling"}).add(canonical(at("prod", ROUTE, "p"), body, rename=False))
    comparison = run(stage, prod)
    assert comparison.compared == ()
    assert comparison.uncompared == ((at("stage", ROUTE, "s"), "Throttling"),)
    assert comparison.missing == (at("prod", ROUTE, "p"),)


def test_in_one_environment_a_resource_is_what_its_address_says() -> None:
    before = Estate("prod", snapshot_id="1").add(named("prod", QUEUE, "a", {"x": 1}), named("prod", QUEUE, "b", {"x": 2}))
    after = Estate("prod", snapshot_id="2").add(
        canonical(at("prod", QUEUE, "a-prod"), {"x": 1}, (name("b"),)), canonical(at("prod", QUEUE, "b-prod"), {"x": 2}, (name("a"),))
    )
    comparison = run(after, before, same=True)
    assert reasons(comparison) == {"a-prod": ("a-prod", "address", 1.0), "b-prod": ("b-prod", "address", 1.0)}


def test_what_was_made_anew_in_one_environment_pairs_by_its_name() -> None:
    before = Estate("prod").add(keyed("prod", KEY, "k1", name("alias/main")))
    after = Estate("prod").add(keyed("prod", KEY, "k2", name("alias/main")))
    assert reasons(run(after, before, same=True)) == {"k2": ("k1", "name", 1.0)}


def test_settings_of_an_account_are_each_others_and_types_for_controls_are_counted() -> None:
    settings, backup = "AWS::S3::AccountSettings", "AWS::Backup::RecoveryPoint"
    specs = {
        settings: Spec(settings, "settings", "iam", identity=Identity()),
        backup: Spec(backup, "backup", "iam", pair=False, lists=(object(),)),  # type: ignore[arg-type]
    }
    stage = Estate("stage").add(canonical(at("stage", settings, "111111111111"), {"a": 1}), canonical(at("stage", backup, "b1"), {}))
    prod = Estate("prod").add(canonical(at("prod", settings, "222222222222"), {"z": 2}), canonical(at("prod", backup, "b2"), {}))
    comparison = run(stage, prod, catalog=Catalog(specs=specs, digest=""))
    assert reasons(comparison) == {"111111111111": ("222222222222", "name", 1.0)}
    assert [[a.id for a in side] for side in comparison.uncounted] == [["b1"], ["b2"]]


def test_many_leftovers_cost_no_square() -> None:
    """Ten thousand on each side, all alone: what is looked at stays near to their number."""
    stage = Estate("stage").add(*(canonical(at("stage", ROUTE, f"s{n}"), {f"a{n}": n, f"b{n}": n}, rename=False) for n in range(3000)))
    prod = Estate("prod").add(*(canonical(at("prod", ROUTE, f"p{n}"), {f"c{n}": n, f"d{n}": n}, rename=False) for n in range(3000)))
    comparison = run(stage, prod)
    assert len(comparison.extra) == len(comparison.missing) == 3000


def test_leftovers_in_great_number_still_pair_by_form() -> None:
    def body(n: int, x: int) -> dict[str, Any]:
        return {f"m{n}": n, f"n{n}": n, f"o{n}": n, f"p{n}": n, "x": x}

    stage = Estate("stage").add(*(canonical(at("stage", ROUTE, f"s{n}"), body(n, 1), rename=False) for n in range(200)))
    prod = Estate("prod").add(*(canonical(at("prod", ROUTE, f"p{n}"), body(n, 2), rename=False) for n in range(200)))
    assert {c.id[1:] == r.id[1:] for c, r in partners(run(stage, prod)).items()} == {True}
    assert len(partners(run(stage, prod))) == 200


def test_regions_that_the_configuration_maps() -> None:
    roles = {"eu-west-1": "home", "us-east-1": "edge"}, {"ap-south-1": "edge", "eu-west-1": "home"}
    stage, prod = Estate("stage", roles=roles[0]), Estate("prod", roles=roles[1])
    for env, estate, regions in (("stage", stage, ("eu-west-1", "us-east-1")), ("prod", prod, ("ap-south-1", "eu-west-1"))):
        estate.add(*(keyed(env, QUEUE, f"q-{r}", name("orders"), region=r) for r in regions))
    assert {k: v[0] for k, v in reasons(run(stage, prod)).items()} == {"q-eu-west-1": "q-eu-west-1", "q-us-east-1": "q-ap-south-1"}


def test_words_written_in_other_ways_are_other_names() -> None:
    upper = Word("stage", "STAGE", "{ENV}")
    stage = Estate("stage").add(keyed("stage", QUEUE, "a", name(Text(("x-", upper))), body={"a": 1}))
    prod = Estate("prod").add(keyed("prod", QUEUE, "b", name(Text(("x-", word("prod")))), body={"b": 1}))
    assert reasons(run(stage, prod)) == {}


def test_addresses_of_every_resource_appear_once() -> None:
    stage = Estate("stage").add(*(keyed("stage", t, i, name(i)) for t in (QUEUE, VPC) for i in "abc"))
    prod = Estate("prod").add(*(keyed("prod", t, i, name(i)) for t in (QUEUE, KEY) for i in "bcd"))
    comparison = run(stage, prod)
    seen: list[Address] = [*(c.pair.candidate for c in comparison.compared), *comparison.extra]
    assert sorted(seen) == sorted(stage.items)


def test_a_name_spells_out_what_the_other_side_did_not_read() -> None:
    """Log groups are named after functions: a reference where functions were read, plain text where they were denied."""
    functions, groups = "AWS::Lambda::Function", "AWS::Logs::LogGroup"
    function = named("stage", functions, "orders")
    to = Ref(function.seal.address, functions, "orders-stage", "name")
    stage = Estate("stage").add(function, keyed("stage", groups, "g1", name(Text(("/aws/lambda/", to)))))
    prod = Estate("prod", incomplete={functions: "AccessDenied"}).add(
        keyed("prod", groups, "g2", name(Text(("/aws/lambda/orders-", word("prod")))))
    )
    comparison = run(stage, prod)
    assert reasons(comparison) == {"g1": ("g2", "name", 0.9)}
    assert comparison.extra == comparison.missing == ()
    assert {c.pair.candidate.id for c in run(prod, stage).compared} == {"g2"}


def test_an_address_spells_out_what_the_other_side_did_not_read() -> None:
    topic, arn = "AWS::SNS::Subscription", "arn:aws:sqs:eu-west-1:{}:orders-{}"
    queue = named("stage", QUEUE, "orders")
    to = Ref(queue.seal.address, QUEUE, arn.format("111111111111", "stage"), "arn")
    region = Word("prod", "eu-west-1", "{region}")
    spelled = Text(("arn:aws:sqs:", region, ":{account}:orders-", word("prod")))
    stage = Estate("stage").add(queue, keyed("stage", topic, "s1", name("topic", to), body={"Endpoint": to}))
    prod = Estate("prod", incomplete={QUEUE: "AccessDenied"}).add(
        keyed("prod", topic, "s2", name("topic", spelled), body={"Endpoint": spelled})
    )
    comparison = run(stage, prod)
    assert reasons(comparison) == {"s1": ("s2", "name", 0.9)}
    assert changed(comparison) == {}


def test_what_waits_for_one_tells_it_apart() -> None:
    """Two zones of one name: they pair by the records that lie in them, which are named by their zone themselves."""
    records = "AWS::Route53::RecordSet"
    sides = []
    for env, ids in (("stage", ("z1", "z2")), ("prod", ("z2", "z1"))):
        estate = Estate(env)
        for id_, record in zip(ids, ("www", "api"), strict=True):
            zone = at(env, VPC, id_)
            estate.add(
                canonical(zone, {"z": 1}, (name("example.com"),)), keyed(env, records, f"{record}-{id_}", name(Ref(zone, VPC, id_), record))
            )
        sides.append(estate)
    comparison = run(*sides)
    assert {c.id: r.id for c, r in partners(comparison).items() if c.type == VPC} == {"z1": "z2", "z2": "z1"}
    assert len(comparison.compared) == 4


def test_a_member_of_a_group_is_known_by_its_owner() -> None:
    """Addresses are known by their interface, and interfaces by the gateway that made them."""
    gateways, interfaces, addresses = "AWS::EC2::NatGateway", "AWS::EC2::NetworkInterface", "AWS::EC2::EIP"
    sides = []
    for env in ("stage", "prod"):
        estate = Estate(env)
        for n in ("a", "b"):
            gateway = named(env, gateways, n)
            made = at(env, interfaces, f"eni-{env}{n}")
            estate.add(gateway, canonical(made, {}, provenance=Provenance.CONTROLLER, owner=gateway.seal.address))
            estate.add(keyed(env, addresses, f"{n}-{env}", name(Ref(made, interfaces, made.id))))
        sides.append(estate)
    assert {c.id: r.id for c, r in partners(run(*sides)).items() if c.type == addresses} == {"a-stage": "a-prod", "b-stage": "b-prod"}


@pytest.mark.parametrize(
    ("one", "other", "rename", "paired"),
    [
        ("shop-Role-FGSTEAOFIAUO", "shop-Role", False, True),  # the other side's was known as generated
        ("shop-Role-FGSTEAOFIAUO", "shop-Role-QWERTZUIOPAS", True, True),  # both without a digit
        ("shop-role-notification", "shop-role", True, False),  # a word, and a name that somebody chose
        ("shop-role-psmggoodaxle", "shop-role", False, True),
        ("shop-role-notification", "shop-role-applications", True, False),
    ],
)
def test_suffixes_that_only_the_other_side_gives_away(one: str, other: str, rename: bool, paired: bool) -> None:
    stage = Estate("stage").add(keyed("stage", QUEUE, one, name("/", one), body={"a": 1}, name=one))
    prod = Estate("prod").add(keyed("prod", QUEUE, other, name("/", other), body={"b": 1}, name=other, rename=rename))
    for comparison in (run(stage, prod), run(prod, stage)):
        assert (len(comparison.compared) == 1) is paired
        assert all(c.pair.reason == "name" for c in comparison.compared)


def test_such_a_suffix_counts_too_where_the_name_is_no_key() -> None:
    stage = Estate("stage").add(keyed("stage", KEY, "a", name="policy/{env}-admin", rename=False))
    prod = Estate("prod").add(keyed("prod", KEY, "b", name="policy/{env}-admin-UIDWDUDRY469"))
    assert reasons(run(stage, prod)) == {"a": ("b", "name", 0.9)}


def test_a_name_with_a_reference_in_it_pairs_with_one_that_spells_it_out() -> None:
    """Prod's cluster was not recognised by its suffix, and so stands as text in the name of what scales it."""
    cluster = at("stage", VPC, "db-stage-1A2B3C4D5E6F7")
    stage = Estate("stage").add(keyed("stage", VPC, cluster.id, name("db"), name="db-{env}", rename=False))
    prod = Estate("prod").add(keyed("prod", VPC, "db-prod-atsoyc5kezay", name("db"), name="db-{env}-atsoyc5kezay"))
    stage.add(keyed("stage", KEY, "s", name("rds", Text(("cluster:", Ref(cluster, VPC, cluster.id))), "ReadReplicaCount"), body={"a": 1}))
    for text, expected in (("-atsoyc5kezay", "p"), ("-other", "")):
        spelled = Text(("cluster:db-", word("prod"), text))
        prod.add(keyed("prod", KEY, "p", name("rds", spelled, "ReadReplicaCount"), body={"b": 2}))
        assert reasons(run(stage, prod)).get("s", ("",))[0] == expected


def test_names_in_great_number_pair_by_what_few_share() -> None:
    """Named within a network that nothing explains, so without a key: a thousand of them cost no million."""
    stage, prod = Estate("stage"), Estate("prod")
    for env, estate in (("stage", stage), ("prod", prod)):
        for n in range(300):
            body = {"a": n % 7, "b": n % 5, "c": 1, "d": 2, "e": 3}
            estate.add(canonical(at(env, QUEUE, f"{env}{n}"), body, name=f"team-{n % 9}-{{env}}-part{n:03}"))
    assert {(c.id[5:], r.id[4:]) for c, r in partners(run(stage, prod)).items()} == {(str(n), str(n)) for n in range(300)}


def test_many_twins_in_unequal_number_leave_one_over() -> None:
    stage = Estate("stage").add(*(canonical(at("stage", ROUTE, f"s{n}"), {"a": 1}, rename=False) for n in range(60)))
    prod = Estate("prod").add(*(canonical(at("prod", ROUTE, f"p{n}"), {"a": 1}, rename=False) for n in range(61)))
    comparison = run(stage, prod)
    assert comparison.extra == comparison.ambiguous == ()
    assert (len(comparison.compared), len(comparison.missing)) == (60, 1)


def test_many_that_look_alike_under_other_keys_are_one_group() -> None:
    stage = Estate("stage").add(*(keyed("stage", ROUTE, f"s{n}", name(f"a{n}"), body={"a": 1}, rename=False) for n in range(60)))
    prod = Estate("prod").add(*(keyed("prod", ROUTE, f"p{n}", name(f"b{n}"), body={"a": 1}, rename=False) for n in range(61)))
    ((found),) = run(stage, prod).ambiguous
    assert (len(found.candidates), len(found.references)) == (60, 61)


def test_names_that_were_cut_and_closed_with_a_hash_are_counterparts() -> None:
    stage, prod = Estate("stage"), Estate("prod")
    for begin, ours, theirs in (("autoscalingmultiaz-", "-50-1479", "-506-4882"), ("autoscalingschedul-", "-4a-1234", "-4ab-5678")):
        for estate, env, end in ((stage, "stage", ours), (prod, "prod", theirs)):
            key = name(Text((begin, word(env), end)))
            estate.add(keyed(env, QUEUE, f"{begin}{env}{end}", key, body={"n": begin}, name=f"{begin}{{env}}{end}"))
    assert {c.id: r.id for c, r in partners(run(stage, prod)).items()} == {
        "autoscalingmultiaz-stage-50-1479": "autoscalingmultiaz-prod-506-4882",
        "autoscalingschedul-stage-4a-1234": "autoscalingschedul-prod-4ab-5678",
    }


def test_ids_that_nothing_explains_are_told_by_named_pairs() -> None:
    """Two nameless networks differ in nothing but an unread id each; a named pair shows which id is which."""

    def estate(env: str, ids: tuple[str, str]) -> Estate:
        side = Estate(env)
        for n, id in enumerate(ids):
            options = {"DhcpOptionsId": Ref(None, "AWS::EC2::DHCPOptions", id, "id")}
            side.add(keyed(env, VPC, f"{env}-named{n}", name(f"shop{n}"), body=options))
            side.add(canonical(at(env, VPC, f"{env}-{'ba'[n] if env == 'prod' else 'ab'[n]}"), options, (name("{network}/16"),)))
        return side

    comparison = run(estate("stage", ("dopt-1", "dopt-2")), estate("prod", ("dopt-8", "dopt-9")))
    pairs = {c.pair.candidate.id: c.pair.reference.id for c in comparison.compared}
    assert (pairs["stage-a"], pairs["stage-b"]) == ("prod-b", "prod-a")
    assert {change.code for c in comparison.compared for change in c.changes} == {"unresolved id"}  # told apart is not told equal


def test_what_was_not_read_of_a_nameless_resource_makes_it_ambiguous_and_not_missing() -> None:
    body = {"a": 1, "b": 2, "c": 3, "d": 4}
    stage = Estate("stage").add(canonical(at("stage", SUBNET, "s"), {"x": Unknown("AccessDenied")}))
    prod = Estate("prod").add(canonical(at("prod", SUBNET, "p"), body))
    comparison = run(stage, prod)
    assert comparison.compared == comparison.extra == comparison.missing == ()
    ((found),) = comparison.ambiguous
    assert ([a.id for a in found.candidates], [a.id for a in found.references]) == (["s"], ["p"])


def test_a_name_is_left_where_one_side_did_not_read_what_stands_beside_it() -> None:
    network = Ref(at("stage", VPC, "v"), VPC, "v")
    stage = Estate("stage").add(canonical(at("stage", VPC, "v"), {}, (name("shop"),)))
    stage.add(canonical(at("stage", SUBNET, "s"), {"VpcId": network}, (MatchKey("name", (network, "web")),)))
    unexplained, rest = {"VpcId": Ref(None, VPC, "vpc-1", "id")}, (MatchKey("rest", ("web",)),)
    prod = Estate("prod", incomplete={VPC: "AccessDenied"}).add(canonical(at("prod", SUBNET, "p"), unexplained, rest))
    comparison = run(stage, prod)
    ((found),) = comparison.compared
    assert (found.pair.candidate.id, found.pair.reference.id, found.pair.reason) == ("s", "p", "name")
    assert {c.code for c in found.changes} == {"AccessDenied"}


def test_what_lies_in_another_thing_is_another_thing() -> None:
    """A subscription that stage lacks under one topic, and one that prod lacks under the other: not one that moved."""
    sides = []
    for env, topic in (("stage", "alarms"), ("prod", "trail")):
        topics = [named(env, VPC, n) for n in ("alarms", "trail")]
        holder = at(env, VPC, f"{topic}-{env}")
        body = {"Protocol": "email", "TopicArn": Ref(holder, VPC, holder.id), "Endpoint": topic}
        sub = keyed(env, SUBNET, f"sub-{env}", name(Ref(holder, VPC, holder.id), "email", topic), body=body, rename=False)
        sides.append(Estate(env).add(*topics, sub))
    comparison = run(*sides)
    assert [a.id for a in (*comparison.extra, *comparison.missing)] == ["sub-stage", "sub-prod"]
    assert reasons(comparison).keys() == {"alarms-stage", "trail-stage"}
