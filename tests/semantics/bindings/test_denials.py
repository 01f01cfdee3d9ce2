"""Deny policies against asking about every request, and what a denial does to what is granted."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.bindings import Access, Denial, Denied, NotUnderstoodError, compare, parse, parse_denials
from driftscan.semantics.bindings.denials import Permission, only, permission
from tests.semantics.bindings.world import CONDITIONS, MEMBERS, PEOPLE, PLACES, REQUESTS, mask

PERMISSIONS = ("s.com/*.*", "s.com/a.*", "s.com/*.get", "s.com/a.get", "s.com/b.get", "t.com/a.get")
ASKED = [permission(f"{s}.com/{r}.{v}") for s in "st" for r in "abc" for v in ("get", "put")]


def holds(pattern: Permission, asked: Permission) -> bool:
    return pattern.service == asked.service and pattern.resource in ("*", asked.resource) and pattern.verb in ("*", asked.verb)


some = st.frozensets(st.sampled_from([permission(p) for p in PERMISSIONS]), max_size=2)
whom = st.frozensets(st.sampled_from(MEMBERS), max_size=2)
denials = st.frozensets(st.builds(Denial, whom, some, whom, some, st.sampled_from(CONDITIONS), st.sampled_from(PLACES)), max_size=3)


@cache
def denied(rule: Denial, asked: Permission) -> int:
    if not any(holds(p, asked) for p in rule.permissions) or any(holds(p, asked) for p in rule.but_permissions):
        return 0
    return mask(
        lambda who, place, facts: (
            bool(rule.members & PEOPLE[who])
            and not rule.but_members & PEOPLE[who]
            and place[: len(rule.place)] == rule.place
            and (not rule.condition or rule.condition in facts)
        )
    )


def said(d: Denied) -> int:
    return mask(
        lambda who, place, facts: d.member in PEOPLE[who] and place[: len(d.place)] == d.place and (not d.condition or d.condition in facts)
    )


@settings(max_examples=200, deadline=None)
@given(denials, denials)
def test_what_one_side_alone_denies_is_that_of_asking_about_every_request(one: frozenset[Denial], other: frozenset[Denial]) -> None:
    found = only(one, other)
    for asked in ASKED:
        bits = [0, 0]
        for n, side in enumerate((one, other)):
            for rule in side:
                bits[n] |= denied(rule, asked)
        beyond = bits[0] & ~bits[1]
        told = 0
        for d in found:
            if holds(d.permission, asked):
                told |= said(d)
                assert d.partly or not said(d) & ~bits[0]
        assert not beyond & ~told
    assert bool(found) == any(_beyond(one, other))
    assert len(REQUESTS) == len(PEOPLE) * len(PLACES) * 4


def _beyond(one: frozenset[Denial], other: frozenset[Denial]) -> list[int]:
    out = []
    for asked in ASKED:
        mine = theirs = 0
        for rule in one:
            mine |= denied(rule, asked)
        for rule in other:
            theirs |= denied(rule, asked)
        out.append(mine & ~theirs)
    return out


def rule(**members: Any) -> dict[str, Any]:
    return {"denyRule": members}


def test_the_vendors_spellings_of_members_and_permissions() -> None:
    whom = ["principal://goog/subject/Ann@acme.com", "principalSet://goog/public:all"]
    (found,) = parse_denials([rule(deniedPrincipals=whom, deniedPermissions=["iam.googleapis.com/roles.list"])])
    assert found.members == {"user:ann@acme.com", "allUsers"}
    assert [str(p) for p in found.permissions] == ["iam.googleapis.com/roles.list"]
    sa = "principal://iam.googleapis.com/projects/-/serviceAccounts/Run@p.iam.gserviceaccount.com"
    (other,) = parse_denials([rule(deniedPrincipals=[sa, "principalSet://goog/group/Ops@acme.com"])])
    assert other.members == {"serviceAccount:run@p.iam.gserviceaccount.com", "group:ops@acme.com"}


@pytest.mark.parametrize(
    "bad",
    [
        [{"description": "nothing"}],
        [{"allowRule": {}}],
        [rule(deniedPermissions=["storage.buckets.get"])],
        [rule(deniedPermissions=["storage.googleapis.com/buckets.ge*"])],
        [rule(deniedPrincipals=["ann@acme.com"])],
        [rule(deniedPrincipals="allUsers")],
        ["text"],
        [rule(grantedPermissions=[])],
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(bad: list[Any]) -> None:
    with pytest.raises(NotUnderstoodError):
        parse_denials(bad)


GRANTED = parse([{"role": "roles/viewer", "members": ["user:ann@acme.com"]}])
MORE = GRANTED | parse([{"role": "roles/browser", "members": ["user:bob@acme.com"]}])
DENIED = parse_denials([rule(deniedPrincipals=["principalSet://goog/public:all"], deniedPermissions=["iam.googleapis.com/roles.list"])])
MILDER = parse_denials(
    [rule(deniedPrincipals=["principal://goog/subject/ann@acme.com"], deniedPermissions=["iam.googleapis.com/roles.list"])]
)


@pytest.mark.parametrize(
    ("candidate", "reference", "expected"),
    [
        (Access(GRANTED, DENIED), Access(GRANTED, DENIED), Relation.EQUAL),
        (Access(GRANTED, MILDER), Access(GRANTED, DENIED), Relation.CANDIDATE_WIDER),
        (Access(GRANTED, DENIED), Access(GRANTED), Relation.REFERENCE_WIDER),
        (Access(MORE, DENIED), Access(GRANTED, DENIED), Relation.CANDIDATE_WIDER),
        (Access(MORE), Access(GRANTED, DENIED), Relation.CANDIDATE_WIDER),
        (Access(MORE, DENIED), Access(GRANTED), None),
        (Access(GRANTED, DENIED), Access(MORE, MILDER), Relation.REFERENCE_WIDER),
    ],
)
def test_what_is_granted_less_what_is_denied(candidate: Access, reference: Access, expected: Relation) -> None:
    assert compare(candidate, reference).relation is expected


def test_a_rule_in_two_halves_denies_the_same() -> None:
    def denying(*permissions: str) -> dict[str, Any]:
        return rule(deniedPrincipals=["principalSet://goog/public:all"], deniedPermissions=list(permissions))

    whole = parse_denials([denying("iam.googleapis.com/roles.list", "iam.googleapis.com/roles.get")])
    halves = parse_denials([denying("iam.googleapis.com/roles.get"), denying("iam.googleapis.com/roles.list")])
    assert only(whole, halves) == only(halves, whole) == []
    assert [str(d) for d in only(whole, parse_denials([denying("iam.googleapis.com/roles.get")]))] == [
        "iam.googleapis.com/roles.list to allUsers"
    ]
