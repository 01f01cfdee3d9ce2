"""Read one environment and store what it showed: unit by unit, redacted before anything is kept, durable after each."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from driftscan import __version__
from driftscan.jobs.context import Context, stamp
from driftscan.jobs.types import narrowed
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, Environment
from driftscan.model.snapshot import Gap, Header, Listing, Snapshot, Status
from driftscan.normalize import Redactor
from driftscan.normalize.literals import literals, words
from driftscan.normalize.vocabulary import vocabulary

if TYPE_CHECKING:
    from driftscan.sources.aws import AwsSource, ResolvedAccount, Unit
    from driftscan.store import Writer

log = logging.getLogger(__name__)

UNITS_AT_ONCE = 8
ACCOUNTS, AGAIN = "~accounts", "~again"
"""Units beside those of the source; their names sort behind all of them."""


@dataclass
class Batch:
    """What one unit gave, redacted."""

    unit: str
    resources: list[Resource] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


Progress = Callable[[str, int, int], None]
"""(environment, units done, units in all)."""


def types_of(context: Context, only: Iterable[str] = ()) -> tuple[str, ...]:
    """The types to read: those that the configuration takes and `only` (globs) leaves. Raises UsageError where a glob fits none."""
    s = context.settings
    return tuple(
        t
        for t in narrowed(context.catalog, only).specs
        if any(fnmatchcase(t, g) for g in s.types) and not any(fnmatchcase(t, g) for g in s.skip_types)
    )


def source_of(context: Context, environment: Environment, only: Iterable[str] = ()) -> AwsSource:
    """The source of an environment's accounts; nothing is called yet."""
    from driftscan.sources.aws import AwsSource  # noqa: PLC0415  (the SDK is loaded where a cloud is read)

    return AwsSource(
        environment, context.catalog, context.settings, run_id=context.run_id, now=context.now, only_types=types_of(context, tuple(only))
    )


def plan(context: Context, name: str, only: Iterable[str] = ()) -> str:
    """How many calls a scan of the environment makes at least, in words; who the accounts are is asked, nothing else."""
    source = source_of(context, context.settings.environment(name), only)
    try:
        accounts = source.resolve()
        found = source.plan()
    finally:
        source.close()
    per_account: Counter[str] = Counter()
    for unit, calls in found.units:
        per_account[unit.account] += calls
    lines = [f"{name}: at least {found.calls} calls in {len(found.units)} units of work"]
    for account in accounts:
        if account.gap is not None:
            lines.append(f"  {account.id}: cannot be read: {account.gap.code}; {account.gap.hint}")
        else:
            lines.append(f"  {account.id}: {per_account[account.id]} calls, regions {', '.join(account.regions)}")
    lines += [f"  and up to {calls} more for each {type}" for type, calls in found.per_item if calls]
    return "\n".join(lines)


def scan(context: Context, name: str, only: Iterable[str] = (), progress: Progress = lambda *_: None) -> Snapshot:
    """The new snapshot of the environment `name`; an unfinished scan of the same plan is resumed. The caller holds the store's lock."""
    environment = context.settings.environment(name)
    redactor = Redactor(context.catalog, context.key(), context.settings.reveal)
    source = source_of(context, environment, only)
    try:
        started = stamp(context.now())
        accounts = source.resolve()
        units = source.units()
        writer = context.store.begin(environment.name, context.run_id, _plan_digest(context, units))
        todo = [u for u in units if u.key not in writer.done]
        done = len(units) - len(todo)
        log.info("%s: %d accounts, %d units of work, %d of them read before", name, len(accounts), len(units), done)
        progress(name, done, len(units))
        for batch in _read(source, todo, redactor):
            writer.add(batch.unit, batch.resources, batch.listings, batch.gaps)
            done += 1
            progress(name, done, len(units))
        _settle(context, environment, source, redactor, writer, accounts)
        return writer.finish(_header(context, environment, source, redactor, writer, accounts, started))
    finally:
        source.close()


def summary(snapshot: Snapshot) -> str:
    """One line about a new snapshot."""
    resources = sum(snapshot.types().values())
    gaps = len(snapshot.gaps)
    return f"{snapshot.header.environment}: {resources} resources, {gaps} gap{'' if gaps == 1 else 's'}, snapshot {snapshot.id}"


def _read(source: AwsSource, units: list[Unit], redactor: Redactor) -> Iterator[Batch]:
    """Each unit's answers, redacted, in the order in which they come in. Leaving early (Ctrl-C, a full disk) starts no further unit."""
    pool = ThreadPoolExecutor(UNITS_AT_ONCE, thread_name_prefix="unit")
    try:
        futures = [pool.submit(_unit, source, u, redactor) for u in units]
        for future in as_completed(futures):
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _unit(source: AwsSource, unit: Unit, redactor: Redactor) -> Batch:
    batch = Batch(unit.key)
    for item in source.read(unit):
        match item:
            case Resource():
                batch.resources.append(redactor.redact(item))
            case Listing():
                batch.listings.append(item)
            case Gap():
                batch.gaps.append(item)
    return batch


def _settle(
    context: Context, environment: Environment, source: AwsSource, redactor: Redactor, writer: Writer, accounts: list[ResolvedAccount]
) -> None:
    """What belongs to no unit: accounts that could not be read, and a second look at what moved while it was read."""
    if ACCOUNTS not in writer.done:
        lost = [a.gap for a in accounts if a.gap is not None] + [
            _unread(a, stamp(context.now())) for a in environment.accounts if a.provider != "aws"
        ]
        writer.add(ACCOUNTS, (), [Listing(g.account, "*", "*", Status.DENIED) for g in lost], lost)
    if AGAIN not in writer.done:
        again = Batch(AGAIN)
        for item in source.reread(source.in_flux):
            if isinstance(item, Resource):
                again.resources.append(redactor.redact(item))
            else:
                again.gaps.append(item)
        writer.add(AGAIN, again.resources, (), again.gaps)


def _unread(account: Account, at: str) -> Gap:
    """The gap of an account of a provider that no source reads."""
    hint = "this version reads AWS: take the project out of the configuration, or accept that it is not covered"
    return Gap(account.id, "*", "*", "cloudasset", "ListAssets", "NotSupported", "cloudasset.assets.listResource", hint, at=at)


def _header(
    context: Context,
    environment: Environment,
    source: AwsSource,
    redactor: Redactor,
    writer: Writer,
    accounts: list[ResolvedAccount],
    started: str,
) -> Header:
    """How the snapshot was made, with the names that may show inside redacted settings."""
    first, last = started, stamp(context.now())
    names: set[str] = set()
    for resource in writer.resources():
        names.update(literals(resource))
        for read in resource.reads:
            first = min(first, read.at)
    plain = Header(
        environment=environment.name,
        accounts=tuple(a.id for a in accounts) + tuple(a.id for a in environment.accounts if a.provider != "aws"),
        regions=tuple((a.id, a.regions) for a in accounts),
        window=(first, last),
        as_of=stamp(context.as_of),
        tool_version=__version__,
        catalog_digest=context.catalog.digest,
        config_digest=context.settings.digest,
        key_id=redactor.key_id,
        identities=dict(sorted(source.identities.items())),
        calls=dict(sorted(source.calls.items())),
    )
    names.update(words(vocabulary(context.settings, plain)))
    return replace(plain, tokens=redactor.tokens(names))


def _plan_digest(context: Context, units: list[Unit]) -> str:
    """What must be the same for an unfinished scan to be resumed: what is read, how it is kept."""
    parts = [context.catalog.digest, context.settings.digest, *(u.key for u in units)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
