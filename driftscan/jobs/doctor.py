"""Whether the monthly job will work, asked before it has to: configuration, key, store, clock, credentials, accounts, permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from driftscan.errors import DriftscanError
from driftscan.jobs.context import Context
from driftscan.jobs.init import EXAMPLES
from driftscan.jobs.scan import aws_source
from driftscan.jobs.status import status
from driftscan.model.settings import Environment
from driftscan.model.words import count
from driftscan.normalize import Redactor
from driftscan.store import Store
from driftscan.store.manifest import moment
from driftscan.store.probe import probe

if TYPE_CHECKING:
    from driftscan.sources.aws import AwsSource
    from driftscan.sources.aws.credentials import Keys
    from driftscan.sources.aws.examine import Examined

State = Literal["ok", "note", "fail", "unread"]
"""note: it works, and somebody should know; fail: a run would fail; unread: a run would read too little."""

SKEW: Final = timedelta(minutes=4)
"""The vendor refuses signatures that are five minutes off; reports are dated by the clock, too."""
MAX_AGE: Final = timedelta(days=35)
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list. topic: what was looked at; hint: the next step."""

    state: State
    topic: str
    text: str
    hint: str = ""


def exit_code(checks: Iterable[Check]) -> int:
    """1: a run would fail; 4: it would read too little; 0."""
    states = {c.state for c in checks}
    return 1 if "fail" in states else 4 if "unread" in states else 0


