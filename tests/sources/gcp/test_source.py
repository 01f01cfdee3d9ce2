"""Projects in; resources, gaps and listings out."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from driftscan.catalog import Catalog
from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud
from driftscan.model.snapshot import Status
from driftscan.model.value import Unknown
from driftscan.sources.gcp import KEPT, moment_of
from driftscan.sources.gcp.reading import place
from driftscan.sources.gcp.source import AHEAD
from driftscan.sources.unit import Unit
from tests.sources.gcp.conftest import (
    ANY_KEYS,
    BINDING,
    BUCKET,
    DISK,
    DOCUMENT,
    FIREWALL,
    FOLDER,
    FOLDERS,
    IN_PROD,
    IN_STAGE,
    NO_KEYS,
    NOW,
    ORGANIZATION,
    ORGANIZATIONS,
    PROJECT,
    TEAM,
    TOPIC,
    TUNNEL,
    Json,
    asset,
    projects,
    scan,
    source,
)


def test_a_project_with_all_that_is_known_of_it(cloud: Cloud, catalog: Catalog) -> None:
    found = scan(catalog=catalog)
    value = found.only(PROJECT).value
    assert value["projectId"] == "acme-stage"
    assert value["iamPolicy"] and value["orgPolicy"] and value["liens"]
    assert value["effectiveTags"] == [
        {"namespacedTagKey": "100/environment", "namespacedTagValue": "100/environment/stage", "inherited": False}
    ]
    calls = {r.call for r in found.only(PROJECT).reads}
    assert calls == {"cloudasset:ListAssets", "cloudresourcemanager:ListLiens", "cloudresourcemanager:ListEffectiveTags"}
    assert not found.gaps
    assert {r.address.account for r in found.resources.values()} == {"acme-stage", FOLDER, TEAM, ORGANIZATION}


def test_addresses(cloud: Cloud, catalog: Catalog) -> None:
    found = scan(catalog=catalog)
    disk = found.only(DISK)
    assert (disk.address.provider, disk.address.region) == ("gcp", "europe-west1")
    assert disk.address.id == disk.arn == "//compute.googleapis.com/projects/acme-stage/zones/europe-west1-b/disks/d"
    assert found.only(BINDING).value["tagValue"] == "tagValues/11", "tag bindings are assets"
    assert list(found.only(TUNNEL).value) == ["iamPolicy"], "what has only a policy is a resource, too"


@pytest.mark.parametrize(
    ("location", "name", "region"),
    [
        ("europe-west1-b", "//x/y", "europe-west1"),
        ("EUROPE-WEST1", "//x/y", "europe-west1"),
        ("EU", "//x/y", "eu"),
        ("global", "//x/projects/p/zones/us-east1-c/y", "global"),
        ("", "//x/projects/p/locations/us-east1/y", "us-east1"),
        ("", "//x/projects/p/zones/us-east1-c/y", "us-east1"),
        ("", "//x/projects/p/global/y", "global"),
        ("nam-eur-asia1", "//x", "nam-eur-asia1"),
    ],
)
def test_where_an_asset_lies(location: str, name: str, region: str) -> None:
    assert place(location, name) == region


def test_what_is_not_enabled_is_off_and_what_is_empty_is_complete(cloud: Cloud, catalog: Catalog) -> None:
    found = scan(catalog=catalog)
    assert (found.status(TOPIC), found.status(FIREWALL)) == ({Status.OFF}, {Status.COMPLETE})
    prod = scan(*projects("acme-prod"), catalog=catalog)
    assert (prod.status(FIREWALL), prod.status(DISK), prod.status(BUCKET)) == ({Status.OFF}, {Status.OFF}, {Status.COMPLETE})
    document = copy.deepcopy(DOCUMENT)
    document["assets"] = [a for a in document["assets"] if "serviceusage" not in a["assetType"]]
    cloud.load(document)
    assert scan(catalog=catalog).status(TOPIC) == {Status.COMPLETE}, "nobody says which services are enabled"


def test_workloads_of_a_cluster_belong_to_its_api(cloud: Cloud, catalog: Catalog) -> None:
    """`apps.k8s.io` is no API that anybody enables."""
    from driftscan.sources.gcp.reading import Reading

    made = Reading("p", None, lambda _: iter(()), None, catalog, lambda _: True, "")
    made._enabled.add("container.googleapis.com")
    assert not made._off("apps.k8s.io/Deployment")
    assert made._off("run.googleapis.com/Service")


def test_every_way_to_name_a_project_means_it_once(cloud: Cloud, catalog: Catalog) -> None:
    found = scan(*projects("301", "acme-stage", TEAM, "labels.env:stage"), catalog=catalog)
    assert [a.id for a in found.accounts] == ["acme-stage"]
    assert found.source.identities == {"acme-stage": "anonymous"}
    both = source(*projects("acme-stage", "acme-prod"))
    both.resolve()
    assert both.units() == [
        Unit("acme-prod", "global", "cloudasset"),
        Unit("acme-stage", "global", "cloudasset"),
        Unit(FOLDER, "global", "cloudresourcemanager"),
        Unit(TEAM, "global", "cloudresourcemanager"),
        Unit(ORGANIZATION, "global", "cloudresourcemanager"),
    ]
    assert both.plan().calls == 2 * 5 + 3 * 4 + 2


def test_a_query_that_finds_nothing_is_a_gap(cloud: Cloud) -> None:
    (found,) = scan(*projects("labels.env:none")).accounts
    assert found.gap is not None
    assert (found.gap.account, found.gap.operation, found.gap.code) == ("labels.env:none", "SearchProjects", "NOT_FOUND")


def test_one_project_that_is_denied_is_one_gap_and_the_other_is_read(cloud: Cloud, catalog: Catalog) -> None:
    cloud.faults.set(Fault("denied", scope="projects/302"))
    found = scan(*projects("acme-prod", "acme-stage"), catalog=catalog)
    assert {r.address.account for r in found.resources.values()} == {"acme-stage", FOLDER, TEAM, ORGANIZATION}
    assert [(g.region, g.type, g.code, g.permission) for g in found.gaps if g.account == "acme-prod" and g.type == "*"] == [
        ("*", "*", "PERMISSION_DENIED", "cloudasset.assets.listResource")
    ]


def test_a_quota_that_nobody_may_use_is_named(cloud: Cloud, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    from driftscan.demo.google import faults
    from driftscan.demo.google.refusals import Refusal

    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "USER_PROJECT_DENIED", "domain": "googleapis.com"}
    refusal = Refusal("PERMISSION_DENIED", "Caller does not have required permission.", {**info, "metadata": {"consumer": "projects/7"}})
    monkeypatch.setitem(faults.ERRORS, "denied", lambda *_: refusal)
    cloud.faults.set(Fault("denied"))
    found = scan(catalog=catalog)
    (gap,) = (g for g in found.gaps if g.type == "*")
    assert (gap.permission, gap.code) == ("serviceusage.services.use", "PERMISSION_DENIED")
    assert "projects/7" in gap.hint
    assert "set-quota-project" in gap.hint


def test_assets_of_another_project_are_left_out_and_said(cloud: Cloud, catalog: Catalog) -> None:
    document = copy.deepcopy(DOCUMENT)
    stray: Json = asset("projects/acme-prod/global/firewalls/x", FIREWALL, [*IN_PROD, "projects/301"], {"name": "x"})
    document["assets"].insert(12, stray)
    cloud.load(document)
    found = scan(catalog=catalog)
    assert len(found.of(FIREWALL)) == 5
    assert found.status(FIREWALL) == {Status.PARTIAL}
    assert [(g.type, g.code) for g in found.gaps] == [(FIREWALL, "MalformedAnswer")]
    assert "projects/302" in found.gaps[0].hint


def test_without_get_project_the_listing_still_tells(cloud: Cloud, catalog: Catalog) -> None:
    cloud.faults.set(Fault("denied", method="GetProject"))
    found = scan(catalog=catalog)
    assert len([a for a in found.resources if a.account == "acme-stage"]) == 22
    assert {g.type for g in found.gaps} == {FOLDERS, ORGANIZATIONS}
    assert {g.permission for g in found.gaps} == {"resourcemanager.projects.get"}
    assert found.status(FOLDERS) == {Status.DENIED}


def test_a_folder_that_is_denied_hides_what_is_above_it(cloud: Cloud, catalog: Catalog) -> None:
    cloud.faults.set(Fault("denied", scope=FOLDER))
    found = scan(catalog=catalog)
    assert not found.of(ORGANIZATIONS)
    assert {g.type for g in found.gaps if g.account == FOLDER} == {FOLDERS, ORGANIZATIONS}
    assert found.status(ORGANIZATIONS) == {Status.DENIED}


def test_a_denied_content_type_is_unknown_where_it_can_be_at_all(cloud: Cloud, catalog: Catalog) -> None:
    cloud.faults.set(Fault("denied", content="IAM_POLICY"), Fault("denied", content="ORG_POLICY"))
    found = scan(catalog=catalog)
    denied = Unknown("PERMISSION_DENIED")
    assert {r.value["iamPolicy"] for r in found.of(BUCKET)} == {denied}
    assert found.only(PROJECT).value["orgPolicy"] == denied
    assert all("iamPolicy" not in r.value for r in found.of(FIREWALL)), "a firewall has no policy"
    assert {g.permission for g in found.gaps} == {"cloudasset.assets.listIamPolicy", "cloudasset.assets.listOrgPolicy"}
    assert sorted(g.type for g in found.gaps if g.permission.endswith("OrgPolicy")) == [FOLDERS, FOLDERS, ORGANIZATIONS, PROJECT]


def test_only_some_types(cloud: Cloud, catalog: Catalog) -> None:
    found = scan(catalog=catalog, only=(FIREWALL,))
    assert {a.type for a in found.resources} == {FIREWALL}
    assert {x.type for x in found.listings} == {FIREWALL}
    assert set(cloud.faults.counts) == {"GetProject", "GetFolder", "GetOrganization", "ListAssets"}
    skipped = scan(catalog=catalog, skip=("cloudresourcemanager.googleapis.com/*", BUCKET))
    assert {FIREWALL, DISK} <= {a.type for a in skipped.resources}
    assert not {BUCKET, PROJECT, FOLDERS} & {a.type for a in skipped.resources}


def test_nothing_has_to_be_read_twice(cloud: Cloud) -> None:
    made = source()
    assert (made.in_flux, made.dangling, list(made.reread([]))) == ((), (), [])
    made.close()


# ------------------------------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("ago", "pinned", "before"),
    [
        (timedelta(0), False, AHEAD),
        (timedelta(hours=1), False, timedelta(hours=1) + AHEAD),
        (timedelta(days=10), True, timedelta(days=10)),
        (KEPT - timedelta(seconds=1), True, KEPT - timedelta(seconds=1)),
        (KEPT, True, AHEAD),
        (timedelta(seconds=1), True, AHEAD),
        (timedelta(days=-1), True, AHEAD),
    ],
)
def test_the_moment_of_a_run(ago: timedelta, pinned: bool, before: timedelta) -> None:
    assert moment_of(NOW - ago, NOW, pinned=pinned) == NOW - before


def test_what_was_is_read_as_it_was(cloud: Cloud, catalog: Catalog) -> None:
    document = copy.deepcopy(DOCUMENT)
    fresh: Any = asset("acme-new", BUCKET, IN_STAGE, {"name": "acme-new"}, "eu")
    document["assets"].append({"window": {"startTime": "2026-08-20T00:00:00Z"}, "asset": fresh})
    cloud.load(document)
    assert len(scan(catalog=catalog, read_time=NOW - timedelta(days=1)).of(BUCKET)) == 8
    past = scan(catalog=catalog, read_time=NOW - timedelta(days=20))
    assert len(past.of(BUCKET)) == 7
    assert {r.at for r in past.of(BUCKET)[0].reads} == {"2026-08-11T06:00:00Z"}


def test_a_moment_that_is_no_longer_kept_is_a_gap(cloud: Cloud, catalog: Catalog) -> None:
    found = scan(catalog=catalog, read_time=NOW - timedelta(days=36))
    assert not [a for a in found.resources if a.account == "acme-stage"]
    assert [(g.type, g.code) for g in found.gaps if g.type == "*"] == [("*", "INVALID_ARGUMENT")]


def test_each_level_has_its_own_organization_policies_alone(cloud: Cloud, catalog: Catalog) -> None:
    """A listing of folders holds those below, too: what a team relaxed is not its parent's."""
    found = scan(catalog=catalog)
    team, above = found.of(FOLDERS)[1], found.of(FOLDERS)[0]
    assert (team.address.account, above.address.account) == (TEAM, FOLDER)
    assert team.value["orgPolicy"] == [ANY_KEYS]
    assert "orgPolicy" not in above.value
    assert found.only(ORGANIZATIONS).value["orgPolicy"] == [NO_KEYS]
    assert [c.scope for c in cloud.faults.seen if c.method == "ListAssets" and not c.scope.startswith("projects/")] == [
        FOLDER, TEAM, ORGANIZATION,
    ]  # fmt: skip
    cloud.faults.set(Fault("denied", method="ListAssets", scope=TEAM))
    denied = scan(catalog=catalog)
    (gap,) = denied.gaps
    assert (gap.account, gap.service, gap.member, gap.permission) == (TEAM, "cloudasset", ("orgPolicy",), "cloudasset.assets.listOrgPolicy")
    assert "on folders/201" in gap.hint
