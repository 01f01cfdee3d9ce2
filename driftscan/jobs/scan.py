"""Read one environment and store what it showed: unit by unit, redacted before anything is kept, durable after each."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import chain
from typing import TYPE_CHECKING

from driftscan import __version__
from driftscan.catalog.revisions import places
from driftscan.errors import CoverageError
from driftscan.jobs.context import Context, stamp
from driftscan.jobs.types import narrowed
from driftscan.model.resource import Resource
from driftscan.model.settings import Environment
from driftscan.model.snapshot import Gap, Header, Listing, Snapshot, Status
from driftscan.model.value import Address, encode
from driftscan.normalize import Redactor, literals, vocabulary, words
from driftscan.report.coverage import coverage_of

if TYPE_CHECKING:
    from driftscan.sources.aws import AwsSource
    from driftscan.sources.gcp import GcpSource, Organizations
    from driftscan.sources.source import Dangles, Source
    from driftscan.sources.unit import ResolvedAccount, Unit
    from driftscan.store import Writer

log = logging.getLogger(__name__)

UNITS_AT_ONCE = 32
ACCOUNTS, AGAIN, REVISIONS = "~accounts", "~again", "~revisions"
"""Units beside those of the source; their names sort behind all of them."""
LEAST_AGAIN, SHARE_AGAIN = 10, 0.02
"""Calls that a second look at resources whose references dangle may take: a share of all calls, and so many in a small account."""


@dataclass(frozen=True)
class Prepared:
    """An environment whose accounts have answered, or not."""

    environment: Environment
    source: Source
    accounts: tuple[ResolvedAccount, ...]
    started: str


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


@dataclass(frozen=True)
class Google:
    """What all environments of a run share on Google Cloud: the moment that listings answer for, and what lies below organizations."""

    moment: datetime
    organizations: Organizations


def source_of(context: Context, environment: Environment, only: Iterable[str] = (), google: Google | None = None) -> Source:
    """The source of an environment's accounts and projects; nothing is called yet.

    google: of a run that reads more than one environment; None: this one's own.
    """
    # the SDKs are loaded where a cloud is read
    providers = {a.provider for a in environment.accounts}
    made: list[Source] = []
    if "aws" in providers:
        made.append(aws_source(context, environment, only))
    if "gcp" in providers:
        made.append(gcp_source(context, environment, only, google))
    if len(made) == 1:
        return made[0]
    from driftscan.sources.source import Together  # noqa: PLC0415

    return Together(made)


def gcp_source(context: Context, environment: Environment, only: Iterable[str] = (), google: Google | None = None) -> GcpSource:
    """The source of an environment's Google Cloud projects alone. google: as in `source_of`."""
    from driftscan.sources.gcp import GcpSource  # noqa: PLC0415

    wanted = tuple(only) or None
    shared = google or google_of(context)
    return GcpSource(
        environment,
        context.catalog,
        context.settings,
        now=context.now,
        read_time=shared.moment,
        only_types=wanted,
        organizations=shared.organizations,
    )


def google_of(context: Context) -> Google:
    """For the environments of one run."""
    from driftscan.sources.gcp import Organizations  # noqa: PLC0415

    return Google(read_time(context), Organizations())


def read_time(context: Context) -> datetime:
    """The one moment that every listing of Google's in a run answers for."""
    from driftscan.sources.gcp import KEPT, moment_of  # noqa: PLC0415

    now = context.now()
    if context.pinned and context.as_of <= now - KEPT:
        context.note(
            f"{context.as_of:%Y-%m-%d} is longer ago than the {KEPT.days} days that Google Cloud keeps: "
            "its projects are read as they are now"
        )
    return moment_of(context.as_of, now, pinned=context.pinned)


def aws_source(
    context: Context, environment: Environment, only: Iterable[str] = (), also: frozenset[tuple[str, str]] = frozenset()
) -> AwsSource:
    """The source of an environment's AWS accounts alone. also: operations that it may call beside the catalogue's."""
    from driftscan.sources.aws import AwsSource  # noqa: PLC0415

    return AwsSource(
        environment,
        context.catalog,
        context.settings,
        run_id=context.run_id,
        now=context.now,
        only_types=types_of(context, tuple(only)),
        also=also,
    )


