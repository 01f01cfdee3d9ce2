"""Failures as gaps: what could not be read, which permission or setting would close it, and the next step for a person."""

from __future__ import annotations

from typing import Final

from driftscan.model.snapshot import Gap
from driftscan.sources.gcp.faults import Failure
from driftscan.sources.unit import GLOBAL

ASSET, MANAGER = "cloudasset", "cloudresourcemanager"
PERMISSIONS: Final = {
    "RESOURCE": "cloudasset.assets.listResource",
    "IAM_POLICY": "cloudasset.assets.listIamPolicy",
    "ORG_POLICY": "cloudasset.assets.listOrgPolicy",
}
"""What `ListAssets` asks for, by content type (Cloud Asset Inventory, "Access control")."""


def project_gap(project: str, problem: Failure, call: tuple[str, str], permission: str, at: str) -> Gap:
    """A whole project that could not be read."""
    return Gap(
        project, "*", "*", *call, problem.code, permission if problem.kind == "denied" else "", hint(problem, project, permission), at=at
    )


def content_gap(project: str, type_: str, problem: Failure, content: str, member: str, at: str) -> Gap:
    """A member of all resources of a type that could not be read: their policies."""
    permission = PERMISSIONS[content]
    denied = permission if problem.kind == "denied" else ""
    return Gap(
        project, GLOBAL, type_, ASSET, "ListAssets", problem.code, denied, hint(problem, project, permission), member=(member,), at=at
    )


def hint(problem: Failure, place: str, permission: str) -> str:
    """What a person can do about a failure."""
    match problem.kind:
        case "denied":
            role = " (roles/cloudasset.viewer holds it)" if permission.startswith("cloudasset.") else ""
            return f"grant {problem.permission or permission} on {_on(place)} to the account that reads{role}; or {place} does not exist"
        case "disabled":
            apis = f"{ASSET}.googleapis.com {MANAGER}.googleapis.com"
            return f"the API is not enabled in the project that the credentials bill to: gcloud services enable {apis}"
        case "credentials":
            return "no valid Google credentials: gcloud auth application-default login, or run where a service account is attached"
        case "throttled":
            return "the quota of the credentials' project was exhausted for too long: run at another hour, or ask for more"
        case "absent":
            return f"there is no {place}, or it was deleted: take it out of the configuration, or write its id as Google does"
        case "timeout" | "connection":
            return "check the network, the proxy and the endpoint, then run again"
        case "malformed":
            return "the answer was no answer of this API: look for a proxy in between, then run again"
        case "server":
            return "the vendor failed to answer: run again"
        case _:
            return "the vendor refused the call with this code: see its documentation"


def _on(place: str) -> str:
    return place if "/" in place else f"project {place}"
