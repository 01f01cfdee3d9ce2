"""ENV-01: each environment has accounts of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.judge.controls.env01_separate_accounts import CONTROL
from driftscan.judge.facts.members import Member, Unlisted
from driftscan.judge.facts.scopes import Scopes, Vanished
from driftscan.model.control import Standing, Status
from driftscan.model.settings import Excluded
from tests.jobs.estate import ACCOUNTS
from tests.judge.controls.facts import SCOPES, evidence, facts, said, status

STAGE, PROD, OTHER = ACCOUNTS["stage"], ACCOUNTS["prod"], "555555555555"


def test_accounts_of_one_environment_each_keep_it() -> None:
    assert status(CONTROL, facts()) is Status.PASS


def test_an_account_of_two_environments_breaks_it_in_both() -> None:
    of = facts(scopes=replace(SCOPES, accounts={"stage": (STAGE, PROD), "prod": (PROD,)}))
    assert status(CONTROL, of, "stage") is Status.FAIL
    assert status(CONTROL, of, "prod") is Status.FAIL
    assert said(evidence(CONTROL, of), Standing.FAILS) == [f"account {PROD} belongs to stage and to prod"]


def test_what_is_gone_breaks_it_and_the_finding_that_says_so_is_named() -> None:
    of = facts(scopes=replace(SCOPES, vanished=(Vanished("stage", OTHER, "*", "abc"),)))
    assert status(CONTROL, of) is Status.FAIL
    assert [e.finding for e in evidence(CONTROL, of) if e.standing is Standing.FAILS] == ["abc"]
    assert status(CONTROL, of, "prod") is Status.PASS


def test_what_a_waiver_lets_go_does_not_break_it() -> None:
    of = facts(scopes=replace(SCOPES, vanished=(Vanished("stage", OTHER, "eu-west-1", "abc", accepted=True),)))
    assert status(CONTROL, of) is Status.PASS
    assert said(evidence(CONTROL, of), Standing.ACCEPTED) == [
        f"region eu-west-1 of account {OTHER} was read before and is not read any more"
    ]


def test_an_account_that_cannot_be_read_is_unknown_and_one_of_two_environments_is_broken_all_the_same() -> None:
    unreachable = replace(SCOPES, unreachable=(("stage", STAGE, "AccessDenied"),))
    assert status(CONTROL, facts(scopes=unreachable)) is Status.UNKNOWN
    assert status(CONTROL, facts(scopes=unreachable), "prod") is Status.PASS
    both = replace(unreachable, accounts={"stage": (STAGE, PROD), "prod": (PROD,)})
    assert status(CONTROL, facts(scopes=both)) is Status.FAIL


def test_without_the_list_of_the_organization_nobody_knows() -> None:
    of = facts(scopes=replace(SCOPES, unlisted=(Unlisted("account", "", "AccessDeniedException"),)))
    assert status(CONTROL, of) is Status.UNKNOWN
    assert [e.code for e in evidence(CONTROL, of) if e.standing is Standing.UNKNOWN] == ["AccessDeniedException"]


def test_a_person_may_say_that_nobody_has_to_know() -> None:
    unlisted = (Unlisted("account", "", "AccessDeniedException"), Unlisted("project", "organizations/1", "PERMISSION_DENIED"))
    of = facts(scopes=replace(SCOPES, unlisted=unlisted, exclusions=(Excluded("*", "read by the security team"),)))
    assert status(CONTROL, of) is Status.PASS
    assert said(evidence(CONTROL, of), Standing.ACCEPTED) == ["nobody has to know the organization's accounts: read by the security team"]


def test_an_account_of_nobody_breaks_it_where_it_is_seen() -> None:
    members = (Member(STAGE, "stage", "prod"), Member(PROD, "prod", "prod"), Member(OTHER, "sandbox", "prod"))
    of = facts(scopes=replace(SCOPES, members=members))
    assert status(CONTROL, of, "prod") is Status.FAIL
    assert said(evidence(CONTROL, of, "prod"), Standing.FAILS) == [
        f"account {OTHER} (sandbox) of the organization belongs to no environment"
    ]
    assert status(CONTROL, of, "stage") is Status.PASS


def test_an_account_excluded_by_id_or_name_does_not() -> None:
    members = (Member(OTHER, "sandbox-1", "prod"),)
    for glob in (OTHER, "sandbox-*"):
        of = facts(scopes=replace(SCOPES, members=members, exclusions=(Excluded(glob, "for trying things"),)))
        assert status(CONTROL, of, "prod") is Status.PASS
        assert said(evidence(CONTROL, of, "prod"), Standing.ACCEPTED) == [
            f"account {OTHER} (sandbox-1) belongs to no environment: for trying things"
        ]


SANDBOX = Member("acme-play", "Playground", "prod", "project", ("901", "folders/20", "organizations/1"))


def test_a_project_of_nobody_breaks_it_although_the_list_is_not_whole() -> None:
    of = facts(scopes=replace(SCOPES, members=(SANDBOX,), unlisted=(Unlisted("project", "organizations/1", "PERMISSION_DENIED"),)))
    assert status(CONTROL, of, "prod") is Status.FAIL
    assert said(evidence(CONTROL, of, "prod"), Standing.FAILS) == [
        "project acme-play (Playground) of the organization belongs to no environment"
    ]
    assert [(e.text, e.code) for e in evidence(CONTROL, of) if e.standing is Standing.UNKNOWN] == [
        ("no snapshot holds the whole list of organizations/1's projects, so that a project may belong to nobody", "PERMISSION_DENIED")
    ]
    assert status(CONTROL, of, "stage") is Status.UNKNOWN


@pytest.mark.parametrize("glob", ["acme-play", "Play*", "901", "folders/20", "organizations/1"])
def test_a_project_is_excluded_by_any_of_its_names_or_by_what_it_lies_in(glob: str) -> None:
    of = facts(scopes=replace(SCOPES, members=(SANDBOX,), exclusions=(Excluded(glob, "for trying things"),)))
    assert status(CONTROL, of, "prod") is Status.PASS
    assert said(evidence(CONTROL, of, "prod"), Standing.ACCEPTED) == [
        "project acme-play (Playground) belongs to no environment: for trying things"
    ]
    other = facts(scopes=replace(SCOPES, members=(SANDBOX,), exclusions=(Excluded("folders/2", "another"),)))
    assert status(CONTROL, other, "prod") is Status.FAIL


def test_what_google_made_and_what_is_going_is_accepted_with_its_reason() -> None:
    members = (
        Member("acme-old", "acme-old", "prod", "project", (), "it is on its way to be deleted (DELETE_REQUESTED)"),
        Member("folders/9", "apps-script", "prod", "project", (), "Google makes one for each script", 1204),
    )
    of = facts(scopes=replace(SCOPES, members=members))
    assert status(CONTROL, of, "prod") is Status.PASS
    assert said(evidence(CONTROL, of, "prod"), Standing.ACCEPTED) == [
        "project acme-old belongs to no environment: it is on its way to be deleted (DELETE_REQUESTED)",
        "1,204 projects in folders/9 (apps-script) belong to no environment: Google makes one for each script",
    ]


def without(lost: str) -> Scopes:
    """The organization's project, and an entry of stage that could not be read."""
    accounts = {**SCOPES.accounts, "stage": (lost,)}
    return replace(SCOPES, accounts=accounts, unreachable=(("stage", lost, "UNAVAILABLE"),), members=(SANDBOX,))


@pytest.mark.parametrize("lost", ["folders/20", "901", "organizations/1"])
def test_a_project_of_a_folder_that_could_not_be_resolved_is_no_stranger(lost: str) -> None:
    of = facts(scopes=without(lost))
    assert (status(CONTROL, of), status(CONTROL, of, "prod")) == (Status.UNKNOWN, Status.PASS)


@pytest.mark.parametrize("lost", ["labels.env:stage", "ou-ab12-cdef3456"])
def test_what_an_unread_query_or_unit_may_hold_is_unknown(lost: str) -> None:
    of = facts(scopes=without(lost))
    assert status(CONTROL, of, "prod") is Status.UNKNOWN
    assert [e.text for e in evidence(CONTROL, of, "prod") if e.standing is Standing.UNKNOWN] == [
        f"project acme-play (Playground) of the organization may belong to {lost}, which could not be read"
    ]
