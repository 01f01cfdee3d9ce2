"""What service accounts may do altogether, wherever in the hierarchy it is granted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftscan.catalog import load
from driftscan.model.drift import Relation
from driftscan.model.resource import Resource
from driftscan.model.value import Unknown
from tests.google.estate import (
    BUCKET,
    FOLDER,
    IDS,
    PROJECT,
    ROLE,
    account,
    bind,
    bucket,
    compared,
    denied,
    deny,
    email,
    project,
    resource,
    role,
)  # fmt: skip

VIEWER = "roles/storage.objectViewer"
PROJECTS = "Project {project:acme-shop-{env}}"


def run(env: str) -> str:
    return f"serviceAccount:{email(env)}"


def side(env: str, *, on_bucket: tuple[Any, ...] = (), on_project: tuple[Any, ...] = (), more: tuple[Resource, ...] = ()) -> list[Resource]:
    return [project(env, *on_project), account(env), bucket(env, *on_bucket), *more]


def told(stage: list[Resource], prod: list[Resource], *gaps: Any) -> list[tuple[Relation, tuple[tuple[str, ...], tuple[str, ...]]]]:
    return [(e.meaning.relation, e.meaning.more) for e in compared(stage, prod, *gaps).entitled]


def test_a_grant_on_the_project_is_a_wider_one() -> None:
    stage = side("stage", on_project=(bind(VIEWER, run("stage")),))
    assert told(stage, side("prod", on_bucket=(bind(VIEWER, run("prod")),))) == [
        (Relation.CANDIDATE_WIDER, ((f"{VIEWER} on {PROJECTS}",), ()))
    ]  # fmt: skip


def test_a_grant_that_the_project_has_already_changes_nothing() -> None:
    both = {env: (bind(VIEWER, run(env)),) for env in IDS}
    stage = side("stage", on_project=both["stage"], on_bucket=both["stage"])
    assert told(stage, side("prod", on_project=both["prod"])) == [(Relation.EQUAL, ((), ()))]


def test_what_did_not_change_is_not_asked_about() -> None:
    stage, prod = (side(env, on_bucket=(bind(VIEWER, run(env)),)) for env in IDS)
    assert told(stage, prod) == []
    other = side("prod", on_bucket=(bind(VIEWER, run("prod")),), more=(bucket("prod", name="logs"),))
    assert told([*stage, bucket("stage", bind(VIEWER, "user:ann@acme.com"), name="logs")], other) == []


def test_a_custom_role_counts_by_its_permissions() -> None:
    def made(env: str, *permissions: str, **more: Any) -> list[Resource]:
        own = f"projects/{IDS[env]}/roles/ops"
        return side(env, on_project=(bind(own, run(env)),), more=(role(env, *permissions, **more),))

    ((relation, more),) = told(made("stage", "run.jobs.get", "run.jobs.run"), made("prod", "run.jobs.get"))
    assert relation is Relation.CANDIDATE_WIDER
    assert more[0][0].startswith("run.jobs.run (")
    ((relation, more),) = told(made("stage", "run.jobs.get"), made("prod", "run.jobs.get", stage="DISABLED"))
    assert (relation, more[1]) == (Relation.CANDIDATE_WIDER, ())


def folder(env: str, *bindings: Any) -> Resource:
    number = {"stage": "10", "prod": "20"}[env]
    found = resource(env, FOLDER, f"folders/{number}", {"name": f"folders/{number}", "displayName": "Shops"}, *bindings)
    return replace(found, address=replace(found.address, account=f"folders/{number}"))


def under(env: str, on_folder: tuple[Any, ...], on_project: tuple[Any, ...]) -> list[Resource]:
    above = folder(env, *on_folder)
    return [project(env, *on_project, parent=above.address.account), account(env), above]


def test_a_folder_holds_for_its_projects() -> None:
    shipped = load()
    spec = shipped.specs[PROJECT]
    shown = replace(spec, compare=replace(spec.compare, ignore=tuple(i for i in spec.compare.ignore if str(i.path) != "parent")))
    catalog = replace(shipped, specs={**shipped.specs, PROJECT: shown})
    high = {env: (bind(VIEWER, run(env)),) for env in IDS}

    def found(stage: list[Resource], prod: list[Resource]) -> list[Any]:
        return [(e.meaning.relation, e.meaning.more) for e in compared(stage, prod, catalog=catalog).entitled]

    assert found(under("stage", high["stage"], ()), under("prod", (), high["prod"])) == [
        (Relation.CANDIDATE_WIDER, ((f"{VIEWER} on Folder Shops",), ()))
    ]
    assert found(under("stage", high["stage"], high["stage"]), under("prod", high["prod"], ())) == [(Relation.EQUAL, ((), ()))]


def test_what_is_granted_above_a_project_is_weighed_by_what_holds_it() -> None:
    high = {env: (bind(VIEWER, run(env)),) for env in IDS}
    wider = [(Relation.CANDIDATE_WIDER, ((f"{VIEWER} on Folder Shops",), ()))]
    assert told(under("stage", high["stage"], ()), under("prod", (), high["prod"])) == wider
    stage, prod = under("stage", (*high["stage"], bind("roles/browser", run("stage"))), ()), under("prod", high["prod"], ())
    assert told(stage, prod) == [(Relation.CANDIDATE_WIDER, (("roles/browser on Folder Shops",), ()))]


def test_who_was_deleted_has_nothing() -> None:
    gone = f"deleted:{run('prod')}?uid=117000000000000000000"
    stage = side("stage", on_bucket=(bind(VIEWER, run("stage")),))
    ((relation, more),) = told(stage, side("prod", on_bucket=(bind(VIEWER, gone),)))
    assert (relation, more[1]) == (Relation.CANDIDATE_WIDER, ())


RULE = {
    "denyRule": {"deniedPrincipals": ["principalSet://goog/public:all"], "deniedPermissions": ["storage.googleapis.com/buckets.delete"]}
}
OTHER = {"denyRule": {"deniedPrincipals": ["principalSet://goog/public:all"], "deniedPermissions": ["storage.googleapis.com/buckets.get"]}}


@pytest.mark.parametrize(
    ("denials", "number"),
    [
        ({env: (deny(env, RULE),) for env in IDS}, 1),
        ({"stage": (deny("stage", RULE),), "prod": (deny("prod", OTHER),)}, 0),
        ({"stage": (deny("stage", RULE),), "prod": ()}, 0),
    ],
    ids=["the same on both", "another", "one side alone"],
)
def test_deny_policies_that_differ_leave_it_open(denials: dict[str, tuple[Resource, ...]], number: int) -> None:
    stage = side("stage", on_project=(bind(VIEWER, run("stage")),), more=denials["stage"])
    with_grant = side("prod", on_bucket=(bind(VIEWER, run("prod")),), more=denials["prod"])
    assert len(told(stage, with_grant)) == number


@pytest.mark.parametrize("unread", [BUCKET, ROLE])
def test_where_grants_may_stand_that_nobody_read_nothing_is_told(unread: str) -> None:
    stage, prod = side("stage", on_project=(bind(VIEWER, run("stage")),)), side("prod")
    assert len(told(stage, prod)) == 1
    assert told(stage, prod, denied("stage", unread)) == []
    assert told([*stage, bucket("stage", name="logs", iamPolicy=Unknown("X"))], [*prod, bucket("prod", name="logs")]) == []


def test_what_stands_on_something_without_a_counterpart_is_not_told() -> None:
    lone = side("stage", on_project=(bind(VIEWER, run("stage")),), more=(bucket("stage", bind(VIEWER, run("stage")), name="lone"),))
    assert told(lone, side("prod")) == []
