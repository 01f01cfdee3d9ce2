"""What principals may do altogether, wherever the statements stand: in the role, in policies, in groups, within a boundary."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.model.drift import Comparison, Relation
from driftscan.model.resource import Canonical
from driftscan.model.value import Bag, Keyed, Ref, Unknown, Value
from tests.compare.estate import Estate, at, named, run

CATALOG = load()
ROLE, POLICY, USER, GROUP = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::User", "AWS::IAM::Group"
READ, WRITE, ALL = "s3:GetObject", "s3:PutObject", "s3:*"


def document(*actions: str) -> Value:
    return {"Version": "2012-10-17", "Statement": Bag(({"Effect": "Allow", "Action": Bag(actions), "Resource": Bag(("*",))},))}


def policy(env: str, name: str, *actions: str) -> Canonical:
    return named(env, POLICY, name, {"PolicyVersionList": Bag(({"Document": document(*actions)},))})


def attached(env: str, *names: str) -> Value:
    """Policies by name; those of the vendor by their ARN."""

    def one(name: str) -> tuple[tuple[Value, ...], Value]:
        if name.startswith("arn:"):
            return (name,), {"PolicyArn": name, "PolicyName": name.rpartition("/")[2]}
        ref = Ref(at(env, POLICY, f"{name}-{env}"), POLICY, f"{name}-{env}", "arn")
        return (ref,), {"PolicyArn": ref, "PolicyName": name}

    return Keyed(tuple(map(one, names)))


def role(env: str, *inline: str, name: str = "app", **members: Value) -> Canonical:
    own = {"RolePolicyList": Keyed(((("own",), {"PolicyName": "own", "PolicyDocument": document(*inline)}),))} if inline else {}
    return named(env, ROLE, name, {"Path": "/", **own, **members})


def compared(stage: list[Canonical], prod: list[Canonical]) -> Comparison:
    return run(Estate("stage").add(*stage), Estate("prod").add(*prod), catalog=CATALOG)


def told(stage: list[Canonical], prod: list[Canonical]) -> dict[str, tuple[Relation, Any]]:
    return {e.pair.key: (e.meaning.relation, e.meaning.more) for e in compared(stage, prod).entitled}


def test_statements_that_moved_into_a_policy_change_nothing() -> None:
    both = policy("stage", "files", READ), policy("prod", "files", READ)
    found = told([both[0], role("stage", READ)], [both[1], role("prod", AttachedManagedPolicies=attached("prod", "files"))])
    assert found == {"app-{env}": (Relation.EQUAL, ((), ()))}


def test_a_policy_that_changed_changes_everybody_who_holds_it() -> None:
    def side(env: str, *actions: str) -> list[Canonical]:
        return [
            policy(env, "files", *actions),
            *(role(env, name=n, AttachedManagedPolicies=attached(env, "files")) for n in ("app", "job")),
        ]

    comparison = compared(side("stage", READ), side("prod", READ, WRITE))
    assert {e.pair.key: e.meaning.more for e in comparison.entitled} == dict.fromkeys(("app-{env}", "job-{env}"), ((), (f"{WRITE} on *",)))
    assert {p.key for e in comparison.entitled for p in e.through} == {"files-{env}"}


def test_what_did_not_change_is_not_asked_about() -> None:
    side = {env: [policy(env, "files", READ), role(env, AttachedManagedPolicies=attached(env, "files"))] for env in ("stage", "prod")}
    assert told(side["stage"], side["prod"]) == {}


def test_a_boundary_bounds() -> None:
    def side(env: str, *actions: str) -> list[Canonical]:
        bound = Ref(at(env, POLICY, f"bound-{env}"), POLICY, "bound", "arn")
        return [policy(env, "bound", READ), role(env, *actions, PermissionsBoundary={"PermissionsBoundaryArn": bound})]

    assert told(side("stage", READ), side("prod", READ, WRITE)) == {"app-{env}": (Relation.EQUAL, ((), ()))}
    free = [policy("prod", "bound", READ), role("prod", READ, WRITE)]
    assert told(side("stage", READ, WRITE), free) == {"app-{env}": (Relation.REFERENCE_WIDER, ((), (f"{WRITE} on *",)))}


def test_groups_count_for_their_members() -> None:
    def side(env: str, *actions: str) -> list[Canonical]:
        group = named(env, GROUP, "ops", {"GroupPolicyList": Keyed(((("own",), {"PolicyDocument": document(*actions)}),))})
        member = Ref(at(env, GROUP, f"ops-{env}"), GROUP, "ops", "name")
        return [group, named(env, USER, "ann", {"GroupList": Bag((member,))})]

    found = told(side("stage", ALL), side("prod", READ))
    assert {key: relation for key, (relation, _) in found.items()} == dict.fromkeys(("ops-{env}", "ann-{env}"), Relation.CANDIDATE_WIDER)


def test_policies_of_the_vendor_go_by_their_names() -> None:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    found = told([role("stage", READ)], [role("prod", READ, AttachedManagedPolicies=attached("prod", admin))])
    assert found == {"app-{env}": (Relation.REFERENCE_WIDER, ((), (f"what {admin} allows",)))}


@pytest.mark.parametrize(
    "members",
    [
        {"AttachedManagedPolicies": Keyed((((Ref(None, POLICY, "p"),), {"PolicyArn": Ref(None, POLICY, "p")}),))},
        {"AttachedManagedPolicies": attached("prod", "unread")},
        {"RolePolicyList": Keyed(((("own",), {"PolicyDocument": Unknown("AccessDenied")}),))},
        {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"}},
    ],
    ids=["an id that nothing explains", "a policy that was not read", "an unread document", "another boundary that nobody can read"],
)
def test_what_was_not_read_whole_is_not_told(members: dict[str, Value]) -> None:
    assert told([role("stage", READ, WRITE)], [role("prod", READ, **members)]) == {}
