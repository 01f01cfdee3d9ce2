"""ENV-01: each environment has accounts of its own.

What it judges: No account or project belongs to two environments. Every account of the organization belongs to one, or is excluded by
name with a reason. Every account can be read, and none that was read before has gone.

Why it matters: The account is the only boundary that the vendor enforces for everything: identity, quotas, network, bill and audit log.
Two environments in one account share them all, and an account of nobody is watched by nobody.

Evidence: The accounts of each snapshot, the calls that were refused, the accounts and regions of the last final report, and the list of
the organization's accounts where an account may read it. Without that list nobody can say whether an account belongs to nobody.

What to do: Give the account to one environment in `environments:`. Move what the other environment has there. Name an account that is no
environment's under `controls: {excluded: [...]}` with a reason. For an account that cannot be read, run `driftscan doctor`.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.judge.controls.control import Control
from driftscan.judge.facts import Facts
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Severity
from driftscan.model.finding import Locator

_ACCOUNT = "*"


def judge(facts: Facts, environment: str) -> Iterator[Evidence]:
    """See control.Judge."""
    scopes = facts.scopes
    mine = scopes.accounts.get(environment, ())
    if not mine:
        yield Evidence(Standing.UNKNOWN, f"no snapshot says which accounts {environment} has", code="not read")
    unreachable = {a: code for e, a, code in scopes.unreachable if e == environment}
    for account in mine:
        others = sorted(e for e, held in scopes.accounts.items() if e != environment and account in held)
        if others:
            yield _about(account, Standing.FAILS, f"account {account} belongs to {environment} and to {' and '.join(others)}")
        elif account not in unreachable:
            yield _about(account, Standing.HOLDS, f"account {account} belongs to {environment} alone")
    for account, code in unreachable.items():
        yield _about(account, Standing.UNKNOWN, f"account {account} could not be read", code)
    for lost in scopes.vanished:
        if lost.environment == environment:
            standing = Standing.ACCEPTED if lost.accepted else Standing.FAILS
            yield Evidence(standing, f"{lost.what} was read before and is not read any more", _ACCOUNT, lost.account, finding=lost.finding)
    yield from _organization(facts, environment)


def _organization(facts: Facts, environment: str) -> Iterator[Evidence]:
    """Accounts that belong to nobody are told where the organization's list was read: there somebody can see them."""
    scopes = facts.scopes
    whole = scopes.excluded("*")
    if whole is not None and (scopes.members is None or scopes.no_members):
        yield Evidence(Standing.ACCEPTED, f"nobody has to know the organization's accounts: {whole}")
    elif scopes.no_members:
        text = "no snapshot holds the list of the organization's accounts, so that an account may belong to nobody"
        yield Evidence(Standing.UNKNOWN, text, code=scopes.no_members)
    if scopes.members is None:
        return
    owned = {a for held in scopes.accounts.values() for a in held}
    for member in scopes.members:
        if member.seen_by != environment or member.account in owned:
            continue
        named = f"account {member.account}" + (f" ({member.name})" if member.name else "")
        reason = scopes.excluded(member.account) or (scopes.excluded(member.name) if member.name else None)
        if reason is not None:
            yield _about(member.account, Standing.ACCEPTED, f"{named} belongs to no environment: {reason}")
        else:
            yield _about(member.account, Standing.FAILS, f"{named} of the organization belongs to no environment")


def _about(account: str, standing: Standing, text: str, code: str = "") -> Evidence:
    return Evidence(standing, text, _ACCOUNT, account, Locator(account, "*", account), code=code)


CONTROL = Control(
    id="ENV-01",
    version=1,
    title="Separate accounts",
    severity=Severity.CRITICAL,
    aspect="iam",
    holds="every account belongs to one environment, and all of them were read",
    docstring=__doc__ or "",
    judge=judge,
)
