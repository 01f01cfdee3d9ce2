from __future__ import annotations

import pytest

from driftscan.judge.owners import Owned, owner_of
from driftscan.model.drift import Change
from driftscan.model.settings import Owner
from driftscan.model.value import Keyed, Text, Value, Word
from tests.judge.estate import QUEUE, Estate, address, seal, settings

TAGS: dict[str, Value] = {"Tags": {"Team": "shop", "Empty": ""}}


def owned(*documents: dict[str, Value], members: tuple[str, ...] = ("Tags", "tags")) -> Owned:
    seals = (seal(address("stage", "orders-stage"), stack="payments-stage"), seal(address("prod", "orders-prod"), stack="payments-prod"))
    return Owned(QUEUE, "orders", seals, lambda: documents, members)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), None),
        ((Owner(tag="Team"),), "shop"),
        ((Owner(tag="Nope"), Owner(owner="all")), "all"),
        ((Owner(tag="Empty"), Owner(owner="all")), "all"),
        ((Owner(owner="payments", stack="payments-*"),), "payments"),
        ((Owner(owner="payments", stack="payments-prod"),), "payments"),
        ((Owner(owner="payments", stack="shop-*"),), None),
        ((Owner(owner="queues", type="AWS::SQS::*"),), "queues"),
        ((Owner(owner="queues", type="AWS::SQS::*", key="bill*"),), None),
        ((Owner(owner="prod", account="444444444444"),), "prod"),
        ((Owner(owner="dev", account="222222222222"),), None),
        ((Owner(owner="orders", key="ord*"), Owner(tag="Team")), "orders"),
    ],
)
def test_the_first_rule_that_fits(rules: tuple[Owner, ...], expected: str | None) -> None:
    assert owner_of(rules, owned(TAGS)) == expected


@pytest.mark.parametrize(
    "document",
    [
        {"tags": {"Team": "shop"}},
        {"Tags": Keyed(((("Team",), {"Key": "Team", "Value": "shop"}),))},
        {"Tags": Keyed(((("Team",), "shop"),))},
        {"Tags": {"Team": {"Value": "shop", "PropagateAtLaunch": True}}},
        {"Tags": {"Team": Text(("sh", Word("stage", "op", "{env}")))}},
    ],
)
def test_tags_in_every_shape(document: dict[str, Value]) -> None:
    assert owner_of((Owner(tag="Team"),), owned({}, document)) == "shop"


def test_documents_are_only_made_for_tag_rules() -> None:
    def never() -> list[dict[str, Value]]:
        raise AssertionError

    assert owner_of((Owner(owner="x", key="orders"), Owner(tag="Team")), Owned(QUEUE, "orders", (), never, ())) == "x"


def test_findings_have_owners() -> None:
    estate = Estate()
    estate.pair("orders", Change(("VisibilityTimeout",), 1, 2), bodies=({}, {"Tags": {"Team": "shop"}}), stack="payments-x")
    estate.alone(1, "audit", body={"Tags": {"Team": "risk"}})
    judged = estate.judge(settings(owners=(Owner(tag="Team"),)))
    assert {f.subject.key: f.owner for f in judged.findings} == {"orders": "shop", "audit": "risk"}
    judged = estate.judge(settings(owners=(Owner(owner="payments", stack="payments-*"),)))
    assert {f.subject.key: f.owner for f in judged.findings} == {"orders": "payments", "audit": None}
