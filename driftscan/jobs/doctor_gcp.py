"""What `doctor` says of Google Cloud projects: who reads, whose quota, which projects, what of them is closed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from driftscan.jobs.context import Context
from driftscan.jobs.doctor import Check, State, clock, some
from driftscan.jobs.scan import gcp_source
from driftscan.model.settings import Environment
from driftscan.model.words import count
from driftscan.sources.gcp import GcpSource
from driftscan.sources.gcp.examine import Examined, Refused, above, examine

_ROLE = "`driftscan permissions gcp` prints the role; a deny policy or a perimeter may close it, too"


def projects(context: Context, environment: Environment) -> Iterator[Check]:
    """Every check of an environment's projects. Raises ConfigError where an export is none."""
    name = environment.name
    with closing(gcp_source(context, environment)) as source:
        accounts = source.resolve()
        for account in accounts:
            if account.gap is not None:
                gap, topic = account.gap, f"{name} {account.id}"
                yield Check("unread", topic, f"cannot be read: {gap.code} at {gap.service}:{gap.operation}", gap.hint)
            elif account.login.exports:
                yield Check("ok", f"{name} {account.id}", f"read from {account.identity}")
        live = [a for a in accounts if a.gap is None and not a.login.exports]
        if not live:
            return
        yield _quota(name, source)
        with ThreadPoolExecutor(4, "driftscan-doctor") as pool:
            found = list(pool.map(lambda a: examine(source, a, context.now), live))
        skews = [e.skew for e in found if e.skew is not None]
        if skews:
            yield clock(name, min(skews, key=abs))
        for one in found:
            yield from _project(name, one)
        for level, asked, refused in above(source):
            yield from (_closed(f"{name} {level}", r) for r in refused)
            if not refused:
                yield Check("ok", f"{name} {level}", f"{', '.join(asked[:-1])} and {asked[-1]} can be read")


def _quota(name: str, source: GcpSource) -> Check:
    """Whose quota the calls count against; credentials are there, because projects were resolved with them."""
    found = sorted({source.clients(a).quota_project for a in source.environment.accounts if a.provider == "gcp" and not a.exports} - {""})
    if found:
        return Check("ok", name, f"quota project {', '.join(found)}")
    return Check("ok", name, "no quota project is named: calls count against the project of the account that reads")


def _project(name: str, found: Examined) -> Iterator[Check]:
    account, topic = found.account, f"{name} {found.account.id}"
    yield Check("ok", topic, f"read as {account.identity}")
    denied = [r for r in found.refused if r.kind == "denied"]
    for refused in found.refused:
        if refused.kind != "denied":
            yield _closed(topic, refused)
    if denied:
        unread = any("(RESOURCE)" in r.what for r in denied)
        text = f"denied: {some(sorted({r.permission for r in denied}))}; without: {some(r.what for r in denied)}"
        state: State = "unread" if unread else "note"
        yield Check(state, topic, text, denied[0].hint if unread else _ROLE)
    if not found.refused:
        yield Check("ok", topic, f"nothing that a scan needs is denied ({count(found.asked, 'call')} tried)")


def _closed(topic: str, refused: Refused) -> Check:
    state: State = "note" if refused.kind == "denied" else "unread"
    return Check(state, topic, f"{refused.what} cannot be read: {refused.code}", refused.hint)
