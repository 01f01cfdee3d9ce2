"""The Google Cloud source: projects in, resources, gaps and listings out.

One unit of work is a project: three listings (RESOURCE, IAM_POLICY, ORG_POLICY) at one moment, the same for every project. What stands
above the projects is a unit each: a folder or an organization with its policies, because they come down from there.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any, Final

from driftscan.catalog import Catalog
from driftscan.catalog.google import permission_of
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, Environment, Settings
from driftscan.model.snapshot import Gap, Listing
from driftscan.model.value import Address
from driftscan.sources.gcp import hierarchy, levels
from driftscan.sources.gcp.assets import Asset, listed
from driftscan.sources.gcp.clients import Clients, Pace, Tuning
from driftscan.sources.gcp.exports import Export
from driftscan.sources.gcp.faults import Failure, failure
from driftscan.sources.gcp.gaps import ASSET, MANAGER, NOT_EXPORTED, hint, project_gap, status
from driftscan.sources.gcp.hierarchy import LEVELS, Project
from driftscan.sources.gcp.organization import Below, Organizations
from driftscan.sources.gcp.reading import POLICIES, Reading, place
from driftscan.sources.unit import GLOBAL, Plan, ResolvedAccount, Unit

log = logging.getLogger(__name__)

AHEAD: Final = timedelta(minutes=1)
"""A `read_time` in the future is refused."""
KEPT: Final = timedelta(days=35)
"""For so long Cloud Asset Inventory can say what was (`read_time`)."""
_PER_PROJECT: Final = len(POLICIES) + 3
"""Calls at least: a page of each content type, liens, tags."""
_PER_LEVEL: Final = 4
_PER_ORGANIZATION: Final = 2
"""And at least: a page of its projects, one of its folders."""


class GcpSource:
    """Reads the Google Cloud projects of one environment; see `sources.source.Source`.

    read_time: the moment that every listing answers for, or None for now. organizations: shared by the sources of a run, so that each
    organization is walked once.
    """

    def __init__(
        self,
        environment: Environment,
        catalog: Catalog,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        read_time: datetime | None = None,
        only_types: Iterable[str] | None = None,
        tuning: Tuning | None = None,
        organizations: Organizations | None = None,
    ) -> None:
        self.environment, self.catalog, self.now, self.read_time = environment, catalog, now, read_time
        self._wanted = _wanted(settings, tuple(only_types) if only_types is not None else ("*",))
        self._tuning = tuning or Tuning()
        self._organizations = organizations or Organizations()
        self._pace = Pace()
        self._clients: dict[str | None, Clients] = {}
        self._accounts: dict[str, ResolvedAccount] = {}
        self._projects: dict[str, Project] = {}
        self._exports: dict[str, Export] = {}
        self._unseen: dict[str, Failure] = {}
        self._levels: dict[str, Account] = {}
        self._parents: dict[str, str] = {}

    # ----------------------------------------------------------------------------------------- before reading

    def resolve(self) -> list[ResolvedAccount]:
        """The projects as they are: numbers, folders and queries become project ids. One that cannot be reached carries its gap.

        Raises ConfigError where an export is none.
        """
        for held in (self._accounts, self._projects, self._exports, self._unseen, self._levels, self._parents):
            held.clear()
        for account in self.environment.accounts:
            if account.provider == "gcp":
                for found in self._resolved(account):
                    self._accounts.setdefault(found.id, found)
        for read in self._accounts.values():
            project = self._projects.get(read.id)
            if read.gap is None and project is not None:
                self._above(project.parent, read.login)
        return list(self._accounts.values())

    def units(self) -> list[Unit]:
        """One per project, one per level above. Needs `resolve`."""
        projects = [Unit(a.id, GLOBAL, ASSET) for a in self._accounts.values() if a.gap is None]
        return sorted([*projects, *(Unit(name, GLOBAL, MANAGER) for name in self._levels if self._wanted(levels.type_of(name)))])

    def plan(self) -> Plan:
        """The calls of each project and of each level; an export takes none. Needs `resolve`."""

        def calls(unit: Unit) -> int:
            if unit.service == MANAGER:
                return _PER_LEVEL + (_PER_ORGANIZATION if unit.account.startswith("organizations/") else 0)
            return 0 if unit.account in self._exports else _PER_PROJECT

        return Plan(tuple((u, calls(u)) for u in self.units()))

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests made so far, `service:Operation` -> count, sorted."""
        return dict(sorted(sum((c.made for c in self._clients.values()), Counter[str]()).items()))

    @property
    def identities(self) -> Mapping[str, str]:
        """Project id -> who reads it, sorted."""
        return {a.id: a.identity for a in sorted(self._accounts.values(), key=lambda a: a.id) if a.identity}

    # ----------------------------------------------------------------------------------------- reading

    def read(self, unit: Unit) -> Iterator[Resource | Gap | Listing]:
        """Everything of a unit. Never raises for what the vendor does. Raises Closed where the source is closed meanwhile."""
        if unit.service == MANAGER:
            login = self._levels[unit.account]
            clients = self.clients(login)

            def below() -> Below:
                return self._organizations.below(clients, unit.account, login.impersonate)

            yield from levels.read(clients, unit.account, below, self.read_time, self.at())
            return
        account, export = self._accounts[unit.account], self._exports.get(unit.account)
        reader = None if export is not None else self.clients(account.login)
        missing, filtered = (export.missing, export.filtered) if export is not None else ((), False)
        project = self._projects.get(account.id)

        def lister(content: str) -> Iterator[Asset]:
            if export is not None:
                return export.listed(content)
            assert reader is not None
            return listed(reader, f"projects/{account.id}", content, self.read_time)

        found = Reading(account.id, project, lister, reader, self.catalog, self._wanted, self.at(), missing, filtered).all()
        yield from _once(chain(found, self._beside(account.id, project, export)))

    @property
    def in_flux(self) -> tuple[Address, ...]:
        """Nothing: every listing answers for one moment, and is read whole."""
        return ()

    @property
    def dangling(self) -> Sequence[Any]:
        """Nothing, for the same reason."""
        return ()

    def reread(self, addresses: Iterable[Address], most: int | None = None) -> Iterator[Resource | Gap]:
        """Nothing has to be read twice."""
        del addresses, most
        return iter(())

    def revisions(self, stored: Iterable[Resource]) -> Iterator[Resource | Gap]:
        """Nothing: the inventory lists every revision."""
        del stored
        return iter(())

    def close(self) -> None:
        """Ends the connections. A `read` that is still on its way raises Closed: nobody may take what it has for an answer."""
        self._pace.closed.set()
        for clients in self._clients.values():
            clients.close()

    def clients(self, account: Account) -> Clients:
        """The clients that read an account: one set for each identity."""
        return self._clients.setdefault(account.impersonate, Clients(self._tuning, account.impersonate, self._pace))

    def project(self, id_: str) -> Project | None:
        """What Resource Manager said of a resolved project, where it was asked and answered."""
        return self._projects.get(id_)

    def unseen(self, id_: str) -> Failure | None:
        """Why it did not answer, where that is no reason not to list the project."""
        return self._unseen.get(id_)

    def levels(self) -> list[tuple[str, Account]]:
        """The folders and organizations above the projects, each with the entry that reads it; sorted. Needs `resolve`."""
        return sorted(self._levels.items(), key=lambda item: item[0])

    def at(self) -> str:
        """The moment that is noted beside what was read (UTC, ISO 8601)."""
        return (self.read_time or self.now()).isoformat(timespec="seconds").replace("+00:00", "Z")

    # ----------------------------------------------------------------------------------------- inside

    def _resolved(self, account: Account) -> Iterator[ResolvedAccount]:
        """The projects that one entry of the configuration means."""
        if account.exports:
            export = self._exports[account.id] = Export(account.id, account.exports)
            export.check()
            yield ResolvedAccount(account.id, account, identity=f"export {export.files}", partition="gcp")
            return
        call, identity = (MANAGER, "GetProject"), ""
        try:
            clients = self.clients(account)
            identity = clients.identity
            if account.id.startswith(("folders/", "organizations/")):
                call = (MANAGER, "ListProjects")
                found = hierarchy.below(clients, account.id)
                self._levels[account.id] = account
            elif account.id.startswith("labels."):
                call = (MANAGER, "SearchProjects")
                found = hierarchy.fitting(clients, account.id)
            else:
                found = [hierarchy.project(clients, account.id)]
        except Exception as e:
            problem = failure(e)
            if identity and call[1] == "GetProject" and not account.id.isdigit() and problem.kind != "credentials":
                # Resource Manager may be closed to a reader that Cloud Asset Inventory is open to: the listing tells
                self._unseen[account.id] = problem
                yield ResolvedAccount(account.id, account, identity=identity, partition="gcp")
                return
            yield ResolvedAccount(account.id, account, partition="gcp", gap=self._lost(account.id, problem, call))
            return
        active = [p for p in found if p.active]
        if not active:
            problem = Failure("absent", "DELETE_REQUESTED" if found else "NOT_FOUND")
            yield ResolvedAccount(account.id, account, partition="gcp", gap=self._lost(account.id, problem, call))
        for project in active:
            self._projects[project.id] = project
            yield ResolvedAccount(project.id, account, identity=identity, partition="gcp")

    def _lost(self, name: str, problem: Failure, call: tuple[str, str]) -> Gap:
        return project_gap(name, problem, call, permission_of(call[1]), self.at())

    def _above(self, parent: str, login: Account) -> None:
        """Notes every level above a project, as far up as it can be seen."""
        while parent:
            known = parent in self._levels
            self._levels.setdefault(parent, login)
            if known and parent in self._parents:
                return
            try:
                self._parents[parent] = str(hierarchy.level(self.clients(login), parent).get("parent", ""))
            except Exception as e:
                log.info("%s: %s", parent, failure(e).code)  # reading the level says so as a gap
                self._parents[parent] = ""
            parent = self._parents[parent]

    def _beside(self, id_: str, project: Project | None, export: Export | None) -> Iterator[Gap | Listing]:
        """What a project itself says of the levels above it: that there are none, or that nobody knows."""
        if project is None:
            problem = Failure("absent", NOT_EXPORTED) if export else self._unseen.get(id_)
            yield from self._nothing_above(id_, problem) if problem is not None else ()
        elif not project.parent:
            yield from (listing for listing in levels.none_above(id_) if self._wanted(listing.type))

    def _nothing_above(self, project: str, problem: Failure) -> Iterator[Gap | Listing]:
        """What stands above a project is unknown, because Resource Manager did not say where it lies."""
        permission = permission_of("GetProject")
        needed = (problem.permission or permission) if problem.kind == "denied" else ""
        text = hint(problem, project, permission)
        for type_ in filter(self._wanted, LEVELS.values()):
            if problem.code != NOT_EXPORTED:
                yield Listing(project, GLOBAL, type_, status(problem))
            yield Gap(project, GLOBAL, type_, MANAGER, "GetProject", problem.code, needed, text, at=self.at())


