"""Failures as gaps: what could not be read, which permission would close it, and the next step for a person."""

from __future__ import annotations

import os
from collections.abc import Iterable

from driftscan.catalog import permissions
from driftscan.model.settings import Account
from driftscan.model.snapshot import Gap
from driftscan.model.value import Address
from driftscan.sources.aws.faults import REJECTED, Failure
from driftscan.sources.aws.unit import ResolvedAccount


def hint(problem: Failure, action: str, account: ResolvedAccount, region: str) -> str:
    """What a person can do about a failure."""
    who = principal(account)
    login = account.login
    match problem.kind:
        case "denied":
            return f"grant {action} to {who}; if it is granted, a service control policy or a resource policy denies it"
        case "throttled":
            return f"{action.partition(':')[0]} kept throttling: run at another hour, or lower max_concurrency"
        case "credentials" if "AssumeRole" in problem.names:
            return entry_hint(account.id, login)
        case "expired" | "credentials" if problem.code in REJECTED:
            return (
                f"enable region {region} for account {account.id} or leave it out of `regions`; if it is enabled, the credentials are wrong"
            )
        case "expired" | "credentials":
            if profile := profile_of(login):
                return f"log in again: aws sso login --profile {profile}"
            return "renew the credentials that driftscan runs with, then run again: what was read is kept"
        case "timeout" | "connection":
            return f"check that the {action.partition(':')[0]} endpoint of {region} can be reached from here, then run again"
        case "unbuilt" | "server" if problem.code == "NotImplemented":
            return f"this endpoint does not offer {action}: leave the type out with `skip_types`"
        case "server":
            return f"the vendor failed to answer {action}: run again"
        case "malformed":
            return f"the answer to {action} was no answer of this API: look for a proxy in between, then run again"
        case "deadline":
            return "give the run more time (`deadline`), or fewer types: what was read is kept"
        case _ if problem.code == "NotReturned":
            return f"the answer to {action} leaves this item out without a reason: run again; if it stays, exclude it"
        case _:
            return f"the vendor refused {action} with this code: see its documentation"


def profile_of(login: Account) -> str | None:
    """The profile that the account's credentials start from: its own, or that of the environment."""
    return login.profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")


def entry_hint(account: str, login: Account) -> str:
    """What to do when a role cannot be assumed."""
    external = "" if login.external_id is None else " with this external id"
    return f"let the role {login.role} of account {account} be assumed: its trust policy must name our principal{external}"


def principal(account: ResolvedAccount) -> str:
    """The role or user to which a permission must be granted, as IAM names it."""
    arn = account.identity
    parts = arn.split(":")
    if len(parts) == 6 and parts[5].startswith("assumed-role/"):
        name = account.login.role if account.login.role else parts[5].split("/")[1]
        if name.startswith("arn:"):
            return name
        return f"arn:{parts[1]}:iam::{parts[4]}:role/{name}"
    return arn or account.login.role or account.login.profile or "the principal that driftscan runs as"


def gap(
    problem: Failure,
    account: ResolvedAccount,
    region: str,
    type: str,
    call: tuple[str, str],
    at: str,
    *,
    called_in: str = "",
    address: Address | None = None,
    member: Iterable[str] = (),
) -> Gap:
    """The gap that a failure leaves. call: (service, operation); called_in: the region that was asked, where it is another."""
    action = permissions.action(*call)
    text = hint(problem, action, account, called_in or region)
    return Gap(account.id, region, type, *call, problem.code, action, text, address, tuple(sorted(member)), at)


def account_gap(account: str, code: str, call: tuple[str, str], text: str, at: str) -> Gap:
    """The one gap of an account of which nothing can be read."""
    return Gap(account, "*", "*", *call, code, permissions.action(*call), text, at=at)
