"""Organization policies of the levels above projects: a folder that relaxes one differs from its counterpart."""

from __future__ import annotations

from typing import Any

from driftscan.model.resource import Resource
from driftscan.model.value import Unknown
from tests.google.estate import FOLDER, drifts, project, report_of, resource

NUMBER = {"stage": "310284466022", "prod": "310284466023"}
NO_KEYS: dict[str, Any] = {"constraint": "constraints/iam.disableServiceAccountKeyCreation", "booleanPolicy": {"enforced": True}}
PLACES: dict[str, Any] = {"constraint": "constraints/gcp.resourceLocations", "listPolicy": {"allowedValues": ["in:eu-locations"]}}


def side(env: str, policies: Any) -> list[Resource]:
    value = {"name": f"folders/{NUMBER[env]}", "displayName": env, "state": "ACTIVE", "parent": "organizations/1", "orgPolicy": policies}
    noted = (
        [{**p, "etag": f"x{env}", "updateTime": f"2026-0{len(env)}-01T00:00:00Z"} for p in policies]
        if isinstance(policies, list)
        else policies
    )
    return [project(env), resource(env, FOLDER, value["name"], {**value, "orgPolicy": noted})]


def paths(stage: Any, prod: Any) -> list[str]:
    return [c.path for f in drifts(report_of(side("stage", stage), side("prod", prod))) if f.resource.type == FOLDER for c in f.changes]


def test_the_same_policies_are_no_drift_whoever_set_them_and_when() -> None:
    assert paths([NO_KEYS, PLACES], [PLACES, NO_KEYS]) == []
    own = [[{**PLACES, "listPolicy": {"allowedValues": [f"under:folders/{NUMBER[env]}"]}}] for env in ("stage", "prod")]
    assert paths(*own) == [], "a folder that names itself"


def test_a_policy_that_one_side_relaxed_or_lacks_is() -> None:
    relaxed = {**NO_KEYS, "booleanPolicy": {}}
    assert paths([relaxed, PLACES], [NO_KEYS, PLACES])
    assert paths([PLACES], [NO_KEYS, PLACES])
    wider = {**PLACES, "listPolicy": {"allowedValues": ["in:eu-locations", "in:us-locations"]}}
    assert paths([wider], [PLACES])


def test_policies_that_were_not_read_are_unknown() -> None:
    report = report_of(side("stage", Unknown("PERMISSION_DENIED")), side("prod", [NO_KEYS]))
    assert [f.verdict for f in report.findings if f.resource.type == FOLDER] == ["unknown"]
