"""What `doctor` asks of an account before a scan does: what its role may do, which regions it has, how long the keys last.

Permissions are simulated (`iam:SimulatePrincipalPolicy`, a few calls for all actions), where the role may ask that; else one listing of
each service is tried, one page in one region, and its answer thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from driftscan.catalog import limits, permissions
from driftscan.catalog.spec import ListCall, Spec
from driftscan.sources.aws.calls import SHARE, Call
from driftscan.sources.aws.credentials import Keys, keys
from driftscan.sources.aws.faults import Failure, failure
from driftscan.sources.aws.gaps import principal
from driftscan.sources.aws.source import AwsSource
from driftscan.sources.aws.unit import GLOBAL, Plan, ResolvedAccount

_AT_ONCE: Final = 100
"""Actions that one simulation asks about."""
_LATENCY: Final = 0.15
"""Seconds that a call takes, for the estimate of a scan's time."""


@dataclass(frozen=True, slots=True)
class Grants:
    """What a role may do of what a scan needs. asked: actions asked about; denied: of them, sorted; types: those that cannot be listed.

    unclear: services whose probe failed otherwise, with the code.
    """

    how: Literal["simulated", "probed"]
    asked: int
    denied: tuple[str, ...]
    types: tuple[str, ...]
    unclear: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """One account. grants: None where it cannot be entered. off: regions that the configuration names and the account has not enabled."""

    account: ResolvedAccount
    grants: Grants | None
    off: tuple[str, ...]


def examine(source: AwsSource, account: ResolvedAccount) -> Examined:
    """Ask an account that `source.resolve` gave."""
    if account.gap is not None:
        return Examined(account, None, ())
    return Examined(account, _simulated(source, account) or _probed(source, account), _off(source, account))


def base_keys(source: AwsSource, profile: str | None) -> Keys | Failure | None:
    """The credentials that a scan starts from: ambient, or of a profile. None: there are none."""
    try:
        return keys(source.sessions.base(profile), profile)
    except Exception as e:
        return failure(e)


def at_least(plan: Plan, at_once: int) -> timedelta:
    """The time that a plan takes at least: the slowest service at the rate that we keep, or all calls over the threads."""
    slowest = max((calls / (limits.rate(unit.service, "*") * SHARE) for unit, calls in plan.units), default=0.0)
    return timedelta(seconds=max(slowest, plan.calls * _LATENCY / at_once))


def _off(source: AwsSource, account: ResolvedAccount) -> tuple[str, ...]:
    if account.login.regions is None or not account.regions:
        return ()
    answer = source.ask(Call(account.id, account.regions[0], "ec2", "DescribeRegions", {"AllRegions": False}))
    enabled = {r["RegionName"] for page in answer.pages for r in page.get("Regions", ())}
    return tuple(r for r in account.regions if r not in enabled) if answer.failure is None else ()


# ------------------------------------------------------------------------------------------------- permissions


def _simulated(source: AwsSource, account: ResolvedAccount) -> Grants | None:
    """None where it cannot be asked: not granted, not offered, or no principal that IAM knows by this name."""
    wanted = sorted({a for spec in source.specs.values() for a in permissions.actions(spec)})
    region = source.sessions.models.home("iam", account.partition)
    allowed: dict[str, bool] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        names = wanted[start : start + _AT_ONCE]
        answer = source.ask(
            Call(account.id, region, "iam", "SimulatePrincipalPolicy", {"PolicySourceArn": principal(account), "ActionNames": names})
        )
        if answer.failure is not None:
            return None
        for page in answer.pages:
            for result in page.get("EvaluationResults", ()):
                by_organisation = result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True)
                allowed[result["EvalActionName"]] = result["EvalDecision"] == "allowed" and by_organisation is not False
    if not set(wanted) <= allowed.keys():
        return None
    denied = tuple(a for a in wanted if not allowed[a])
    return Grants("simulated", len(wanted), denied, _unlisted(source.specs.values(), denied))


def _probed(source: AwsSource, account: ResolvedAccount) -> Grants:
    probes = list(_probes(source, account))
    with ThreadPoolExecutor(8, "driftscan-doctor") as pool:
        outcomes = list(pool.map(lambda call: _probe(source, call), probes))
    denied, unclear = set(), set()
    for call, problem in zip(probes, outcomes, strict=True):
        if problem is None:
            continue
        if problem.kind == "denied":
            denied.add(permissions.action(call.service, call.operation))
        elif problem.kind not in ("client", "unbuilt"):  # the service is off, or knows no such resource: it answered
            unclear.add((call.service, problem.code))
    return Grants("probed", len(probes), tuple(sorted(denied)), _unlisted(source.specs.values(), denied), tuple(sorted(unclear)))


def _probes(source: AwsSource, account: ResolvedAccount) -> Iterator[Call]:
    """One listing of each service, in the first of the account's regions that has it."""
    models, done = source.sessions.models, set[str]()
    for unit in source.units():
        if unit.account != account.id:
            continue
        for spec in source.specs.values():
            listing = _root(spec)
            if listing is None or spec.service != unit.service or listing.service in done:
                continue
            done.add(listing.service)
            region = listing.home or (models.home(listing.service, account.partition) if unit.region == GLOBAL else unit.region)
            yield Call(account.id, region, listing.service, listing.operation, listing.args)


def _root(spec: Spec) -> ListCall | None:
    """A listing that hangs below no parent and takes no value that differs from call to call."""
    return next((c for c in spec.lists if c.each is None), None) if not spec.parent else None


def _probe(source: AwsSource, call: Call) -> Failure | None:
    """One page; why it did not come."""
    client = source.sessions.client(call.account, call.service, call.region)
    source.sessions.count(f"{call.service}:{call.operation}")
    try:
        client.call(call.operation, call.args)
    except Exception as e:
        return failure(e, getattr(client.seen, "status", 0), getattr(client.seen, "html", False))
    return None


def _unlisted(specs: Iterable[Spec], denied: Sequence[str] | set[str]) -> tuple[str, ...]:
    """The types of which a listing (of a setting: its only call) is denied."""
    out = []
    for spec in specs:
        needed = [permissions.action(c.service, c.operation) for c in spec.lists or spec.details]
        if any(a in denied for a in needed):
            out.append(spec.type)
    return tuple(sorted(out))
