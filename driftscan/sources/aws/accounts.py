"""From the configuration's accounts to accounts that can be read: units expanded, identities known, regions found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from driftscan.model.settings import Account
from driftscan.model.snapshot import Gap
from driftscan.sources.aws import regions
from driftscan.sources.aws.answers import plain
from driftscan.sources.aws.calls import Answer, Call
from driftscan.sources.aws.faults import Failure, failure
from driftscan.sources.aws.gaps import account_gap, entry_hint, profile_of
from driftscan.sources.aws.session import Sessions
from driftscan.sources.aws.unit import ResolvedAccount

_IDENTITY: Final = ("sts", "GetCallerIdentity")
_AT_ONCE: Final = 16


def resolve(accounts: Iterable[Account], sessions: Sessions, ask: Callable[[Call], Answer], at: Callable[[], str]) -> list[ResolvedAccount]:
    """Every account, sorted by id, each once; what cannot be reached carries its gap."""
    out: dict[str, ResolvedAccount] = {}
    singles: dict[str, Account] = {}
    for account in accounts:
        if account.provider != "aws":
            continue
        if account.id.startswith(("ou-", "r-")):
            found, problem, call = _expand(account, sessions)
            for id_ in found:
                singles.setdefault(id_, dataclasses.replace(account, id=id_))
            if problem is not None:
                out[account.id] = ResolvedAccount(account.id, account, gap=_unit_gap(account, problem, call, at()))
        else:
            singles[account.id] = account
    with ThreadPoolExecutor(_AT_ONCE, "driftscan-accounts") as pool:
        for resolved in pool.map(lambda item: _one(item[0], item[1], sessions, ask, at), sorted(singles.items())):
            out[resolved.id] = resolved
    return [out[k] for k in sorted(out)]


def _one(id_: str, config: Account, sessions: Sessions, ask: Callable[[Call], Answer], at: Callable[[], str]) -> ResolvedAccount:
    arn, seen = "", id_
    try:
        region = sessions.base_region(config.profile)
        sessions.login(id_, config)
        if config.role is not None:
            arn = sessions.enter(id_)
    except Exception as e:
        return ResolvedAccount(id_, config, gap=_account_gap(id_, config, failure(e), _IDENTITY, at()))
    if config.role is None:
        answer = ask(Call(id_, region, *_IDENTITY))
        if answer.failure is not None:
            return ResolvedAccount(id_, config, gap=_account_gap(id_, config, answer.failure, _IDENTITY, at()))
        arn, seen = str(answer.pages[0].get("Arn", "")), str(answer.pages[0].get("Account", ""))
    elif config.role.startswith("arn:"):
        seen = config.role.split(":")[4]
    if seen != id_:
        text = f"these credentials belong to account {seen}: give account {id_} a `role` or a `profile` of its own, or write the other id"
        return ResolvedAccount(id_, config, identity=arn, gap=account_gap(id_, "WrongAccount", _IDENTITY, text, at()))
    partition = arn.split(":")[1] if arn.count(":") >= 5 else "aws"
    resolved = ResolvedAccount(id_, config, config.regions or (), arn, partition)
    if config.regions is None:
        names, problem, call = regions.enabled(id_, region, sessions.models.home("account", partition), ask)
        if problem is not None:
            return dataclasses.replace(resolved, gap=_account_gap(id_, config, problem, call, at()))
        resolved = dataclasses.replace(resolved, regions=names)
    return dataclasses.replace(resolved, regions=tuple(sorted(set(resolved.regions))))


def _account_gap(id_: str, config: Account, problem: Failure, call: tuple[str, str], at: str) -> Gap:
    """Why an account cannot be read, and what to do."""
    if "AssumeRole" in problem.names:
        return account_gap(id_, problem.code, ("sts", "AssumeRole"), entry_hint(id_, config), at)
    match problem.kind:
        case "denied":
            text = "grant it, or name the `regions` of the account"
        case "credentials" | "expired" if profile := profile_of(config):
            text = f"log in again: aws sso login --profile {profile}; `aws configure list-profiles` names the profiles"
        case "credentials" | "expired":
            text = "no valid AWS credentials: set AWS_PROFILE or the AWS_ variables, or run where a role is attached"
        case "timeout" | "connection":
            text = "check the network, proxy and AWS_ENDPOINT_URL, then run again"
        case _:
            text = f"check that account {id_} has the role {config.role}" if config.role else f"check the credentials for account {id_}"
    return account_gap(id_, problem.code, call, text, at)


def _unit_gap(account: Account, problem: Failure, call: tuple[str, str], at: str) -> Gap:
    text = f"read {account.id} from the organization's management account or a delegated administrator, or list its accounts"
    return account_gap(account.id, problem.code, call, text, at)


def _expand(account: Account, sessions: Sessions) -> tuple[list[str], Failure | None, tuple[str, str]]:
    """The active accounts of an organisational unit and of all units below it, sorted."""
    found: set[str] = set()
    queue = [account.id]
    call = ("organizations", "ListAccountsForParent")
    try:
        region = sessions.base_region(account.profile)
        client = sessions.base_client(
            account.profile, "organizations", sessions.models.home("organizations", sessions.models.partition(region))
        )
        while queue:
            parent = queue.pop()
            call = ("organizations", "ListAccountsForParent")
            for entry in _pages(sessions, client, call[1], parent, "Accounts"):
                if entry.get("State", entry.get("Status")) == "ACTIVE":
                    found.add(str(entry["Id"]))
            call = ("organizations", "ListOrganizationalUnitsForParent")
            queue.extend(str(u["Id"]) for u in _pages(sessions, client, call[1], parent, "OrganizationalUnits"))
    except Exception as e:
        return sorted(found), failure(e), call
    return sorted(found), None, call


def _pages(sessions: Sessions, client: Any, operation: str, parent: str, member: str) -> Iterable[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        sessions.count(f"organizations:{operation}")
        page = plain(client.call(operation, {"ParentId": parent, **token}))
        yield from page.get(member, ())
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}
