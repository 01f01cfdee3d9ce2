"""Which rules are in force in an environment, and what they select."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.catalog import load
from driftscan.judge.expectation import BROKEN, HELD, Speech
from driftscan.judge.selection import Looked, in_force, selects, standing
from driftscan.model.baseline import BaselineRule, Expectation, Layer, Select
from driftscan.model.drift import Severity
from driftscan.model.resource import Canonical, Provenance, Seal
from driftscan.model.settings import Environment, Location, Owner
from driftscan.model.value import Address, Bag, Text, Unknown, Value, Word

BUCKET = "AWS::S3::Bucket"
PROD = Environment("prod", ("production",), (), "prod")


def rule(id: str = "a", line: int = 1, **more: object) -> BaselineRule:
    base = BaselineRule(id, "prod", Layer.ROLE, Select((BUCKET,)), Severity.HIGH, "because", Location("prod.yaml", line))
    return replace(base, **more)  # type: ignore[arg-type]


def looked(body: dict[str, Value] | None = None, **more: object) -> Looked:
    seal = Seal(Address(BUCKET, "444444444444", "global", "b"), None, "uploads-{env}", Provenance.DECLARED, None, (), "d", (), ())
    spec = load().specs[BUCKET]
    base = Looked(Canonical(seal, body or {}), "acme/uploads-{env}", spec, Speech("prod", lambda _: None), (Owner(tag="Team"),))
    return replace(base, **more)  # type: ignore[arg-type]


class TestInForce:
    def test_by_role_and_by_the_words_of_the_environment(self) -> None:
        rules = (
            rule("a", 1, roles=("prod",)),
            rule("b", 2, roles=("stage",)),
            rule("c", 3, select=Select((BUCKET,), environments=("produc*",))),
            rule("d", 4, select=Select((BUCKET,), environments=("stage",))),
        )
        assert list(in_force(rules, PROD)) == ["a", "c"]

    def test_rules_with_one_id_stand_together(self) -> None:
        rules = (rule("a", 1), rule("b", 2), rule("a", 3, override="tighten"))
        assert {id: [r.location.line for r in chain] for id, chain in in_force(rules, PROD).items()} == {"a": [1, 3], "b": [2]}

    def test_the_last_that_replaces_and_what_tightens_it(self) -> None:
        chain = [rule(line=1), rule(line=2, override="tighten"), rule(line=3, override="replace"), rule(line=4, override="tighten")]
        assert [r.location.line for r in standing(chain)] == [3, 4]
        assert [r.location.line for r in standing(chain[:2])] == [1, 2]


TEAM = {"Tags": {"Team": Text(("pay-", Word("prod", "prod", "{env}")))}}


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, HELD),
        ({"types": ("AWS::S3::*",)}, HELD),
        ({"types": ("AWS::SQS::*",)}, BROKEN),
        ({"keys": ("acme/*",)}, HELD),
        ({"keys": ("uploads-*",)}, HELD),
        ({"keys": ("x", "*{env}")}, HELD),
        ({"keys": ("uploads",)}, BROKEN),
        ({"keys": ("=acme/uploads-{env}",)}, HELD),
        ({"keys": ("=uploads-{env}",)}, BROKEN),
        ({"tags": (("Team", "pay-*"),)}, HELD),
        ({"tags": (("Team", "pay-{env}"),)}, HELD),
        ({"tags": (("Team", "orders"),)}, BROKEN),
        ({"tags": (("Owner", "*"),)}, BROKEN),
        ({"owners": ("pay-prod",)}, HELD),
        ({"owners": ("orders",)}, BROKEN),
        ({"accounts": ("4444*",)}, HELD),
        ({"accounts": ("3333*",)}, BROKEN),
        ({"provenance": ("vendor", "declared")}, HELD),
        ({"provenance": ("vendor",)}, BROKEN),
    ],
)
def test_selects(more: dict[str, tuple[object, ...]], wanted: str) -> None:
    assert selects(replace(Select((BUCKET,)), **more), looked(TEAM)) == wanted  # type: ignore[arg-type]


class TestWhere:
    def select(self, *conditions: Expectation) -> Select:
        return Select((BUCKET,), where=conditions)

    def test_any_place_that_fits_selects_and_every_condition_has_to(self) -> None:
        body: dict[str, Value] = {"Rules": Bag(({"P": "a"}, {"P": "b"})), "Engine": "x"}
        assert selects(self.select(Expectation("Rules[].P", "b")), looked(body)) == HELD
        assert selects(self.select(Expectation("Rules[].P", "c")), looked(body)) == BROKEN
        assert selects(self.select(Expectation("Rules[].P", "b"), Expectation("Engine", "y")), looked(body)) == BROKEN

    def test_null_selects_where_nothing_stands(self) -> None:
        assert selects(self.select(Expectation("Engine", None)), looked()) == HELD
        assert selects(self.select(Expectation("Engine", None)), looked({"Engine": "x"})) == BROKEN

    def test_what_was_not_read_decides_nothing(self) -> None:
        body: dict[str, Value] = {"Engine": Unknown("AccessDenied"), "Other": "x", "Tags": Unknown("Throttled")}
        assert selects(self.select(Expectation("Engine", "x")), looked(body)) == "AccessDenied"
        assert selects(self.select(Expectation("Engine", "x"), Expectation("Other", "y")), looked(body)) == BROKEN
        assert selects(Select((BUCKET,), tags=(("Team", "*"),)), looked(body)) == "Throttled"
