"""Whether references agree, in every state that a target can be in."""

from __future__ import annotations

import pytest

from driftscan.compare.agree import leaf, refs
from driftscan.compare.links import Links
from driftscan.model.resource import MatchKey, Provenance
from driftscan.model.value import NETWORK, PLACED, Address, Bag, Opaque, Ref, Text
from tests.compare.estate import KEY, QUEUE, SUBNET, VPC, Estate, at, canonical, named, word


def ref(address: Address) -> Ref:
    return Ref(address, address.type, address.id)


A, B = at("stage", QUEUE, "a"), at("prod", QUEUE, "b")


def answer(stage: Estate, prod: Estate, one: Ref | None = None, other: Ref | None = None) -> bool | str:
    return refs(Links(stage.side(), prod.side()), one or ref(A), other or ref(B))


def with_keys(env: str, address: Address, *keys: MatchKey) -> Estate:
    return Estate(env).add(canonical(address, {}, keys))


def test_paired_targets_agree_and_others_do_not() -> None:
    known = Links(with_keys("stage", A).side(), with_keys("prod", B).side())
    known.pair(A, B)
    assert refs(known, ref(A), ref(B)) is True
    other = at("prod", QUEUE, "other")
    known.pair(at("stage", QUEUE, "x"), other)
    assert refs(known, ref(A), ref(other)) is False


def test_unpaired_targets_agree_where_their_logical_keys_do() -> None:
    one = MatchKey("name", (Text(("orders-", word("stage"))),))
    other = MatchKey("name", (Text(("orders-", word("prod"))),))
    assert answer(with_keys("stage", A, one), with_keys("prod", B, other)) is True
    assert answer(with_keys("stage", A, one), with_keys("prod", B, MatchKey("name", ("billing",)))) is False


def test_targets_that_only_a_stack_names_agree_by_it() -> None:
    key = MatchKey("iac", ("shop", "Queue"))
    stage, prod = Estate("stage", named={A: (key,)}), Estate("prod", named={B: (key,)})
    assert answer(stage, prod) is True
    assert answer(stage, Estate("prod", named={B: (MatchKey("iac", ("shop", "Other")),)})) is False


def test_a_read_target_and_one_that_only_a_stack_names_agree_by_it() -> None:
    stage = with_keys("stage", A, MatchKey("iac", ("shop", "Queue")), MatchKey("name", ("q",)))
    prod = Estate("prod", named={B: (MatchKey("iac", ("shop", "Queue")),)}, incomplete={QUEUE: "AccessDenied"})
    assert answer(stage, prod) is True


def test_a_target_that_the_other_side_did_not_read_is_unknown() -> None:
    prod = Estate("prod", incomplete={QUEUE: "AccessDenied"})
    assert answer(with_keys("stage", A), prod) == "AccessDenied"
    assert answer(with_keys("stage", A), prod, other=Ref(None, QUEUE, "b")) == "AccessDenied"
    assert answer(with_keys("stage", A), Estate("prod", incomplete={"*": "ExpiredToken"})) == "ExpiredToken"


def test_a_target_of_a_type_that_nobody_reads_is_unknown() -> None:
    assert answer(Estate("stage"), Estate("prod")) == "unread type"


def test_targets_of_another_type_differ() -> None:
    assert answer(with_keys("stage", A), Estate("prod"), other=ref(at("prod", VPC, "v"))) is False


def test_a_name_that_something_else_bears_too_says_nothing_while_what_is_meant_was_not_read() -> None:
    name = MatchKey("name", (Text(("fraud-", word("stage"))),))
    other = MatchKey("name", (Text(("fraud-", word("prod"))),))
    network = at("prod", VPC, "fraud-prod")
    for text, expected in (("fraud-stage", "AccessDenied"), ("arn:aws:sqs:eu-west-1:333333333333:fraud-stage", False), ("orders", False)):
        holder = at("stage", QUEUE, text.rpartition(":")[2])
        stage = Estate("stage", incomplete={VPC: "AccessDenied"}).add(canonical(holder, {}, (name,), name=text.rpartition(":")[2]))
        prod = Estate("prod").add(canonical(network, {}, (other,), name="fraud-stage"))
        assert answer(stage, prod, Ref(holder, QUEUE, text), ref(network)) == expected
    read = Estate("stage").add(canonical(at("stage", VPC, "v"), {}), canonical(A, {}, (name,), name="fraud-stage"))
    prod = Estate("prod").add(canonical(B, {}), canonical(network, {}, (other,), name="fraud-stage"))
    assert answer(read, prod, Ref(A, QUEUE, "fraud-stage"), ref(network)) is False, "both were read: another kind of thing"


