"""The policies that AWS manages: everything that they say is understood, and what is spelled otherwise is still the same."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from driftscan.model.drift import Relation
from driftscan.semantics.iam import Access, compare, parse
from tests.semantics.iam_evaluate import listed

POLICIES: dict[str, dict[str, Any]] = {name: p["Document"] for name, p in json.loads(aws_managed_policies_data).items()}
HARD = {"SageMakerStudioProjectUserRolePolicy"}
"""Told apart only by more cases than are looked at."""


def access(document: dict[str, Any]) -> Access:
    return Access.identity([parse(document)])


def otherwise(document: dict[str, Any]) -> dict[str, Any]:
    """The same in other statements: backwards, every list of actions in two, in upper case."""
    out: list[dict[str, Any]] = []
    for s in listed(document["Statement"]):
        actions = [a.upper() for a in listed(s.get("Action", []))]
        out += [{**s, "Action": half} for half in (actions[::2], actions[1::2]) if half] or [s]
    return {**document, "Statement": out[::-1]}


def test_every_managed_policy_is_equal_to_what_says_the_same() -> None:
    assert len(POLICIES) > 1000
    found = {name: compare(access(p), access(otherwise(p))).relation for name, p in POLICIES.items()}
    assert {name for name, relation in found.items() if relation is not Relation.EQUAL} == HARD
    assert all(found[name] is None for name in HARD)


def test_a_managed_policy_that_names_its_services_is_wider_with_an_action_of_another() -> None:
    more = {"Effect": "Allow", "Action": "nosuch:Thing", "Resource": "*"}
    statements = {name: listed(p["Statement"]) for name, p in POLICIES.items() if name not in HARD}
    named = [name for name, those in statements.items() if all("Action" in s and "*" not in listed(s["Action"]) for s in those)]
    assert len(named) > 1000
    for name in named[::4]:
        found = compare(access({**POLICIES[name], "Statement": [*statements[name], more]}), access(POLICIES[name]))
        assert (found.relation, [str(p) for p in found.candidate.proofs]) == (Relation.CANDIDATE_WIDER, ["nosuch:Thing on *"]), name
