"""Each gap has a next step that fits its reason."""

from __future__ import annotations

import pytest

from driftscan.catalog.google import USE
from driftscan.model.snapshot import Status
from driftscan.model.value import Address
from driftscan.sources.gcp.faults import Failure
from driftscan.sources.gcp.gaps import content_gap, hint, member_gap, project_gap, status
from tests.sources.gcp.conftest import BUCKET, PROJECT

READ = "cloudasset.assets.listResource"


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Failure("denied", "PERMISSION_DENIED"), f"grant {READ} on project acme-stage"),
        (Failure("denied", "PERMISSION_DENIED", permission="a.b.c"), "grant a.b.c on project acme-stage"),
        (Failure("denied", "PERMISSION_DENIED", permission=USE, consumer="projects/7"), f"grant {USE} on projects/7"),
        (Failure("denied", "PERMISSION_DENIED", reason="SECURITY_POLICY_VIOLATED"), "a perimeter of VPC Service Controls"),
        (Failure("disabled", "SERVICE_DISABLED", consumer="projects/7"), "cloudresourcemanager.googleapis.com --project=7"),
        (Failure("credentials", "UNAUTHENTICATED"), "gcloud auth application-default login"),
        (Failure("credentials", "PERMISSION_DENIED", reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "too narrow a scope"),
        (Failure("throttled", "RESOURCE_EXHAUSTED"), "quota"),
        (Failure("absent", "NOT_FOUND"), "there is no acme-stage"),
        (Failure("absent", "DELETE_REQUESTED"), "gcloud projects undelete acme-stage"),
        (Failure("absent", "NOT_EXPORTED"), "iam-policy"),
        (Failure("timeout", "DEADLINE_EXCEEDED"), "network"),
        (Failure("connection", "UNAVAILABLE"), "network"),
        (Failure("malformed", "MalformedAnswer"), "proxy"),
        (Failure("server", "INTERNAL"), "run again"),
        (Failure("refused", "UNIMPLEMENTED"), "an emulator may lack it"),
        (Failure("refused", "OUT_OF_RANGE"), "documentation"),
    ],
)
def test_the_next_step(problem: Failure, said: str) -> None:
    assert said in hint(problem, "acme-stage", READ)


def test_only_what_is_denied_names_a_permission() -> None:
    address = Address(PROJECT, "acme-stage", "global", "//x", "gcp")
    for problem, named in ((Failure("denied", "PERMISSION_DENIED"), True), (Failure("disabled", "SERVICE_DISABLED"), False)):
        gaps = (
            project_gap("acme-stage", problem, ("cloudasset", "ListAssets"), READ, "now"),
            content_gap("acme-stage", BUCKET, problem, "IAM_POLICY", "iamPolicy", "now"),
            member_gap(address, problem, "ListLiens", "resourcemanager.projects.get", "liens", "now"),
        )
        assert [bool(g.permission) for g in gaps] == [named] * 3
        assert [g.member for g in gaps] == [(), ("iamPolicy",), ("liens",)]
        assert [(g.region, g.type) for g in gaps] == [("*", "*"), ("global", BUCKET), ("global", PROJECT)]
    assert "emulator" in member_gap(address, Failure("absent", "NOT_FOUND"), "ListLiens", "", "", "now").hint


def test_what_a_listing_is_that_failed_at_once() -> None:
    found = [status(Failure(kind, "X")) for kind in ("denied", "disabled", "credentials", "throttled", "connection")]
    assert found == [Status.DENIED, Status.DENIED, Status.DENIED, Status.PARTIAL, Status.PARTIAL]
