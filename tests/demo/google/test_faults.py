"""What goes wrong goes wrong as it does in reality: Google's own client says so."""

from __future__ import annotations

import time
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud import asset_v1
from google.cloud.asset_v1 import ContentType
from google.rpc import error_details_pb2

from driftscan.demo.google.faults import BROKEN, ERRORS, MANGLED, Fault
from driftscan.demo.google.server import Cloud
from tests.demo.google.conftest import PROD, STAGE, Clients


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("denied", exceptions.PermissionDenied),
        ("disabled", exceptions.PermissionDenied),
        ("throttled", exceptions.ResourceExhausted),
        ("unavailable", exceptions.ServiceUnavailable),
        ("internal", exceptions.InternalServerError),
        ("deadline", exceptions.DeadlineExceeded),
        ("unauthenticated", exceptions.Unauthenticated),
        ("unimplemented", exceptions.MethodNotImplemented),
        ("expired", exceptions.InvalidArgument),
        ("malformed", exceptions.InternalServerError),
        ("short", exceptions.InternalServerError),
        ("other", exceptions.InternalServerError),
        ("reset", exceptions.ServiceUnavailable),
        ("cut", exceptions.ServiceUnavailable),
        ("hang", exceptions.DeadlineExceeded),
    ],
)
def test_a_call_fails_as_asked_and_the_next_goes_well(cloud: Cloud, clients: Clients, kind: str, error: type[Exception]) -> None:
    cloud.faults.set(Fault(kind, method="ListAssets", times=1))
    with pytest.raises(error):
        clients.page(parent=STAGE, content_type=ContentType.RESOURCE, timeout=0.5 if kind == "hang" else 10.0)
    retry = Retry(predicate=if_exception_type(exceptions.ServiceUnavailable), initial=0.05, timeout=10.0)
    page = retry(clients.page)(parent=STAGE, content_type=ContentType.RESOURCE)  # a broken connection is noticed by the first who uses it
    assert len(page.assets) == 27
    assert cloud.faults.counts == {"ListAssets": 2}


def test_every_kind_is_tested_here() -> None:
    tested = {mark[0] for mark in test_a_call_fails_as_asked_and_the_next_goes_well.pytestmark[0].args[1]}
    assert tested | {"newer", "blank", "stuck", "slow"} == set(ERRORS) | MANGLED | BROKEN
    with pytest.raises(ValueError, match="no such fault: thunder"):
        Fault("thunder")


def _info(error: exceptions.GoogleAPICallError) -> tuple[str | None, str | None, dict[str, str]]:
    return error.reason, error.domain, dict(error.metadata or {})


def test_a_disabled_api_says_which_and_where(cloud: Cloud) -> None:
    cloud.faults.set(Fault("disabled"))
    with grpc.insecure_channel(cloud.target) as channel:
        client = Clients(channel).assets
        with pytest.raises(exceptions.PermissionDenied, match=r"Cloud Asset API has not been used in project 301 before") as caught:
            client.list_assets({"parent": PROD}, metadata=[("x-goog-user-project", "acme-stage")], retry=None)
        reason, domain, metadata = _info(caught.value)
        assert (reason, domain) == ("SERVICE_DISABLED", "googleapis.com")
        assert (metadata["service"], metadata["consumer"]) == ("cloudasset.googleapis.com", STAGE)
        with pytest.raises(exceptions.PermissionDenied) as caught:
            Clients(channel).manager("Projects").get_project({"name": STAGE}, metadata=[("x-goog-user-project", "acme-stage")])
        assert _info(caught.value)[2]["service"] == "cloudresourcemanager.googleapis.com"


@pytest.mark.parametrize(
    ("content", "permission"),
    [
        (ContentType.RESOURCE, "cloudasset.assets.listResource"),
        (ContentType.IAM_POLICY, "cloudasset.assets.listIamPolicy"),
        (ContentType.ORG_POLICY, "cloudasset.assets.listOrgPolicy"),
    ],
)
def test_a_denial_names_the_permission(cloud: Cloud, clients: Clients, content: ContentType, permission: str) -> None:
    cloud.faults.set(Fault("denied", scope="projects/acme-stage", content=content.name))
    with pytest.raises(exceptions.PermissionDenied, match=r"Request denied by Cloud IAM\.") as caught:
        clients.page(parent=STAGE, content_type=content)
    reason, _, metadata = _info(caught.value)
    assert (reason, metadata["permission"]) == ("IAM_PERMISSION_DENIED", permission)
    assert clients.page(parent=STAGE).assets
    assert clients.page(parent=PROD, content_type=content).read_time