def as_json(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """As `doctor --json` prints them."""
    return [asdict(c) for c in checks]


def doctor(context: Context, has_key: bool, exposed: Path | None = None) -> Iterator[Check]:
    """Every check, in an order in which one can mend them.

    has_key: a key is there (asking for a missing one makes it); exposed: its file, where others may read it.
    """
    s = context.settings
    yield Check(
        "ok",
        "configuration",
        ", ".join(
            (
                count(len(s.environments), "environment"),
                count(len(s.comparisons), "comparison"),
                count(len(s.expected), "expected difference"),
                count(len(s.waivers), "waiver"),
                count(len(s.baselines), "baseline rule"),
            )
        ),
    )
    for waiver in s.void_waivers:
        yield Check("note", "configuration", f"waiver {waiver.id} is void", waiver.problem)
    if not s.comparisons:
        yield Check("fail", "configuration", "no comparison is configured", "write comparisons: [{candidate: stage, reference: prod}]")
    yield from _guarded("key", lambda: _key(context, has_key))
    if exposed is not None:
        yield Check("note", "key", f"others may read {exposed}", f"chmod 600 {exposed}")
    yield from _guarded("store", lambda: _store(context.store))
    yield from _guarded("last run", lambda: _last(context))
    for environment in s.environments:
        yield from _environment(context, environment)


def _guarded(topic: str, work: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from work()
    except DriftscanError as e:
        yield Check("fail", topic, e.message, e.hint)


def _key(context: Context, has_key: bool) -> Iterator[Check]:
    if not has_key:
        yield Check(
            "note", "key", "there is no redaction key yet: the first run makes .driftscan.key", "keep it: secret, backed up, out of git"
        )
        return
    ours = Redactor(context.catalog, context.key(), context.settings.reveal).key_id
    theirs = {context.store.snapshot(i.id).header.key_id for i in _newest(context.store)}
    if theirs and theirs != {ours}:
        yield Check(
            "note", "key", "it is another key than that of the newest snapshots: their secrets compare as unknown", "put the old key back"
        )
    else:
        yield Check("ok", "key", f"key {ours}")


def _store(store: Store) -> Iterator[Check]:
    infos = store.snapshots()
    for info in _newest(store):
        _ = store.snapshot(info.id).header
    probe(store.backend)
    held = count(len(infos), "snapshot") if infos else "empty so far"
    yield Check("ok", "store", f"{store.url} can be read and written; {held}")


def _newest(store: Store) -> list[Any]:
    newest = {i.environment: i for i in store.snapshots()}
    return [newest[name] for name in sorted(newest)]


def _last(context: Context) -> Iterator[Check]:
    names = [e.name for e in context.settings.environments]
    found = status(context.store, context.as_of, MAX_AGE, context.settings.min_coverage, names)
    hint = "" if found.ok else "`driftscan run` makes one" if found.state in ("none", "overdue") else "`driftscan status` is not content"
    yield Check("ok" if found.ok else "note", "last run", found.text, hint)


# ------------------------------------------------------------------------------------------------- accounts


def _environment(context: Context, environment: Environment) -> Iterator[Check]:
    name = environment.name
    examples = sorted(a.id for a in environment.accounts if a.id in EXAMPLES)
    if examples:
        yield Check("unread", name, f"account {examples[0]} is the starter's example", "write your own account ids into the configuration")
        return
    if any(a.provider == "gcp" for a in environment.accounts):
        from driftscan.jobs.doctor_gcp import projects  # noqa: PLC0415  (the SDK is loaded where a cloud is asked)

        yield from projects(context, environment)
    if not any(a.provider == "aws" for a in environment.accounts):
        return
    from driftscan.sources.aws.examine import examine  # noqa: PLC0415  (the SDK is loaded where a cloud is asked)
    from driftscan.sources.aws.guard import EXAMINED  # noqa: PLC0415

    with closing(aws_source(context, environment, also=EXAMINED)) as source:
        accounts = source.resolve()
        yield from _credentials(context, environment, source)
        if source.sessions.skew is not None:
            yield clock(name, source.sessions.skew)
        with ThreadPoolExecutor(4, "driftscan-doctor") as pool:
            for found in pool.map(lambda a: examine(source, a), accounts):
                yield from _account(context, name, found, len(source.specs))


def clock(name: str, skew: timedelta) -> Check:
    """Whether two clocks agree. skew: the vendor's less this machine's."""
    seconds = round(skew.total_seconds())
    if abs(skew) < SKEW:
        return Check("ok", name, f"clocks agree to {abs(seconds)} s")
    side = "behind" if seconds > 0 else "ahead of"
    return Check(
        "fail", name, f"this machine's clock is {abs(seconds)} s {side} the vendor's", "set the clock (NTP): signatures are refused"
    )


def _credentials(context: Context, environment: Environment, source: AwsSource) -> Iterator[Check]:
    """Whether the keys that a scan starts from outlast it."""
    from driftscan.sources.aws.examine import at_least, base_keys  # noqa: PLC0415
    from driftscan.sources.aws.faults import Failure  # noqa: PLC0415

    plan = source.plan()
    needed, why = at_least(plan, context.settings.max_concurrency), f"at least {plan.calls} calls"
    last = _duration(context.store, environment.name)
    if last is not None and last > needed:
        needed, why = last, "as long as the last scan"
    for profile in sorted({a.profile for a in environment.accounts if a.provider == "aws"}, key=str):
        found = base_keys(source, profile)
        if found is None or isinstance(found, Failure):
            continue  # the accounts that need them say so, with the next step
        yield _keys(environment.name, profile, found, context.now(), needed, why)


def _keys(topic: str, profile: str | None, found: Keys, now: datetime, needed: timedelta, why: str) -> Check:
    """needed: the time of a scan; why: how that is known."""
    who = f"profile {profile}" if profile else "ambient credentials"
    if not found.temporary:
        return Check("ok", topic, f"{who}: keys without an end ({found.method})")
    if found.renews:
        return Check("ok", topic, f"{who}: renewed by themselves ({found.method})")
    login = f"aws sso login --profile {profile}" if profile and found.method == "sso" else "renew them before the run"
    if found.ends is None:
        return Check("note", topic, f"{who}: temporary keys that don't say when they end; a scan takes {_span(needed)} ({why})", login)
    left = found.ends - now
    text = f"{who}: {_span(left)} left, a scan takes {_span(needed)} ({why})"
    return Check("ok", topic, text) if left > needed else Check("unread", topic, text, login)


def _duration(store: Store, environment: str) -> timedelta | None:
    """How long the last scan took."""
    infos = store.snapshots(environment)
    if not infos:
        return None
    first, last = store.snapshot(infos[-1].id).header.window
    return moment(last) - moment(first)


def _account(context: Context, name: str, found: Examined, types: int) -> Iterator[Check]:
    account, topic = found.account, f"{name} {found.account.id}"
    if account.gap is not None:
        yield Check(
            "unread", topic, f"cannot be read: {account.gap.code} at {account.gap.service}:{account.gap.operation}", account.gap.hint
        )
        return
    yield Check("ok", topic, f"read as {account.identity}")
    yield Check("ok", topic, f"{count(len(account.regions), 'region')}: {some(account.regions)}")
    if found.off:
        yield Check("note", topic, f"not enabled there: {some(found.off)}", "enable the regions, or take them out of `regions`")
    grants = found.grants
    assert grants is not None
    how = f"{grants.asked} permissions asked" if grants.how == "simulated" else f"one call tried at each of {grants.asked} services"
    if grants.denied:
        readable = (types - len(grants.types)) / types if types else 1.0
        text = f"denied: {some(grants.denied)}; {len(grants.types)} of {types} types cannot be read ({how})"
        state: State = "note" if readable >= context.settings.min_coverage else "unread"
        yield Check(state, topic, text, "`driftscan permissions aws` prints the policy; a service control policy may deny, too")
    else:
        yield Check("ok", topic, f"nothing that a scan needs is denied ({how})")
    for service, code in grants.unclear:
        yield Check("note", topic, f"{service} did not answer: {code}", "run `driftscan doctor` again")


def some(names: Iterable[str]) -> str:
    """The first of some names, and how many more there are."""
    held = list(names)
    return ", ".join(held[:_SHOWN]) + (f" and {len(held) - _SHOWN} more" if len(held) > _SHOWN else "")


def _span(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds()) // 60)
    if minutes < 1:
        return "under a minute"
    return f"{minutes} min" if minutes < 180 else f"{minutes // 60} h"
