"""Which place plays which part."""

from __future__ import annotations

from driftscan.compare.roles import roles
from tests.compare.estate import QUEUE, Estate, at, canonical


def estate(env: str, **counts: int) -> Estate:
    out = Estate(env)
    for region, n in counts.items():
        out.add(*(canonical(at(env, QUEUE, f"{region}{i}", region.replace("_", "-"))) for i in range(n)))
    return out


def of(stage: Estate, prod: Estate) -> tuple[dict[str, str], dict[str, str]]:
    accounts = {"111111111111", "222222222222"}
    a, b = roles(stage.side(), prod.side())
    return {k: v for k, v in a.items() if k not in accounts}, {k: v for k, v in b.items() if k not in accounts}


def test_one_account_each_is_home() -> None:
    a, b = roles(estate("stage", eu=1).side(), estate("prod", eu=1).side())
    assert a["111111111111"] == b["222222222222"] == "home"


def test_regions_of_the_same_name_belong_together_where_both_live_there() -> None:
    a, b = of(estate("stage", eu_1=5, us_1=4), estate("prod", eu_1=4, us_1=5))
    assert a == b == {"global": "global", "eu-1": "eu-1", "us-1": "us-1"}


def test_the_fullest_regions_are_home_where_they_differ() -> None:
    a, b = of(estate("stage", eu_1=9, us_1=1), estate("prod", us_1=1, ap_1=9))
    assert a["eu-1"] == b["ap-1"] == "home"
    assert a["us-1"] == b["us-1"]


def test_the_rest_follows_by_size_and_what_is_too_many_stands_alone() -> None:
    a, b = of(estate("stage", eu_1=9, us_1=3, sa_1=1), estate("prod", ap_1=9, ca_1=3))
    assert a["us-1"] == b["ca-1"]
    assert a["sa-1"] not in b.values()


def test_what_is_declared_holds() -> None:
    stage, prod = estate("stage", eu_1=1, us_1=9), estate("prod", eu_1=9, us_1=1)
    stage.roles, prod.roles = {"eu-1": "home"}, {"us-1": "home"}
    a, b = of(stage, prod)
    assert a["eu-1"] == b["us-1"] == "home"


def test_exchanging_the_sides_exchanges_the_roles() -> None:
    stage, prod = estate("stage", eu_1=9, us_1=3, sa_1=1), estate("prod", ap_1=9, us_1=1)
    a, b = of(stage, prod)
    assert of(prod, stage) == (b, a)


def test_what_one_side_did_not_read_makes_no_place_the_fuller_one() -> None:
    stage, prod = estate("stage", eu_1=2, us_1=1), estate("prod", ap_1=2, ca_1=1)
    more = [canonical(at("prod", "AWS::SNS::Topic", f"t{i}", "ca-1")) for i in range(9)]
    prod.add(*more)
    assert of(stage, prod)[1]["ca-1"] == "home"
    stage.incomplete["AWS::SNS::Topic"] = "AccessDenied"
    assert of(stage, prod)[1]["ap-1"] == "home"