def prepare(context: Context, names: Iterable[str], only: Iterable[str] = ()) -> list[Prepared]:
    """Ask every account of the environments who it is. Close each `source` in the end.

    Accounts that cannot be read are named to the person. Raises CoverageError where not one of all accounts can be read: then
    nothing is stored.
    """
    globs = tuple(only)
    context.key()  # a key that is wrong is said before a cloud is asked
    out: list[Prepared] = []
    environments = [context.settings.environment(name) for name in names]
    google = any(a.provider == "gcp" for e in environments for a in e.accounts)
    shared = google_of(context) if google else None
    with ExitStack() as opened:
        for environment in environments:
            source = opened.enter_context(closing(source_of(context, environment, globs, shared)))
            started = stamp(context.now())
            out.append(Prepared(environment, source, tuple(source.resolve()), started))
        _readable(context, out)
        opened.pop_all()
    return out


def _readable(context: Context, out: Sequence[Prepared]) -> None:
    """Names the accounts that cannot be read. Raises CoverageError where that is all of them."""
    lost = [(p.environment.name, a.gap) for p in out for a in p.accounts if a.gap is not None]
    for name, gap in lost:
        context.note(f"{name}: account {gap.account} cannot be read: {gap.code}; {gap.hint}")
    if lost and all(a.gap is not None for p in out for a in p.accounts):
        name, gap = lost[0]
        raise CoverageError(
            f"no account could be read; {name}, account {gap.account}: {gap.code} at {gap.service}:{gap.operation}", gap.hint
        )


def plan(prepared: Prepared) -> str:
    """How many calls a scan of the environment makes at least, in words; nothing more is called."""
    found = prepared.source.plan()
    per_account: Counter[str] = Counter()
    for unit, calls in found.units:
        per_account[unit.account] += calls
    lines = [f"{prepared.environment.name}: at least {found.calls} calls in {len(found.units)} units of work"]
    for account in prepared.accounts:
        if account.gap is not None:
            lines.append(f"  {account.id}: cannot be read: {account.gap.code}; {account.gap.hint}")
        else:
            regions = f", regions {', '.join(account.regions)}" if account.regions else ""
            lines.append(f"  {account.id}: {per_account[account.id]} calls{regions}")
    lines += [f"  and up to {calls} more for each {type}" for type, calls in found.per_item if calls]
    return "\n".join(lines)


def scan(context: Context, prepared: Prepared, progress: Progress = lambda *_: None) -> Snapshot:
    """The new snapshot of the environment; an unfinished scan of the same plan is resumed. The caller holds the store's lock."""
    name, source = prepared.environment.name, prepared.source
    redactor = Redactor(context.catalog, context.key(), context.settings.reveal)
    units = source.units()
    writer = context.store.begin(name, context.run_id, _plan_digest(context, units, redactor.key_id))
    todo = [u for u in units if u.key not in writer.done]
    done = len(units) - len(todo)
    if done:
        context.note(f"{name}: resuming; {done} of {len(units)} units of work were read before")
    log.info("%s: %d accounts, %d units of work", name, len(prepared.accounts), len(units))
    progress(name, done, len(units))
    for _ in _read(source, todo, redactor, writer, min(context.settings.max_concurrency, UNITS_AT_ONCE)):
        done += 1
        progress(name, done, len(units))
    _settle(context, prepared, redactor, writer)
    return writer.finish(_header(context, prepared, redactor, writer))


def summary(snapshot: Snapshot) -> str:
    """One line about a new snapshot."""
    resources = sum(snapshot.types().values())
    gaps = len(snapshot.gaps)
    return f"{snapshot.header.environment}: {resources} resources, {gaps} gap{'' if gaps == 1 else 's'}, snapshot {snapshot.id}"


def exit_code(context: Context, snapshots: Sequence[Snapshot]) -> int:
    """4 where less was read than the configuration demands, or nothing at all of an account; else 0."""
    share = coverage_of(listing for s in snapshots for listing in s.listings)
    if share.value < context.settings.min_coverage:
        context.note(f"only {share.part} of {share.whole} listings of types in use were read, below {context.settings.min_coverage:.0%}")
        return 4
    return 4 if any(g.type == "*" for s in snapshots for g in s.gaps) else 0


def _read(source: Source, units: list[Unit], redactor: Redactor, writer: Writer, at_once: int) -> Iterator[str]:
    """Read units, each in a thread of its own that stores what it read; yields their keys as they are done.

    Leaving early (Ctrl-C, a full disk) starts no further unit.
    """
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="unit")
    try:
        for future in as_completed([pool.submit(_unit, source, u, redactor, writer) for u in units]):
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _unit(source: Source, unit: Unit, redactor: Redactor, writer: Writer) -> str:
    listings: list[Listing] = []
    gaps: list[Gap] = []
    writer.add(unit.key, _sorted_out(source.read(unit), redactor, listings, gaps), listings, gaps)
    return unit.key


