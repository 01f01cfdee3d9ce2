"""ENV-01: each environment has accounts of its own."""

from __future__ import annotations

from dataclasses import replace

from driftscan.judge.controls.env01_separate_accounts import CONTROL
from driftscan.judge.facts.scopes import Member, Vanished
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
    of = facts(scopes=replace(SCOPES, no_members="AccessDeniedException"))
    assert status(CONTROL, of) is Status.UNKNOWN
    assert [e.code for e in evidence(CONTROL, of) if e.standing is Standing.UNKNOWN] == ["AccessDeniedException"]


def test_a_person_may_say_that_nobody_has_to_know() -> None:
    of = facts(scopes=replace(SCOPES, no_members="AccessDeniedException", exclusions=(Excluded("*", "read by the security team"),)))
    assert status(CONTROL, of) is Status.PASS


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