def _once(things: Iterable[Resource | Gap | Listing]) -> Iterator[Resource | Gap | Listing]:
    """Everything of a project; where nothing of it could be read that is one gap, and what else was refused adds nothing."""
    read, beside = False, list[Gap | Listing]()
    for thing in things:
        if isinstance(thing, Resource):
            read = True
            yield thing
        else:
            beside.append(thing)
    lost = not read and any(isinstance(thing, Gap) and thing.type == "*" for thing in beside)
    yield from (thing for thing in beside if not (lost and isinstance(thing, Gap) and thing.type != "*"))


def _wanted(settings: Settings, only: tuple[str, ...]) -> Callable[[str], bool]:
    def wanted(type_: str) -> bool:
        return (
            any(fnmatchcase(type_, g) for g in settings.types)
            and not any(fnmatchcase(type_, g) for g in settings.skip_types)
            and any(fnmatchcase(type_, g) for g in only)
        )

    return wanted


def moment_of(as_of: datetime, now: datetime, *, pinned: bool) -> datetime:
    """The one moment that all listings of a run answer for: the start of the run, a little before it for clocks that are ahead.

    pinned: somebody named `as_of`: that moment, where the service still knows it, so that a month that was missed can be read later.
    """
    latest = now - AHEAD
    if pinned and as_of > now - KEPT:
        return min(as_of, latest)
    return latest if pinned else min(as_of - AHEAD, latest)


__all__ = ["GcpSource", "moment_of", "place"]
