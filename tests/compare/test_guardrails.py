"""Service control policies bound what principals may do, level by level, where both snapshots hold the organization."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.compare.guardrails import NOT_READ, TOO_MANY, UNCLEAR
from driftscan.model.drift import Relation
from driftscan.model.resource import Canonical, Provenance
from driftscan.model.value import Bag, Keyed, Ref, Unknown, Value
from tests.compare.estate import ACCOUNTS, Estate, at, canonical, run
from tests.compare.test_principals import ALL, CATALOG, READ, WRITE, role

ORGANIZATION = "AWS::Organizations"
ROOT, UNIT = "r-ab12", "ou-ab12-11111111"
MANAGER = "999999999999"


def statements(*some: tuple[str, str]) -> Value:
    """(effect, action) on everything."""
    return {"Version": "2012-10-17", "Statement": Bag(tuple({"Effect": e, "Action": Bag((a,)), "Resource": Bag(("*",))} for e, a in some))}


FREE = statements(("Allow", "*"))


def policy(env: str, name: str, content: Value, *targets: str, kind: str = "SERVICE_CONTROL_POLICY") -> Canonical:
    there = Keyed(tuple(((t,), {"TargetId": _target(env, t), "Type": "any"}) for t in targets))
    body = {"Name": name, "Type": kind, "Content": content, "Targets": there}
    return canonical(at(env, f"{ORGANIZATION}::Policy", f"p-{name}-{env}"), body, provenance=Provenance.VENDOR)


def _target(env: str, id: str) -> Ref:
    kind = "Account" if id.isdigit() else "Root" if id.startswith("r-") else "OrganizationalUnit"
    return Ref(at(env, f"{ORGANIZATION}::{kind}", id), f"{ORGANIZATION}::{kind}", id, "id")


def organization(env: str, *policies: Canonical, enabled: bool = True, manager: str = MANAGER, **members: Value) -> list[Canonical]:
    """A root, one unit with the environment's account in it, and on each of the three what allows everything."""
    account = ACCOUNTS[env]
    path = Bag((f"o-a1b2c3d4e5/{ROOT}/{UNIT}/{account}/",))
    arn = f"arn:aws:organizations::{manager}:account/o-a1b2c3d4e5/{account}"
    member = canonical(at(env, f"{ORGANIZATION}::Account", account), {"Name": env, "Paths": path, **members}, arn=arn)
    kinds = Keyed(((("SERVICE_CONTROL_POLICY",), {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}),)) if enabled else Keyed(())
    root = canonical(at(env, f"{ORGANIZATION}::Root", ROOT), {"Name": "Root", "PolicyTypes": kinds})
    return [member, root, policy(env, "free", FREE, ROOT, UNIT, account), *policies]


def told(stage: list[Canonical], prod: list[Canonical], *actions: tuple[str, ...], **more: Any) -> tuple[Relation, Any, str]:
    ours, theirs = actions or ((READ, WRITE), (READ,))
    sides = Estate("stage", **more).add(role("stage", *ours), *stage), Estate("prod").add(role("prod", *theirs), *prod)
    (found,) = (e for e in run(*sides, catalog=CATALOG).entitled)
    return found.meaning.relation, found.meaning.more, found.beside


WIDER = (Relation.CANDIDATE_WIDER, ((f"{WRITE} on *",), ()))
DENIED = statements(("Deny", WRITE))


def test_without_the_organization_they_are_said_to_be_not_read() -> None:
    assert told([], []) == (*WIDER, NOT_READ)
    assert told(organization("stage"), []) == (*WIDER, NOT_READ)
    assert told(organization("stage"), organization("prod"), incomplete={f"{ORGANIZATION}::Policy": "AccessDenied"}) == (*WIDER, NOT_READ)


@pytest.mark.parametrize("level", [ROOT, UNIT, ACCOUNTS["stage"]])
def test_what_a_level_denies_nobody_may_do(level: str) -> None:
    assert told(organization("stage"), organization("prod")) == (*WIDER, "")
    stage = organization("stage", policy("stage", "no", DENIED, level))
    assert told(stage, organization("prod")) == (Relation.EQUAL, ((), ()), "")


def test_what_a_level_does_not_allow_nobody_may_do() -> None:
    def bounded(env: str) -> list[Canonical]:
        made = organization(env)
        return [*made[:2], policy(env, "free", FREE, ROOT, ACCOUNTS[env]), policy(env, "only", statements(("Allow", READ)), UNIT)]

    assert told(bounded("stage"), organization("prod")) == (Relation.EQUAL, ((), ()), "")
    assert told(bounded("stage"), organization("prod"), (READ,), (ALL,))[0] is Relation.REFERENCE_WIDER


@pytest.mark.parametrize(
    "other",
    [
        policy("stage", "elsewhere", DENIED, "ou-ab12-22222222", "123456789012"),
        policy("stage", "tags", DENIED, ROOT, kind="TAG_POLICY"),
    ],
    ids=["attached elsewhere", "of another kind"],
)
def test_what_is_not_over_the_account_does_not_bound_it(other: Canonical) -> None:
    assert told(organization("stage", other), organization("prod")) == (*WIDER, "")


def test_the_account_that_manages_the_organization_and_one_without_them_are_not_bounded() -> None:
    denied = policy("stage", "no", DENIED, ROOT)
    assert told(organization("stage", denied, manager=ACCOUNTS["stage"]), organization("prod")) == (*WIDER, "")
    assert told(organization("stage", denied, enabled=False), organization("prod")) == (*WIDER, "")


@pytest.mark.parametrize(
    "stage",
    [
        organization("stage", Paths=Unknown("AccessDenied")),
        organization("stage", Paths=Bag(())),
        organization("stage", policy("stage", "no", Unknown("AccessDenied"), ROOT)),
        organization("stage")[:2],
        [organization("stage")[0], *organization("stage")[2:]],
    ],
    ids=["the way is unread", "no way", "an unread document", "nothing attached", "no root"],
)
def test_what_was_not_read_whole_is_left_out_and_said(stage: list[Canonical]) -> None:
    assert told(stage, organization("prod")) == (*WIDER, UNCLEAR)


def test_where_they_take_too_many_cases_the_rest_is_told() -> None:
    hard = [f"*{a}*{b}*{c}*" for a, b, c in zip("abcdefghij", "bcdefghija", "cdefghijab", strict=True)]

    def side(env: str, *more: str) -> list[Canonical]:
        denied = {"Effect": "Deny", "Action": Bag(("s3:*",)), "Resource": Bag((*hard, *more))}
        return organization(env, policy(env, "many", {"Version": "2012-10-17", "Statement": Bag((denied,))}, UNIT))

    assert told(side("stage"), side("prod", "*zz*")) == (*WIDER, TOO_MANY)