def test_such_a_name_may_end_in_what_a_tool_appended() -> None:
    """A repository and an access point's name tag: what each is shown as is another of its names."""
    texts = "stage-worker-20218402614903000013591395", "prod-worker-20216896341518000026689329"
    one, other = at("stage", QUEUE, f"shop/{texts[0]}"), at("prod", VPC, "fsap-297eec82b3b517681")
    stage = Estate("stage", words=("stage",)).add(canonical(one, {}, name="shop/{env}-worker"))
    for incomplete, expected in (({QUEUE: "AccessDenied"}, "AccessDenied"), ({}, False)):
        prod = Estate("prod", incomplete=incomplete, words=("prod",))
        prod.add(canonical(other, {}, name="/worker"))
        assert answer(stage, prod, Ref(one, QUEUE, texts[0]), Ref(other, VPC, texts[1])) == expected


def test_a_target_whose_counterpart_could_not_be_looked_for_is_unknown() -> None:
    network = at("prod", VPC, "vpc-2")
    prod = with_keys("prod", B, MatchKey("name", (ref(network), "shop-b")))
    for incomplete, expected in (({VPC: "AccessDenied"}, "AccessDenied"), ({}, False)):
        stage = Estate("stage", incomplete=incomplete)
        stage.add(canonical(A, {"VpcId": Ref(None, VPC, "vpc-1")}, (MatchKey("rest", ("shop-a",)),)))
        assert answer(stage, prod) == expected


def test_the_same_resource_of_a_third_account_is_the_same() -> None:
    shared = Address(KEY, "999999999999", "eu-west-1", "k")
    assert answer(Estate("stage"), Estate("prod"), ref(shared), ref(shared)) is True


@pytest.mark.parametrize(("one", "other", "expected"), [("x", "x", True), ("x", "y", "unresolved id")])
def test_ids_that_nothing_explains(one: str, other: str, expected: bool | str) -> None:
    assert answer(Estate("stage"), Estate("prod"), Ref(None, VPC, one), Ref(None, VPC, other)) == expected


def test_members_of_populations_agree_where_their_owners_do() -> None:
    sides = []
    for env, a in (("stage", A), ("prod", B)):
        owner = named(env, VPC, "group")
        sides.append(Estate(env).add(owner, canonical(a, {}, provenance=Provenance.POPULATION, owner=owner.seal.address)))
    known = Links(*(s.side() for s in sides))
    known.grouped = ({A}, {B})
    assert refs(known, ref(A), ref(B)) is True
    known.pair(at("stage", VPC, "group-stage"), at("prod", VPC, "group-prod"))
    assert refs(known, ref(A), ref(B)) is True


def test_members_without_an_owner_say_nothing() -> None:
    known = Links(with_keys("stage", A).side(), with_keys("prod", B).side())
    known.grouped = ({A}, {B})
    assert refs(known, ref(A), ref(B)) == "population"


def test_what_is_only_counted_says_nothing_unless_it_has_a_name() -> None:
    """Subnets of default networks, snapshots: nobody looked for their counterparts."""
    key = MatchKey("name", ("default",))
    for keys, other, expected in (((), (), "never matched"), ((key,), (key,), True), ((key,), (MatchKey("name", ("x",)),), False)):
        known = Links(with_keys("stage", A, *keys).side(), with_keys("prod", B, *other).side())
        known.apart = ({A}, {B})
        assert refs(known, ref(A), ref(B)) == expected
    known = Links(with_keys("stage", A).side(), with_keys("prod", B).side())
    known.apart = ({A}, set())
    assert refs(known, ref(A), ref(B)) is False


def test_members_of_one_ambiguous_group_say_nothing() -> None:
    known = Links(with_keys("stage", A).side(), with_keys("prod", B).side())
    known.group = {(0, A): 0, (1, B): 0}
    assert refs(known, ref(A), ref(B)) == "ambiguous"
    known.group = {(0, A): 0, (1, B): 1}
    assert refs(known, ref(A), ref(B)) is False


