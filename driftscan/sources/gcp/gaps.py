"""Failures as gaps: what could not be read, which permission or setting would close it, and the next step for a person."""

from __future__ import annotations

from typing import Final

from driftscan.catalog.google import ASSET, CONTENTS, MANAGER, USE
from driftscan.model.snapshot import Gap, Status
from driftscan.model.value import Address
from driftscan.sources.gcp.faults import Failure
from driftscan.sources.unit import GLOBAL

__all__ = ["ASSET", "LOGIN", "MANAGER", "NOT_EXPORTED", "content_gap", "hint", "member_gap", "project_gap", "status"]

NOT_EXPORTED: Final = "NOT_EXPORTED"
"""The code of what an export does not hold."""
LACKING: Final = "this endpoint does not offer the call: an emulator may lack it"
LOGIN: Final = "gcloud auth application-default login"


def project_gap(project: str, problem: Failure, call: tuple[str, str], permission: str, at: str) -> Gap:
    """A whole project that could not be read."""
    return Gap(project, "*", "*", *call, problem.code, _needed(problem, permission), hint(problem, project, permission), at=at)


def content_gap(project: str, type_: str, problem: Failure, content: str, member: str, at: str) -> Gap:
    """A member of all resources of a type that could not be read: their policies. Without a member: the resources themselves."""
    permission = CONTENTS[content]
    needed = _needed(problem, permission)
    return Gap(
        project, GLOBAL, type_, ASSET, "ListAssets", problem.code, needed, hint(problem, project, permission), member=(member,), at=at
    )


def member_gap(
    address: Address,
    problem: Failure,
    operation: str,
    permission: str,
    member: str | tuple[str, ...],
    at: str,
    where: str = "",
    *,
    service: str = MANAGER,
) -> Gap:
    """A member (or several) of one project, folder or organization that the vendor did not give. Without: the endpoint has none.

    where: the level that refused, where that is another one.
    """
    needed = _needed(problem, permission)
    text = hint(problem, where or address.account, permission) if member else LACKING
    return Gap(address.account, GLOBAL, address.type, service, operation, problem.code, needed, text, address, _members(member), at)


def status(problem: Failure) -> Status:
    """What a listing is that failed before it gave anything."""
    return Status.DENIED if problem.kind in ("denied", "disabled", "credentials") else Status.PARTIAL


def _members(member: str | tuple[str, ...]) -> tuple[str, ...]:
    return member if isinstance(member, tuple) else (member,) if member else ()


def _needed(problem: Failure, permission: str) -> str:
    """The permission that a gap names: the one that the answer names, else the one that the call takes."""
    return (problem.permission or permission) if problem.kind == "denied" else ""


def hint(problem: Failure, place: str, permission: str) -> str:
    """What a person can do about a failure."""
    match problem.kind:
        case "denied" if problem.reason == "SECURITY_POLICY_VIOLATED":
            return f"a perimeter of VPC Service Controls keeps the reader out of {_on(place)}: let it in, or run inside the perimeter"
        case "denied" if problem.permission == USE:
            return (
                f"grant {USE} on {problem.consumer or 'the quota project'} to the account that reads, or name another quota project: "
                + _QUOTA
            )
        case "denied":
            role = " (`driftscan permissions gcp` makes the role)" if permission else ""
            return f"grant {problem.permission or permission} on {_on(place)} to the account that reads{role}; or {place} does not exist"
        case "disabled":
            apis, where = f"{ASSET}.googleapis.com {MANAGER}.googleapis.com", problem.consumer.removeprefix("projects/")
            project = f" --project={where}" if where else ""
            return (
                f"the API is not enabled in the project that the credentials bill to: gcloud services enable {apis}{project}; or {_QUOTA}"
            )
        case "credentials" if problem.reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
            return f"the credentials have too narrow a scope: {LOGIN} --scopes=https://www.googleapis.com/auth/cloud-platform"
        case "credentials":
            return f"no valid Google credentials: {LOGIN}, or run where a service account is attached"
        case "throttled":
            return "the quota of the credentials' project was exhausted for too long: run at another hour, or ask for more"
        case "absent" if problem.code == NOT_EXPORTED:
            return f"the export of {place} does not hold it: export the content types resource, iam-policy and org-policy, or read the API"
        case "absent" if problem.code == "DELETE_REQUESTED":
            return f"{_on(place)} is on its way to be deleted: take it out of the configuration, or gcloud projects undelete {place}"
        case "absent":
            return f"there is no {place}, or it was deleted: take it out of the configuration, or write its id as Google does"
        case "timeout" | "connection":
            return "check the network, the proxy and the endpoint, then run again"
        case "malformed":
            return "the answer was no answer of this API: look for a proxy in between, then run again"
        case "server":
            return "the vendor failed to answer: run again"
        case _ if problem.code == "UNIMPLEMENTED":
            return LACKING
        case _:
            return "the vendor refused the call with this code: see its documentation"


_QUOTA: Final = "gcloud auth application-default set-quota-project PROJECT"


def _on(place: str) -> str:
    return place if "/" in place else f"project {place}"