def test_a_throttled_caller_hears_when_to_come_back(cloud: Cloud, clients: Clients) -> None:
    cloud.faults.set(Fault("throttled", seconds=0.25, times=3))
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        clients.page(parent=STAGE)
    (retry,) = [d for d in caught.value.details if isinstance(d, error_details_pb2.RetryInfo)]
    assert retry.retry_delay.ToMilliseconds() == 250
    assert _info(caught.value)[0] == "RATE_LIMIT_EXCEEDED"
    patient = Retry(predicate=lambda e: isinstance(e, exceptions.ResourceExhausted), initial=0.01, maximum=0.02)
    assert len(list(clients.assets.list_assets({"parent": STAGE}, retry=patient))) == 27
    assert cloud.faults.counts["ListAssets"] == 4


@pytest.mark.parametrize("kind", ["denied", "unavailable", "reset", "cut", "short", "expired"])
def test_a_listing_breaks_in_its_middle(cloud: Cloud, clients: Clients, kind: str) -> None:
    cloud.faults.set(Fault(kind, after=2, times=1))
    seen: list[Any] = []
    listing = clients.assets.list_assets({"parent": STAGE, "content_type": "RESOURCE", "page_size": 10}, retry=None, timeout=10.0)
    with pytest.raises(exceptions.GoogleAPICallError):
        for page in listing.pages:
            seen.extend(page.assets)
    assert len(seen) == 20


def test_what_google_retries_by_itself_is_survived(cloud: Cloud, clients: Clients) -> None:
    whole = clients.names(parent=STAGE)
    for kind in ("reset", "unavailable", "deadline"):
        cloud.faults.set(Fault(kind, after=1, times=2))
        assert [a.name for a in clients.assets.list_assets({"parent": STAGE, "page_size": 10})] == whole


def test_a_page_without_items_is_no_end(cloud: Cloud, clients: Clients) -> None:
    whole = clients.names(parent=STAGE)
    cloud.faults.set(Fault("blank", after=1, times=1))
    pages = list(clients.assets.list_assets({"parent": STAGE, "page_size": 10}).pages)
    assert [len(p.assets) for p in pages] == [10, 0, 10, 7]
    assert [a.name for p in pages for a in p.assets] == whole
    tokens = [p.next_page_token for p in pages]
    assert len(set(tokens)) == len(tokens)


def test_the_same_page_may_come_without_end(cloud: Cloud, clients: Clients) -> None:
    cloud.faults.set(Fault("stuck"))
    pages = clients.assets.list_assets({"parent": STAGE, "page_size": 10}).pages
    first, second, third, fourth = (next(pages) for _ in range(4))
    assert first.next_page_token == second.next_page_token == third.next_page_token == fourth.next_page_token
    assert list(first.assets) != list(second.assets) == list(third.assets) == list(fourth.assets)


def test_a_later_version_of_the_service_is_understood(cloud: Cloud, clients: Clients) -> None:
    whole = clients.names(parent=STAGE)
    cloud.faults.set(Fault("newer"))
    assert clients.names(parent=STAGE) == whole


def test_a_slow_answer_comes(cloud: Cloud, clients: Clients) -> None:
    cloud.faults.set(Fault("slow", seconds=0.3))
    begin = time.monotonic()
    assert clients.page(parent=STAGE).assets
    assert time.monotonic() - begin >= 0.3


def test_a_fault_befalls_its_method_and_scope_alone(cloud: Cloud, clients: Clients) -> None:
    cloud.faults.set(Fault("denied", method="GetIamPolicy"), Fault("unavailable", scope="projects/acme-prod", method="ListAssets"))
    projects = clients.manager("Projects")
    with pytest.raises(exceptions.PermissionDenied, match=r"resourcemanager\.projects\.getIamPolicy"):
        projects.get_iam_policy({"resource": STAGE})
    assert projects.get_project({"name": PROD}).name == PROD
    assert clients.page(parent=STAGE).assets
    with pytest.raises(exceptions.ServiceUnavailable):
        clients.page(parent=PROD)


def test_the_book_tells_what_was_asked(cloud: Cloud, clients: Clients) -> None:
    clients.names(parent="projects/acme-stage", content_type=ContentType.IAM_POLICY)
    clients.manager("Projects").get_project({"name": "projects/acme-stage"})
    first, second = cloud.faults.seen
    assert (first.method, first.scope, first.content, first.nth) == ("ListAssets", STAGE, "IAM_POLICY", 0)
    assert (second.service, second.method, second.scope) == ("cloudresourcemanager.googleapis.com", "GetProject", STAGE)
    assert cloud.faults.counts == {"GetProject": 1, "ListAssets": 1}


def test_a_method_that_nobody_reads_with_is_unimplemented(clients: Clients) -> None:
    with pytest.raises(exceptions.MethodNotImplemented):
        clients.assets.list_feeds(asset_v1.ListFeedsRequest(parent=STAGE))