def test_each_in_its_own_region_agree_although_paired_otherwise() -> None:
    """Default networks pair home with home; a stack that lives elsewhere uses the one of its own region, on both sides."""
    key = MatchKey("name", ("default",))
    regions = ("eu-west-1", "us-east-1")
    stage = Estate("stage").add(*(canonical(at("stage", VPC, r, r), {}, (key,)) for r in regions))
    prod = Estate("prod").add(*(canonical(at("prod", VPC, r, r), {}, (key,)) for r in regions))
    known = Links(stage.side(), prod.side())
    for r in regions:
        known.pair(at("stage", VPC, r, r), at("prod", VPC, r, r))
    one, other = ref(at("stage", VPC, "eu-west-1", "eu-west-1")), ref(at("prod", VPC, "us-east-1", "us-east-1"))
    holders = at("stage", SUBNET, "s", "eu-west-1"), at("prod", SUBNET, "s", "us-east-1")
    assert refs(known, one, other, holders) is True
    assert refs(known, one, other, (holders[0], at("prod", SUBNET, "s", "eu-west-1"))) is False


def test_what_lies_in_such_a_sibling_is_called_alike_too() -> None:
    """A subnet is named within its network; the network of the other region has another counterpart, or none."""
    regions = ("eu-west-1", "us-east-1")
    sides = {env: Estate(env) for env in ("stage", "prod")}
    for env, region, name in ((e, r, n) for e in sides for r in regions for n in ("a", "b")):
        vpc = at(env, VPC, region, region)
        in_it = (MatchKey("name", (ref(vpc), name)),)
        sides[env].add(
            canonical(vpc, {}, (MatchKey("name", ("core",)),)), canonical(at(env, SUBNET, f"{region}-{name}", region), {}, in_it)
        )
    known = Links(sides["stage"].side(), sides["prod"].side())
    known.pair(at("stage", VPC, "eu-west-1", "eu-west-1"), at("prod", VPC, "eu-west-1", "eu-west-1"))
    holders = at("stage", QUEUE, "q", "eu-west-1"), at("prod", QUEUE, "q", "us-east-1")
    one, other = (ref(at("prod", SUBNET, f"us-east-1-{name}", "us-east-1")) for name in ("a", "b"))
    held = ref(at("stage", SUBNET, "eu-west-1-a", "eu-west-1"))
    assert refs(known, held, one, holders) is True
    assert refs(known, held, other, holders) is False


def test_names_within_names_agree_although_one_of_the_outer_ones_is_paired() -> None:
    """The reference has the same network in one region more: its groups are called like those that have a counterpart."""
    stage, prod = Estate("stage"), Estate("prod")
    for env, estate, regions in (("stage", stage, ("eu",)), ("prod", prod, ("eu", "us"))):
        for region in regions:
            vpc = at(env, VPC, f"vpc-{region}", region)
            key = MatchKey("name", (Text(("core-", word(env))),))
            group = MatchKey("name", (Ref(vpc, VPC, vpc.id), Bag((Text(("web-", word(env))), "x"))))
            estate.add(canonical(vpc, {}, (key,)), canonical(at(env, SUBNET, f"sg-{region}", region), {}, (group,)))
    known = Links(stage.side(), prod.side())
    known.pair(at("stage", VPC, "vpc-eu", "eu"), at("prod", VPC, "vpc-eu", "eu"))
    known.pair(at("stage", SUBNET, "sg-eu", "eu"), at("prod", SUBNET, "sg-eu", "eu"))
    assert refs(known, ref(at("stage", SUBNET, "sg-eu", "eu")), ref(at("prod", SUBNET, "sg-us", "us"))) is True


@pytest.mark.parametrize(
    ("arn", "known"),
    [
        ("arn:aws:cloudformation:{region}:{account}:stack/NAME/ID", True),
        ("arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/NAME/ID", True),
        ("arn:aws:ec2:{region}:{account}:vpc/ID", False),
        ("see stack/NAME and then ID", False),
    ],
)
def test_an_id_that_an_arn_shows_behind_a_unique_name_is_as_good_as_the_name(arn: str, known: bool) -> None:
    links = Links(Estate("stage").side(), Estate("prod").side())
    ids = "9c7dd931-a5e2-40d5-a742-d76a648f3442", "825632fc-e0a6-47ef-a20f-4e422b74fb54"

    def text(env: str, id: str, name: str = "shop-") -> Text:
        before, _, after = arn.partition("NAME")
        middle = (before, name, word(env), after) if after else (before,)
        *most, last = middle
        assert isinstance(last, str)
        return Text((*most, last.partition("ID")[0], Ref(None, "", id), last.partition("ID")[2]))

    answer = leaf(links, text("stage", ids[0]), text("prod", ids[1]))
    assert (answer is True) == known
    if known:
        assert leaf(links, text("stage", ids[0]), text("prod", ids[1], "other-")) is not True


