"""Bindings as sets of grants: what is one thing in two spellings, what is more, and what nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.model.drift import Relation
from driftscan.semantics.bindings import Access, NotUnderstoodError, compare, member, parse, roles, roles_version, takes_in
from tests.semantics.bindings.predefined import data, render

STRANGER = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s"
GROUP, DOMAIN, OTHER = "group:g@acme.com", "domain:acme.com", "user:a@notacme.com"
ALL, ALL_KNOWN = "allUsers", "allAuthenticatedUsers"
OWNER, EDITOR = "roles/owner", "roles/editor"
ANN, BOB, RUN = "user:ann@acme.com", "user:bob@acme.com", "serviceAccount:run@{project}.iam.gserviceaccount.com"
VIEWER, ADMIN = "roles/storage.objectViewer", "roles/storage.admin"
NIGHT = "request.time.getHours('UTC') < 6"


def bind(role: str, *members: str, when: str = "", title: str = "t") -> dict[str, Any]:
    return {"role": role, "members": list(members)} | ({"condition": {"expression": when, "title": title}} if when else {})


SPELLED = {
    "a binding in two": ([bind(VIEWER, ANN, BOB)], [bind(VIEWER, ANN), bind(VIEWER, BOB)]),
    "another order": ([bind(VIEWER, ANN, BOB), bind(ADMIN, RUN)], [bind(ADMIN, RUN), bind(VIEWER, BOB, ANN)]),
    "the case of an address": ([bind(VIEWER, "user:Ann@ACME.com")], [bind(VIEWER, ANN)]),
    "a role twice": ([bind(VIEWER, ANN), bind(VIEWER, ANN)], [bind(VIEWER, ANN)]),
    "nobody": ([bind(VIEWER)], []),
    "white space in a condition": ([bind(VIEWER, ANN, when=NIGHT)], [bind(VIEWER, ANN, when="request.time\n .getHours( 'UTC' )<6")]),
    "the title of a condition": ([bind(VIEWER, ANN, when=NIGHT)], [bind(VIEWER, ANN, when=NIGHT, title="other")]),
    "a comment in a condition": ([bind(VIEWER, ANN, when=NIGHT)], [bind(VIEWER, ANN, when=f"{NIGHT} // by night")]),
    "one of everybody": ([bind(VIEWER, ALL)], [bind(VIEWER, ALL, ANN, ALL_KNOWN, GROUP)]),
    "one of a domain": ([bind(VIEWER, DOMAIN)], [bind(VIEWER, DOMAIN, ANN)]),
    "the editor of an owner": ([bind(OWNER, ANN)], [bind(OWNER, ANN), bind(EDITOR, ANN), bind("roles/viewer", ANN)]),
    "by day and by night": ([bind(VIEWER, ANN)], [bind(VIEWER, ANN), bind(VIEWER, ANN, when=NIGHT)]),
}

RELATED = {
    "one more member": ([bind(VIEWER, ANN, BOB)], [bind(VIEWER, ANN)], "candidate wider", [f"{VIEWER} to {BOB}"], []),
    "one more role": ([bind(VIEWER, ANN), bind(ADMIN, ANN)], [bind(VIEWER, ANN)], "candidate wider", [f"{ADMIN} to {ANN}"], []),
    "everybody with an account": ([bind(VIEWER, ALL)], [bind(VIEWER, ALL_KNOWN)], "candidate wider", [f"{VIEWER} to {ALL}"], []),
    "without a condition": ([bind(VIEWER, ANN)], [bind(VIEWER, ANN, when=NIGHT)], "candidate wider", [f"{VIEWER} to {ANN}"], []),
    "two conditions": (
        [bind(VIEWER, ANN, when="a == 1")],
        [bind(VIEWER, ANN, when="a == 2")],
        "incomparable",
        [f"{VIEWER} to {ANN} when a == 1"],
        [f"{VIEWER} to {ANN} when a == 2"],
    ),
    "space inside of a text": (
        [bind(VIEWER, ANN, when="a == 'b c'")],
        [bind(VIEWER, ANN, when="a == 'b  c'")],
        "incomparable",
        [f"{VIEWER} to {ANN} when a == 'b c'"],
        [f"{VIEWER} to {ANN} when a == 'b  c'"],
    ),
    "two members": ([bind(VIEWER, ANN)], [bind(VIEWER, BOB)], "incomparable", [f"{VIEWER} to {ANN}"], [f"{VIEWER} to {BOB}"]),
    "one of a group": ([bind(VIEWER, ANN)], [bind(VIEWER, GROUP)], "incomparable", [f"{VIEWER} to {ANN}"], [f"{VIEWER} to {GROUP}"]),
    "another domain": ([bind(VIEWER, OTHER)], [bind(VIEWER, DOMAIN)], "incomparable", [f"{VIEWER} to {OTHER}"], [f"{VIEWER} to {DOMAIN}"]),
    "owner and editor": ([bind(OWNER, ANN)], [bind(EDITOR, ANN)], "candidate wider", [f"{OWNER} to {ANN}"], []),
    "two predefined roles": ([bind(ADMIN, ANN)], [bind(VIEWER, ANN)], "cannot be told", [f"{ADMIN} to {ANN}"], [f"{VIEWER} to {ANN}"]),
    "two roles for two members": (
        [bind(ADMIN, ANN)],
        [bind(VIEWER, BOB)],
        "incomparable",
        [f"{ADMIN} to {ANN}"],
        [f"{VIEWER} to {BOB}"],
    ),
    "outside of Google": (
        [bind(VIEWER, STRANGER)],
        [bind(VIEWER, ALL_KNOWN)],
        "incomparable",
        [f"{VIEWER} to {STRANGER}"],
        [f"{VIEWER} to {ALL_KNOWN}"],
    ),
}


WORDS = {r.value.replace("_", " "): r for r in Relation} | {"cannot be told": None}


@pytest.mark.parametrize("case", SPELLED)
def test_one_policy_in_two_spellings(case: str) -> None:
    one, other = (Access(parse(b)) for b in SPELLED[case])
    assert compare(one, other).relation is compare(other, one).relation is Relation.EQUAL


@pytest.mark.parametrize("case", RELATED)
def test_what_one_side_allows_and_the_other_does_not(case: str) -> None:
    candidate, reference, expected, only_candidate, only_reference = RELATED[case]
    found = compare(Access(parse(candidate)), Access(parse(reference)))
    assert found.relation is WORDS[expected]
    assert (list(map(str, found.candidate)), list(map(str, found.reference))) == (only_candidate, only_reference)


def test_custom_roles_are_compared_by_permission() -> None:
    bindings = parse([bind("projects/{project}/roles/ops", ANN)])
    wide, narrow = ({"projects/{project}/roles/ops": frozenset(p)} for p in (("run.jobs.get", "run.jobs.run"), ("run.jobs.get",)))
    found = compare(Access(bindings, defined=wide), Access(bindings, defined=narrow))
    assert found.relation is Relation.CANDIDATE_WIDER
    assert list(map(str, found.candidate)) == [f"run.jobs.run (projects/{{project}}/roles/ops) to {ANN}"]
    assert compare(Access(bindings, defined=wide), Access(bindings, defined=dict(wide))).relation is Relation.EQUAL
    assert compare(Access(bindings), Access(bindings)).relation is Relation.EQUAL
    half = compare(Access(bindings, defined=wide), Access(bindings))
    assert (half.relation, half.undecided) == (None, "nobody here knows what is in projects/{project}/roles/ops")


def test_a_grant_holds_for_everything_below() -> None:
    project, bucket = ("organizations/1", "projects/p"), ("organizations/1", "projects/p", "buckets/b")
    high, low = parse([bind(VIEWER, ANN)], project), parse([bind(VIEWER, ANN)], bucket)
    assert compare(Access(high | low), Access(high)).relation is Relation.EQUAL
    found = compare(Access(high), Access(low))
    assert (found.relation, list(map(str, found.candidate))) == (Relation.CANDIDATE_WIDER, [f"{VIEWER} to {ANN} on projects/p"])
    assert compare(Access(parse([bind(VIEWER, ANN)], ("organizations/1",))), Access(high | low)).relation is Relation.CANDIDATE_WIDER


def test_everybody_is_told_whatever_the_condition() -> None:
    found = compare(Access(parse([bind(VIEWER, "allUsers", when=NIGHT)])), Access())
    assert [m.public for m in found.candidate] == [True]
    assert [m.public for m in compare(Access(parse([bind(VIEWER, "domain:acme.com")])), Access()).candidate] == [False]


@pytest.mark.parametrize(
    "bad",
    [
        [{"members": [ANN]}],
        [{"role": VIEWER, "members": ["ann@acme.com"]}],
        [{"role": VIEWER, "members": ANN}],
        [{"role": VIEWER, "members": [ANN], "until": "2027"}],
        [{"role": VIEWER, "members": [ANN], "condition": {"title": "t"}}],
        [{"role": VIEWER, "members": [ANN], "condition": {"expression": "// nothing"}}],
        ["text"],
    ],
)
def test_what_is_not_understood_is_said(bad: list[Any]) -> None:
    with pytest.raises(NotUnderstoodError):
        parse(bad)


def test_members_that_take_in_others() -> None:
    pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p"
    own = "principalSet://cloudresourcemanager.googleapis.com/projects/p-1/type/ServiceAccount"
    assert takes_in(f"principalSet:{pool}/*", f"principal:{pool}/subject/s")
    assert takes_in(f"principalSet:{pool}/*", f"principalSet:{pool}/group/g")
    assert not takes_in(f"principalSet:{pool}/group/g", f"principal:{pool}/subject/s")
    assert takes_in(own, "serviceAccount:run@p-1.iam.gserviceaccount.com")
    assert not takes_in(own, "serviceAccount:run@p-2.iam.gserviceaccount.com")
    assert not takes_in("allAuthenticatedUsers", "serviceAccount:p.svc.id.goog[Ns/Run]")
    assert member("serviceAccount:p.svc.id.goog[Ns/Run]") == "serviceAccount:p.svc.id.goog[Ns/Run]"
    assert member("deleted:user:Ann@acme.com?uid=1") == "deleted:user:ann@acme.com?uid=1"


def test_predefined_roles_are_expanded_where_they_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    page = {
        "roles": [
            {"name": ADMIN, "includedPermissions": ["b", "a"]},
            {"name": VIEWER, "includedPermissions": ["a"]},
            {"name": "roles/gone", "deleted": True},
        ]
    }
    held = data("2026-11-26", [page])
    assert list(held["roles"]) == [ADMIN, VIEWER]
    monkeypatch.setattr(roles, "_data", lambda: ("2026-11-26", {n: frozenset(p) for n, p in held["roles"].items()}))
    found = compare(Access(parse([bind(ADMIN, ANN)])), Access(parse([bind(VIEWER, ANN)])))
    assert (roles_version(), found.relation, list(map(str, found.candidate))) == (
        "2026-11-26",
        Relation.CANDIDATE_WIDER,
        [f"b ({ADMIN}) to {ANN}"],
    )


def test_the_list_of_predefined_roles_is_made_of_whole_answers() -> None:
    assert roles.FILE.read_text() == render({"version": "", "roles": {}})
    assert roles_version() == ""
    for bad in (
        [],
        [{"roles": [], "nextPageToken": "t"}],
        [{"roles": [{"name": "projects/p/roles/x", "includedPermissions": []}]}],
        [{"roles": [{"name": VIEWER}]}],
    ):
        with pytest.raises(ValueError, match=r"page|predefined|permissions"):
            data("2026-11-26", bad)
