"""ENV-01: each environment has accounts of its own.

What it judges: No account or project belongs to two environments. Every account or project of the organization belongs to one, or is
excluded with a reason. Every account can be read, and none that was read before has gone.

Why it matters: The account is the only boundary that the vendor enforces for everything: identity, quotas, network, bill and audit log.
Two environments in one account share them all, and an account of nobody is watched by nobody.

Evidence: The accounts of each snapshot, the calls that were refused, the accounts and regions of the last final report, and the lists of
the organizations' accounts (AWS Organizations) and projects (Resource Manager, level by level), where they may be read. Without the whole
list nobody can say whether an account belongs to nobody. Projects on their way to be deleted are accepted, and those that Google makes
for Apps Script.

What to do: Give the account to one environment in `environments:`. Move what the other environment has there. Name an account that is no
environment's under `controls: {excluded: [...]}` with a reason: by its id or name, a project also by its number or by a folder that it lies
in (`folders/123`). For an account that cannot be read, run `driftscan doctor`.
"""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.judge.controls.control import Control
from driftscan.judge.facts import Facts
from driftscan.judge.facts.members import Member
from driftscan.judge.facts.scopes import Scopes
from driftscan.model.control import Evidence, Standing
from driftscan.model.drift import Severity
from driftscan.model.finding import Locator
from driftscan.model.words import count

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
    if whole is not None and scopes.unlisted:
        yield Evidence(Standing.ACCEPTED, f"nobody has to know the organization's accounts: {whole}")
    for unlisted in () if whole is not None else scopes.unlisted:
        of, one = unlisted.of or "the organization", "an account" if unlisted.noun == "account" else "a project"
        text = f"no snapshot holds the whole list of {of}'s {unlisted.noun}s, so that {one} may belong to nobody"
        yield Evidence(Standing.UNKNOWN, text, code=unlisted.code)
    for member in scopes.members:
        if member.seen_by == environment and not scopes.owned(member):
            yield _stranger(scopes, member)


def _stranger(scopes: Scopes, member: Member) -> Evidence:
    """A member that no environment has."""
    named = f"{member.noun} {member.account}" + (f" ({member.name})" if member.name and member.name != member.account else "")
    if member.made:
        text = f"{count(member.made, member.noun)} in {member.account} ({member.name}) belong to no environment: {member.vendor}"
        return _about(member.account, Standing.ACCEPTED, text)
    names = (member.account, member.name, *member.also)
    reason = next((why for name in names if name and (why := scopes.excluded(name)) is not None), member.vendor)
    if reason:
        return _about(member.account, Standing.ACCEPTED, f"{named} belongs to no environment: {reason}")
    if scopes.unresolved:
        text = f"{named} of the organization may belong to {' or '.join(scopes.unresolved)}, which could not be read"
        return _about(member.account, Standing.UNKNOWN, text, "not read")
    return _about(member.account, Standing.FAILS, f"{named} of the organization belongs to no environment")


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