def test_an_id_that_stays_closed_behind_a_unique_name_is_as_good_as_the_name() -> None:
    """The rest of a stack's ARN in user data: nothing read explains it, so that no token of it opens."""
    links = Links(Estate("stage").side(), Estate("prod").side())

    def text(env: str, digest: str, before: str = "stack/shop-") -> Text:
        return Text(("cfn-init -s arn:aws:cloudformation:{region}:{account}:", before, word(env), "/", Opaque(digest, "k"), " -r Host"))

    assert leaf(links, text("stage", "a"), text("prod", "b")) is True
    assert leaf(links, text("stage", "a"), text("prod", "b", "stack/other-")) is False
    assert leaf(links, text("stage", "a", "group/shop-"), text("prod", "b", "group/shop-")) is False


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("-Group-NSIVKGEOAVFH", True),
        ("-Group-jzajmjtwaooo", True),
        ("-Group-SHORT", False),
        ("-Group-NSIVKGEOAVFHXYZ", False),
        ("-Other-NSIVKGEOAVFH", False),
        ("-Group", False),
    ],
)
def test_a_suffix_that_looks_like_a_word_is_given_away_by_the_other_side(other: str, same: bool) -> None:
    links = Links(Estate("stage").side(), Estate("prod").side())
    known = Text((word("prod"), "-Group-{id}"))
    assert (leaf(links, Text((word("stage"), other)), known) is True) == same
    swapped = Links(Estate("prod").side(), Estate("stage").side())
    assert (leaf(swapped, known, Text((word("stage"), other))) is True) == same


@pytest.mark.parametrize("swapped", [False, True])
def test_an_address_whose_network_was_not_read_is_unknown_beside_a_relative_one(swapped: bool) -> None:
    def answer(here: str, there: str, *, denied: bool) -> bool | str:
        networks = (canonical(at("prod", VPC, name), {}) for name in ("one", "other"))
        sides = [Estate("stage", incomplete={VPC: "AccessDenied"} if denied else {}).side(), Estate("prod").add(*networks).side()]
        texts = [Text((here,)), Text((there,))]
        if swapped:
            sides, texts = sides[::-1], texts[::-1]
        return leaf(Links(*sides), *texts)

    assert answer("10.20.0.0/24", "{network}+0.0/24", denied=True) == "AccessDenied"
    assert answer("10.20.0.0/24", "{network}+0.0/24", denied=False) is False
    assert answer("10.20.0.0/24", "10.30.0.0/24", denied=True) is False


def placed(network: Address, text: str) -> Text:
    return Text((Ref(network, VPC, PLACED, NETWORK), text))


def test_addresses_agree_where_their_networks_are_each_others() -> None:
    """Two networks of one size on each side: what lies in one is not what lies at the same place of the other."""
    c, r = ([at(env, VPC, f"{name}-{env}") for name in ("main", "data")] for env in ("stage", "prod"))
    links = Links(Estate("stage").side(), Estate("prod").side())
    links.pair(c[0], r[0])
    links.pair(c[1], r[1])
    for i in (0, 1):
        for j in (0, 1):
            one, other = placed(c[i], "+1.0/24"), placed(r[j], "+1.0/24")
            assert leaf(links, one, other) is (i == j)
            assert (links.token(one, 0) == links.token(other, 1)) is (i == j)
            assert leaf(links, one, placed(r[j], "+2.0/24")) is False


def test_which_network_it_is_counts_only_where_that_is_known() -> None:
    """Default networks are never paired; a network that is one of several with one block is no reference at all."""
    c, r, other = at("stage", VPC, "c"), at("prod", VPC, "r"), at("prod", VPC, "other")
    links = Links(Estate("stage").side(), Estate("prod").side())
    assert leaf(links, placed(c, "+1.0/24"), placed(r, "+1.0/24")) is True
    assert links.token(placed(c, "+1.0/24"), 0) == links.token(placed(r, "+1.0/24"), 1) == "{network}+1.0/24"
    assert leaf(links, placed(c, "+1.0/24"), "{network}+1.0/24") is True
    links.pair(c, other)
    assert leaf(links, placed(c, "+1.0/24"), placed(r, "+1.0/24")) is False
    assert leaf(links, placed(c, "/16"), placed(r, "/16"), (c, r)) is True
