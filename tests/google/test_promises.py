"""ENV-01 to ENV-05 on Google Cloud: each kept, broken, and unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.judge.facts.members import Unlisted
from driftscan.judge.facts.scopes import scopes
from driftscan.model.report import ReportControl
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, ControlSettings, Environment, Excluded, Settings, Shared
from driftscan.model.snapshot import Gap, Header, Listing, MemorySnapshot, Status
from driftscan.model.value import Address, Redacted, Unknown
from tests.google.estate import (
    ACCOUNT,
    BUCKET,
    IDS,
    NUMBERS,
    PROJECT,
    SETTINGS,
    account,
    bind,
    bucket,
    denied,
    email,
    firewall,
    network,
    project,
    report_of,
    resource,
    row,
)  # fmt: skip

VIEWER = "roles/storage.objectViewer"
ORGANIZATION, ORGANIZATIONS = "organizations/1", "cloudresourcemanager.googleapis.com/Organization"


def side(env: str, *more: Resource, **members: Any) -> list[Resource]:
    return [project(env), account(env), network(env), bucket(env, bind(VIEWER, f"serviceAccount:{email(env)}"), **members), *more]


def texts(found: ReportControl, standing: str = "fails") -> list[str]:
    return [e.text for e in found.evidence if e.standing == standing]


def said(control: str, stage: list[Resource], prod: list[Resource], *gaps: Gap, env: str = "stage", **more: Any) -> ReportControl:
    return row(report_of(stage, prod, *gaps, **more), control, env)


# ------------------------------------------------------------------------------------------------- ENV-01


def held(env: str, *resources: Resource, accounts: tuple[str, ...] = (), more: tuple[Listing | Gap, ...] = ()) -> MemorySnapshot:
    """A snapshot in memory. accounts: as its header says; more: listings and gaps."""
    header = Header(env, accounts or (IDS[env],), (), ("", ""), "", "1", "c", "s", "k")
    own = Listing(IDS[env], "global", PROJECT, Status.COMPLETE, 1)
    listings, gaps = tuple(x for x in more if isinstance(x, Listing)), tuple(x for x in more if isinstance(x, Gap))
    return MemorySnapshot(header, (own, *listings), gaps, {r.address: r for r in resources})


def listed(id_: str, number: str, parent: str = ORGANIZATION, state: str = "ACTIVE") -> dict[str, Any]:
    """A project as Resource Manager lists it."""
    return {"name": f"projects/{number}", "projectId": id_, "displayName": id_.title(), "state": state, "parent": parent}


def organization(*projects: Any, folders: tuple[Any, ...] = (), name: str = ORGANIZATION) -> Resource:
    """An organization and what lies below it."""
    full = f"//cloudresourcemanager.googleapis.com/{name}"
    value = {"name": name, "folders": list(folders), "projects": list(projects)}
    return Resource(Address(ORGANIZATIONS, name, "global", full, "gcp"), value, full)


OWN = [listed(IDS[e], NUMBERS[e]) for e in IDS]
DENIED = Unknown("PERMISSION_DENIED")
NOBODYS = listed("acme-sandbox", "333333333333", "folders/12")
SANDBOXES = ({"name": "folders/11", "displayName": "Play", "parent": ORGANIZATION}, {"name": "folders/12", "parent": "folders/11"})


def test_a_project_by_its_number_and_by_its_id_is_one() -> None:
    found = scopes([held("stage", project("stage")), held("prod", project("prod"), accounts=(IDS["prod"], NUMBERS["stage"]))], ())
    assert found.accounts == {"stage": (IDS["stage"],), "prod": (IDS["prod"], IDS["stage"])}


def test_the_projects_of_the_organization_are_known_where_all_of_it_was_listed() -> None:
    found = scopes([held("stage"), held("prod", organization(*OWN, NOBODYS, folders=SANDBOXES))], ())
    assert [(m.account, m.name, m.seen_by, m.also) for m in found.members] == [
        ("acme-sandbox", "Acme-Sandbox", "prod", ("333333333333", "folders/12", "folders/11", ORGANIZATION)),
        (IDS["prod"], IDS["prod"].title(), "prod", (NUMBERS["prod"], ORGANIZATION)),
        (IDS["stage"], IDS["stage"].title(), "prod", (NUMBERS["stage"], ORGANIZATION)),
    ]
    assert found.unlisted == ()
    assert [m.account for m in found.members if not found.owned(m)] == ["acme-sandbox"]


def test_a_list_with_an_end_that_nobody_saw_is_not_whole_unless_another_snapshot_has_it() -> None:
    broken, whole = organization(*OWN, DENIED), organization(*OWN)
    assert scopes([held("stage", broken), held("prod", broken)], ()).unlisted == (Unlisted("project", ORGANIZATION, DENIED.code),)
    assert scopes([held("stage", broken), held("prod", whole)], ()).unlisted == ()
    assert scopes([held("stage", whole), held("prod", broken)], ()).unlisted == ()
    unread = Resource(whole.address, {"name": ORGANIZATION}, whole.arn)
    assert scopes([held("stage", unread), held("prod", unread)], ()).unlisted == (Unlisted("project", ORGANIZATION, "not read"),)


def test_a_project_that_stands_in_no_list_may_lie_anywhere() -> None:
    """An organization of which nothing is seen, an export, a list that lacks it: silence is no proof."""
    alone = [held("stage", project("stage")), held("prod", project("prod"))]
    assert scopes(alone, ()).unlisted == (Unlisted("project", "", "not read"),)
    gap = Gap("folders/12", "global", ORGANIZATIONS, "cloudresourcemanager", "GetFolder", "PERMISSION_DENIED", "", "ask")
    assert scopes([held("stage", more=(gap,)), held("prod", organization(OWN[1]))], ()).unlisted == (Unlisted("project", "", DENIED.code),)
    assert scopes([held("stage", more=(gap,)), held("prod", organization(*OWN))], ()).unlisted == ()
    off = tuple(Listing(IDS[e], "global", ORGANIZATIONS, Status.OFF) for e in IDS)
    assert scopes([held("stage", more=off), held("prod", more=off)], ()).unlisted == (), "projects of no organization"
    other = organization(OWN[0], name="organizations/2")
    two = [held("stage", other), held("prod", organization(OWN[1]))]
    assert scopes(two, ()).unlisted == (), "two organizations, each known"


def test_accounts_of_one_vendor_say_nothing_about_the_other() -> None:
    member = "AWS::Organizations::Account"
    seen = held("prod", more=(Listing("444444444444", "global", member, Status.COMPLETE, 0),))
    assert scopes([seen], ()).unlisted == (Unlisted("project", "", "not read"),)
    both = held("prod", organization(*OWN), more=(Listing("444444444444", "global", member, Status.DENIED, 0),))
    assert scopes([both], ()).unlisted == (Unlisted("account", "", "denied"),)


def test_a_project_of_nobody() -> None:
    stage, prod = [*side("stage"), organization(*OWN, NOBODYS, folders=SANDBOXES)], [*side("prod"), organization(*OWN, NOBODYS)]
    found = said("ENV-01", stage, prod)
    assert (found.status, texts(found)) == (
        "FAIL", ["project acme-sandbox (Acme-Sandbox) of the organization belongs to no environment"],
    )  # fmt: skip
    assert said("ENV-01", stage, prod, env="prod").status == "PASS", "told once, where it is seen first"
    excluded = replace(SETTINGS, controls=ControlSettings(excluded=(Excluded("folders/11", "anything may be tried there"),)))
    accepted = said("ENV-01", stage, prod, settings=excluded)
    assert (accepted.status, texts(accepted, "accepted")) == (
        "PASS", ["project acme-sandbox (Acme-Sandbox) belongs to no environment: anything may be tried there"],
    )  # fmt: skip
    report = report_of(stage, prod, settings=excluded)
    assert not [f for f in report.findings if f.resource.type == ORGANIZATIONS and f.kind != "control"], (
        "what lies below it is not compared"
    )


def test_of_nobody_by_nature() -> None:
    gone = listed("acme-gone", "444444444444", state="DELETE_REQUESTED")
    scripts = {"name": "folders/21", "displayName": "apps-script", "parent": "folders/20", "scripts": 3}
    found = said("ENV-01", [*side("stage"), organization(*OWN, gone, folders=(scripts,))], side("prod"))
    assert (found.status, texts(found, "accepted")) == ("PASS", [
        "project acme-gone (Acme-Gone) belongs to no environment: it is on its way to be deleted (DELETE_REQUESTED)",
        "3 projects in folders/21 (apps-script) belong to no environment: Google makes one for each script",
    ])  # fmt: skip


def test_separate_projects() -> None:
    kept = said("ENV-01", side("stage"), side("prod"), settings=with_controls(excluded_all="only these projects matter"))
    assert (kept.status, texts(kept, "holds")) == ("PASS", [f"account {IDS['stage']} belongs to stage alone"])
    assert said("ENV-01", side("stage"), side("prod")).status == "UNKNOWN"


def with_controls(excluded_all: str = "", shared: tuple[Shared, ...] = ()) -> Settings:
    return replace(SETTINGS, controls=ControlSettings(excluded=(Excluded("*", excluded_all),) if excluded_all else (), shared=shared))


# ------------------------------------------------------------------------------------------------- ENV-02


def test_names_with_their_own_word() -> None:
    assert said("ENV-02", side("stage"), side("prod")).status == "PASS"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        (bucket("stage", name="backup-prod"), None),
        (account("stage", name="deploy-prod"), "deploy-prod@"),
        (firewall("stage", name="prod-web"), "its name prod-web carries the word of prod"),
        (bucket("stage", name="x", labels={"env": "prod"}), "labels.env prod carries the word of prod"),
    ],
    ids=["own word beside it", "service account", "rule", "label"],
)
def test_names_and_labels_with_anothers_word(more: Resource, text: str | None) -> None:
    found = said("ENV-02", side("stage", more), side("prod"))
    assert found.status == ("PASS" if text is None else "FAIL")
    assert text is None or text in texts(found)[0]


def test_a_project_that_is_called_like_another_environment() -> None:
    other = tuple(Environment(e, (e[:3],), (Account("gcp", "acme-prod-tools" if e == "stage" else IDS[e]),)) for e in IDS)
    named = [replace(r, address=replace(r.address, account="acme-prod-tools")) for r in [project("stage", projectId="acme-prod-tools")]]
    found = said("ENV-02", named, side("prod"), settings=replace(SETTINGS, environments=other))
    assert (found.status, texts(found)[0].endswith("its name acme-prod-tools carries the word of prod")) == ("FAIL", True)


def test_names_that_were_not_read() -> None:
    assert said("ENV-02", side("stage"), side("prod"), denied("stage", ACCOUNT)).status == "UNKNOWN"


# ------------------------------------------------------------------------------------------------- ENV-03

INTO = {
    "a service account": [bucket("stage", bind(VIEWER, f"serviceAccount:{email('prod')}"))],
    "a default service account, by the project's number": [
        bucket("stage", bind(VIEWER, f"serviceAccount:{NUMBERS['prod']}-compute@developer.gserviceaccount.com"))
    ],
    "all service accounts of a project": [
        bucket("stage", bind(VIEWER, f"principalSet://cloudresourcemanager.googleapis.com/projects/{NUMBERS['prod']}/type/ServiceAccount"))
    ],
    "a network": [firewall("stage", network=f"https://www.googleapis.com/compute/v1/projects/{IDS['prod']}/global/networks/main")],
    "a bucket that only prod has": [bucket("stage", logging={"logBucket": "acme-orders-prod"})],
    "a key of prod": [bucket("stage", encryption={"defaultKmsKeyName": f"projects/{IDS['prod']}/locations/eu/keyRings/r/cryptoKeys/k"})],
}


def test_nothing_points_elsewhere() -> None:
    assert said("ENV-03", side("stage"), side("prod")).status == "PASS"


@pytest.mark.parametrize("case", INTO)
def test_what_points_into_another_environments_project(case: str) -> None:
    stage = {r.address: r for r in (*side("stage"), *INTO[case])}
    found = said("ENV-03", list(stage.values()), side("prod"))
    assert (found.status, [" points into prod (" in t for t in texts(found)]) == ("FAIL", [True])
    assert said("ENV-03", side("stage"), side("prod"), env="prod").status == "PASS"


def test_a_shared_project_may_be_pointed_at() -> None:
    stage = [project("stage"), account("stage"), network("stage"), *INTO["a network"]]
    shared = with_controls(shared=(Shared(IDS["prod"], "the hub"),))
    found = said("ENV-03", stage, side("prod"), settings=shared)
    assert (found.status, len(texts(found, "accepted"))) == ("PASS", 1)


def test_one_secret_in_two_projects() -> None:
    def service(env: str, digest: str) -> Resource:
        path = f"projects/{IDS[env]}/locations/europe-west1/services/shop"
        value = Redacted("secret", (digest,), "k")
        containers = [{"image": "shop:1", "env": [{"name": "DB_PASSWORD", "value": value}]}]
        return resource(
            env, "run.googleapis.com/Service", path, {"name": path, "template": {"containers": containers}}, region="europe-west1"
        )

    found = said("ENV-03", side("stage", service("stage", "aa")), side("prod", service("prod", "aa")))
    assert (found.status, " is the same secret as in prod (" in texts(found)[0]) == ("FAIL", True)
    assert said("ENV-03", side("stage", service("stage", "aa")), side("prod", service("prod", "bb"))).status == "PASS"


def test_what_was_not_read_may_point_anywhere() -> None:
    assert said("ENV-03", side("stage"), side("prod"), denied("stage", BUCKET)).status == "UNKNOWN"


# ------------------------------------------------------------------------------------------------- ENV-04 and ENV-05


def test_the_same_parts_and_permissions() -> None:
    report = report_of(side("stage"), side("prod"))
    assert [row(report, c, e).status for c in ("ENV-04", "ENV-05") for e in IDS] == ["PASS"] * 4


def test_a_part_that_stage_lacks() -> None:
    found = said("ENV-04", side("stage"), side("prod", firewall("prod")))
    assert (found.status, len(texts(found))) == ("FAIL", 1)


def test_a_permission_that_stage_has_not() -> None:
    report = report_of(
        side("stage"), side("prod", account("prod", name="batch"), project("prod", bind("roles/viewer", "user:ann@acme.com")))
    )
    found = row(report, "ENV-05")
    assert (found.status, len(texts(found))) == ("FAIL", 2)
    assert row(report, "ENV-04").status == "PASS"


def test_policies_that_were_not_read() -> None:
    report = report_of(side("stage"), side("prod"), denied("stage", ACCOUNT), denied("stage", BUCKET))
    assert [row(report, c).status for c in ("ENV-04", "ENV-05")] == ["UNKNOWN", "UNKNOWN"]


def test_one_policy_that_was_not_read() -> None:
    stage = [r for r in side("stage") if r.address.type != BUCKET]
    report = report_of([*stage, bucket("stage", iamPolicy=Unknown("PERMISSION_DENIED"))], side("prod"))
    assert [row(report, c).status for c in ("ENV-04", "ENV-05")] == ["PASS", "UNKNOWN"]


def test_what_an_account_may_do_altogether_stands_beside_the_findings() -> None:
    high = project("stage", bind(VIEWER, f"serviceAccount:{email('stage')}"))
    found = said("ENV-05", [high, account("stage"), network("stage"), bucket("stage")], side("prod"))
    (text,) = (t for t in texts(found) if "altogether" in t)
    assert f"only stage may do {VIEWER} on " in text
    assert "only prod" not in text


def test_the_catalogue_has_no_spec_of_these_types_that_takes_their_policies_away() -> None:
    catalog = load()
    for type_ in (BUCKET, ACCOUNT, PROJECT, "pubsub.googleapis.com/Topic"):
        spec = catalog.spec(type_)
        assert spec is not None
        assert str(spec.compare.grants["bindings"]) == "iamPolicy.bindings"