def _sorted_out(
    items: Iterable[Resource | Gap | Listing], redactor: Redactor, listings: list[Listing], gaps: list[Gap]
) -> Iterator[Resource]:
    """The resources, redacted; listings and gaps go where they belong on the way."""
    for item in items:
        match item:
            case Resource():
                yield redactor.redact(item)
            case Listing():
                listings.append(item)
            case Gap():
                gaps.append(item if item.address is None else replace(item, address=redactor.address(item.address)))


def _settle(context: Context, prepared: Prepared, redactor: Redactor, writer: Writer) -> None:
    """What belongs to no unit: accounts that could not be read, a second look at what moved while it was read, revisions in use."""
    if ACCOUNTS not in writer.done:
        lost = [a.gap for a in prepared.accounts if a.gap is not None]
        writer.add(ACCOUNTS, (), [Listing(g.account, "*", "*", Status.DENIED) for g in lost], lost)
    if AGAIN not in writer.done:
        gaps: list[Gap] = []
        source = prepared.source
        moving = source.in_flux
        holders = tuple(
            dict.fromkeys(d.holder for d in _new(context, prepared.environment.name, source.dangling) if d.holder not in moving)
        )
        most = max(LEAST_AGAIN, int(sum(source.calls.values()) * SHARE_AGAIN))
        again = chain(source.reread(moving), source.reread(holders, most))
        writer.add(AGAIN, _sorted_out(again, redactor, [], gaps), (), gaps)
    if REVISIONS not in writer.done:
        gaps = []
        running = prepared.source.revisions(writer.resources(_with_revisions(context)))
        writer.add(REVISIONS, _sorted_out(running, redactor, [], gaps), (), gaps)


def _with_revisions(context: Context) -> frozenset[str]:
    """The types that have revisions, and those that say which one they run."""
    specs = context.catalog.specs
    return frozenset({*places(specs), *(t for t, spec in specs.items() if spec.revisions is not None)})


def _new(context: Context, environment: str, dangling: Iterable[Dangles]) -> Iterator[Dangles]:
    """References to what is not there, without those that dangled in the same way when the environment was last scanned."""
    found = tuple(dangling)
    if not found:
        return
    from driftscan.sources.aws.dangling import spellings  # noqa: PLC0415  (the SDK is loaded where a cloud is read)

    infos = context.store.snapshots(environment)
    before = context.store.snapshot(infos[-1].id) if infos else None
    names: dict[str, set[str]] = {}
    for d in found:
        if before is not None and d.text in _document(before, d.holder):
            for type in d.types:
                if type not in names:
                    names[type] = {n for r in before.resources(type) for text in (r.address.id, r.arn or "") for n in spellings(text)}
            if not any(n in names[type] for type in d.types for n in spellings(d.text)):
                continue
        yield d


def _document(snapshot: Snapshot, address: Address) -> str:
    """A stored document as text; empty where there is none."""
    try:
        return encode(snapshot.resource(address).value).decode()
    except KeyError:
        return ""


def _header(context: Context, prepared: Prepared, redactor: Redactor, writer: Writer) -> Header:
    """How the snapshot was made, with the names that may show inside redacted settings."""
    first, last = prepared.started, stamp(context.now())
    names: set[str] = set()
    places: dict[str, set[str]] = {}
    for resource in writer.resources():
        if resource.address.provider == "gcp" and resource.address.region != "global":
            places.setdefault(resource.address.account, set()).add(resource.address.region)
        names.update(literals(resource))
        for read in resource.reads:
            first = min(first, read.at)
    plain = Header(
        environment=prepared.environment.name,
        accounts=tuple(a.id for a in prepared.accounts),
        regions=tuple((a.id, a.regions or tuple(sorted(places.get(a.id, ())))) for a in prepared.accounts),
        window=(first, last),
        as_of=stamp(context.as_of),
        tool_version=__version__,
        catalog_digest=context.catalog.digest,
        config_digest=context.settings.digest,
        key_id=redactor.key_id,
        identities=dict(sorted(prepared.source.identities.items())),
        calls=dict(sorted(prepared.source.calls.items())),
    )
    names.update(words(vocabulary(context.settings, plain)))
    return replace(plain, tokens=redactor.tokens(names))


def _plan_digest(context: Context, units: list[Unit], key_id: str) -> str:
    """What must be the same for an unfinished scan to be resumed: what is read, how it is kept."""
    parts = [key_id, context.catalog.digest, context.settings.digest, *(u.key for u in units)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
