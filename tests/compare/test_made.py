"""What resources made and named themselves: compared under the counterpart of its maker, and only then."""

from __future__ import annotations

from driftscan.model.resource import Canonical, MatchKey, Provenance
from driftscan.model.value import Address, Text
from tests.compare.estate import Estate, at, canonical, changed, mirrored, named, outline, partners, run, word

GROUP, NODE, INSTANCE = "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::CacheCluster", "AWS::EC2::Instance"


def node(env: str, group: Canonical, number: str, size: str, type_: str = NODE) -> Canonical:
    name = f"cache-{env}-{number}"
    key = MatchKey("name", (Text(("cache-", word(env), f"-{number}")),))
    owner = group.seal.address
    return canonical(at(env, type_, name), {"Size": size}, (key,), provenance=Provenance.CONTROLLER, owner=owner)


def estates(stage: dict[str, str], prod: dict[str, str], group: str = "cache") -> tuple[Estate, Estate]:
    out = []
    for env, nodes, name in (("stage", stage, "cache"), ("prod", prod, group)):
        maker = named(env, GROUP, name)
        out.append(Estate(env).add(maker, *(node(env, maker, n, s) for n, s in nodes.items())))
    return out[0], out[1]


def test_nodes_are_compared_under_the_counterpart_of_their_group() -> None:
    stage, prod = estates({"001": "small", "002": "small"}, {"001": "small", "002": "large", "003": "small"})
    found = run(stage, prod)
    one, two, three = (at("prod", NODE, f"cache-prod-{n}") for n in ("001", "002", "003"))
    assert {r for r in partners(found).values() if r.type == NODE} == {one, two}
    assert list(changed(found)) == [at("stage", NODE, "cache-stage-002")]
    assert (found.grouped, found.missing) == (((), (three,)), ())
    assert outline(mirrored(run(prod, stage))) == outline(found)


def test_nodes_stay_grouped_where_their_groups_are_no_counterparts() -> None:
    stage, prod = estates({"001": "small"}, {"001": "small"}, group="sessions")
    found = run(stage, prod)
    assert partners(found) == {}
    assert [len(side) for side in found.grouped] == [1, 1]


def test_what_its_maker_did_not_name_stays_grouped() -> None:
    """Instances of a group carry its Name tag, and ids of the vendor's."""
    sides = []
    for env in ("stage", "prod"):
        maker = named(env, GROUP, "web")
        address = Address(INSTANCE, maker.seal.address.account, "eu-west-1", f"i-{env}")
        key = MatchKey("name", (Text(("web-", word(env))),))
        sides.append(Estate(env).add(maker, canonical(address, {}, (key,), provenance=Provenance.CONTROLLER, owner=maker.seal.address)))
    assert [len(side) for side in run(*sides).grouped] == [1, 1]
