"""The Google Cloud source: projects in, resources, gaps and listings out.

One unit of work is a project: three listings (RESOURCE, IAM_POLICY, ORG_POLICY) at one moment, the same for every project. What stands
above the projects is a unit each: a folder or an organisation with its IAM policy, because permissions come down from there.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from driftscan.catalog import Catalog
from driftscan.model.resource import Read, Resource
from driftscan.model.settings import Account, Environment, Settings
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.model.value import Address, Unknown, Value
from driftscan.sources.gcp import hierarchy
from driftscan.sources.gcp.assets import Asset, exported, listed
from driftscan.sources.gcp.clients import Clients, Tuning
from driftscan.sources.gcp.faults import Failure, failure
from driftscan.sources.gcp.gaps import ASSET, MANAGER, PERMISSIONS, content_gap, hint, project_gap
from driftscan.sources.gcp.hierarchy import LEVELS, PROJECT, Project
from driftscan.sources.unit import GLOBAL, Plan, ResolvedAccount, Unit

log = logging.getLogger(__name__)

AHEAD: Final = timedelta(minutes=1)
"""A `read_time` in the future is refused."""
KEPT: Final = timedelta(days=35)
"""For so long Cloud Asset Inventory can say what was (`read_time`)."""
SERVICE: Final = "serviceusage.googleapis.com/Service"
_POLICIES: Final = (("IAM_POLICY", "iamPolicy"), ("ORG_POLICY", "orgPolicy"))
_ZONE: Final = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z]")
_PLACE: Final = re.compile(r"/(?:locations|regions|zones)/([^/]+)")


class GcpSource:
    """Reads the Google Cloud projects of one environment; see `sources.source.Source`.

    read_time: the moment that every listing answers for, or None for now.
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
    ) -> None:
        self.environment, self.catalog, self.now, self.read_time = environment, catalog, now, read_time
        self._wanted = _wanted(settings, tuple(only_types) if only_types is not None else ("*",))
        self._tuning = tuning or Tuning()
        self._clients: dict[str | None, Clients] = {}
        self._accounts: list[ResolvedAccount] = []
        self._projects: dict[str, Project] = {}
        self._levels: dict[str, Account] = {}
        self._parents: dict[str, str] = {}

    # ----------------------------------------------------------------------------------------- before reading

    def resolve(self) -> list[ResolvedAccount]:
        """The projects as they are: numbers, folders and queries become project ids. One that cannot be reached carries its gap."""
        self._accounts, self._projects, self._levels, self._parents = [], {}, {}, {}
        taken: set[str] = set()
        for account in self.environment.accounts:
            if account.provider != "gcp":
                continue
            for found in self._resolved(account):
                if found.id not in taken:
                    taken.add(found.id)
                    self._accounts.append(found)
        for read in self._accounts:
            project = self._projects.get(read.id)
            if read.gap is None and project is not None:
                self._above(project.parent, read.login)
        return list(self._accounts)

    def units(self) -> list[Unit]:
        """One per project, one per level above. Needs `resolve`."""
        projects = [Unit(a.id, GLOBAL, ASSET) for a in self._accounts if a.gap is None]
        return sorted([*projects, *(Unit(name, GLOBAL, MANAGER) for name, _ in self._levels.items() if self._wanted(_type(name)))])

    def plan(self) -> Plan:
        """Three pages for each project, two calls for each level; an export takes none. Needs `resolve`."""
        read = {a.id: a.login.exports for a in self._accounts}
        return Plan(tuple((u, (0 if read[u.account] else 1 + len(_POLICIES)) if u.service == ASSET else 2) for u in self.units()))

    @property
    def calls(self) -> Mapping[str, int]:
        """Requests made so far, `service:Operation` -> count, sorted."""
        return dict(sorted(sum((c.made for c in self._clients.values()), Counter[str]()).items()))

    @property
    def identities(self) -> Mapping[str, str]:
        """Project id -> who reads it, sorted."""
        return {a.id: a.identity for a in sorted(self._accounts, key=lambda a: a.id) if a.identity}

    # ----------------------------------------------------------------------------------------- reading

    def read(self, unit: Unit) -> Iterator[Resource | Gap | Listing]:
        """Everything of a unit. Never raises for what the vendor does."""
        if unit.service == MANAGER:
            yield from self._read_level(unit.account)
            return
        account = next(a for a in self._accounts if a.id == unit.account)
        yield from _Reading(self, account, self._projects.get(account.id)).all()

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
        """Ends the connections."""
        for clients in self._clients.values():
            clients.close()

    def wanted(self, type_: str) -> bool:
        """Whether the configuration takes a type."""
        return self._wanted(type_)

    def clients(self, account: Account) -> Clients:
        """The clients that read an account: one set for each identity."""
        return self._clients.setdefault(account.impersonate, Clients(self._tuning, account.impersonate))

    def at(self) -> str:
        """The moment that is noted beside what was read (UTC, ISO 8601)."""
        return (self.read_time or self.now()).isoformat(timespec="seconds").replace("+00:00", "Z")

    # ----------------------------------------------------------------------------------------- inside

    def _resolved(self, account: Account) -> Iterator[ResolvedAccount]:
        """The projects that one entry of the configuration means."""
        if account.exports:
            yield ResolvedAccount(account.id, account, identity=f"export {', '.join(account.exports)}", partition="gcp")
            return
        call = (MANAGER, "GetProject")
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
            if problem.kind == "denied" and call[1] == "GetProject" and not account.id.isdigit():
                # Resource Manager may be closed to a reader that Cloud Asset Inventory is open to: the listing tells
                yield ResolvedAccount(account.id, account, identity=identity, partition="gcp")
                return
            yield ResolvedAccount(account.id, account, partition="gcp", gap=self._lost(account.id, problem, call))
            return
        if not found:
            problem = Failure("absent", "NOT_FOUND")
            yield ResolvedAccount(account.id, account, partition="gcp", gap=self._lost(account.id, problem, call))
        for project in found:
            self._projects[project.id] = project
            yield ResolvedAccount(project.id, account, identity=identity, partition="gcp")

    def _lost(self, name: str, problem: Failure, call: tuple[str, str]) -> Gap:
        permission = {"GetProject": "projects.get", "SearchProjects": "projects.get", "ListProjects": "projects.list"}[call[1]]
        return project_gap(name, problem, call, f"resourcemanager.{permission}", self.at())

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

    def _read_level(self, name: str) -> Iterator[Resource | Gap | Listing]:
        type_, at = _type(name), self.at()
        clients = self.clients(self._levels[name])
        noun = "folders" if name.startswith("folders/") else "organizations"
        address = Address(type_, name, GLOBAL, f"//cloudresourcemanager.googleapis.com/{name}", "gcp")
        try:
            value = hierarchy.level(clients, name)
        except Exception as e:
            problem = failure(e)
            permission = f"resourcemanager.{noun}.get"
            yield Listing(name, GLOBAL, type_, Status.DENIED if problem.kind == "denied" else Status.PARTIAL)
            operation = "GetFolder" if noun == "folders" else "GetOrganization"
            denied = permission if problem.kind == "denied" else ""
            yield Gap(name, GLOBAL, type_, MANAGER, operation, problem.code, denied, hint(problem, name, permission), at=at)
            return
        reads = [Read(f"{MANAGER}:{'GetFolder' if noun == 'folders' else 'GetOrganization'}", at)]
        try:
            value["iamPolicy"] = hierarchy.policy(clients, name)
            reads.append(Read(f"{MANAGER}:GetIamPolicy", at))
        except Exception as e:
            problem = failure(e)
            value["iamPolicy"] = Unknown(problem.code)
            permission = f"resourcemanager.{noun}.getIamPolicy"
            denied = permission if problem.kind == "denied" else ""
            text = hint(problem, name, permission)
            yield Gap(name, GLOBAL, type_, MANAGER, "GetIamPolicy", problem.code, denied, text, address, ("iamPolicy",), at)
        yield Resource(address, value, address.id, None, tuple(reads))
        yield Listing(name, GLOBAL, type_, Status.COMPLETE, 1)


class _Reading:
    """One project while it is read."""

    def __init__(self, source: GcpSource, account: ResolvedAccount, project: Project | None) -> None:
        self._source, self._account, self._project = source, account, project
        self._counts: Counter[tuple[str, str]] = Counter()
        self._enabled: set[str] = set()
        self._policies: dict[tuple[str, str], dict[str, Value]] = {}
        self._failed: dict[str, tuple[str, Failure]] = {}
        self._at = source.at()

    def all(self) -> Iterator[Resource | Gap | Listing]:
        """Resources as they come, then a listing per type and place, then the gaps."""
        exports = self._account.login.exports
        if exports:
            yield from self._merged(exports)
        else:
            for content, member in _POLICIES:
                self._read_policies(content, member)
            problem: Failure | None = None
            try:
                for asset in self._listed("RESOURCE"):
                    yield from self._resource(asset)
            except Exception as e:
                problem = failure(e)
            yield from self._left_over(whole=problem is None)
            if problem is not None:
                yield from self._broken(problem)
                return
        yield from self._coverage()
        for content, (member, problem) in sorted(self._failed.items()):
            for type_ in sorted({t for t, _ in self._counts}):
                yield content_gap(self._account.id, type_, problem, content, member, self._at)

    def _listed(self, content: str) -> Iterator[Asset]:
        source, account = self._source, self._account
        return listed(source.clients(account.login), f"projects/{account.id}", content, source.read_time)

    def _read_policies(self, content: str, member: str) -> None:
        """The policies of every asset; they are far fewer than assets, and wait for theirs."""
        try:
            for asset in self._listed(content):
                if asset.get(member):
                    self._policies.setdefault((str(asset["assetType"]), str(asset["name"])), {})[member] = asset[member]
        except Exception as e:
            self._failed[content] = (member, failure(e))

    def _merged(self, files: Sequence[str]) -> Iterator[Resource | Gap | Listing]:
        """The assets of the export's files; a file for each content type is the rule, so that one asset stands in several."""
        whole: dict[tuple[str, str], dict[str, Value]] = {}
        for file in files:
            for asset in exported(Path(file)):
                whole.setdefault((str(asset["assetType"]), str(asset["name"])), {}).update(asset)
        for _, asset in sorted(whole.items()):
            if self._mine(asset):
                for _, member in _POLICIES:
                    if asset.get(member):
                        self._policies.setdefault((str(asset["assetType"]), str(asset["name"])), {})[member] = asset[member]
                yield from self._resource(asset)

    def _mine(self, asset: Asset) -> bool:
        """Whether an asset of an export lies in this project: its ancestors or its name say so; an export of one project says nothing."""
        names = {f"projects/{self._account.id}"} | ({f"projects/{self._project.number}"} if self._project is not None else set())
        above = [a for a in asset.get("ancestors") or () if str(a).startswith("projects/")]
        if not above:
            return True
        known = self._account.id if not str(above[0]).removeprefix("projects/").isdigit() else None
        return bool(names & {*above}) if known is not None or self._project is not None else True

    def _resource(self, asset: Asset) -> Iterator[Resource]:
        type_, name = str(asset["assetType"]), str(asset["name"])
        policies = self._policies.pop((type_, name), {})
        resource = asset.get("resource") or {}
        data = dict(resource.get("data") or {})
        if type_ == SERVICE and data.get("state", "ENABLED") == "ENABLED":
            self._enabled.add(str(data.get("name", name)).rpartition("/")[2])
        if not self._source.wanted(type_):
            return
        yield self._made(type_, name, {**data, **policies}, str(resource.get("location") or ""))

    def _made(self, type_: str, name: str, value: dict[str, Value], location: str) -> Resource:
        for member, problem in self._failed.values():
            value.setdefault(member, Unknown(problem.code))
        region = place(location, name)
        self._counts[type_, region] += 1
        reads = (Read(f"{ASSET}:ListAssets", self._at),)
        return Resource(Address(type_, self._account.id, region, name, "gcp"), value, name, None, reads)

    def _left_over(self, *, whole: bool) -> Iterator[Resource]:
        """What has a policy and is no resource of its own in this API, and the project itself, where the listing lacks it."""
        if whole:
            for (type_, name), policies in sorted(self._policies.items()):
                if self._source.wanted(type_):
                    yield self._made(type_, name, policies, "")
            self._policies.clear()
        project = self._project
        if (
            whole
            and project is not None
            and project.data is not None
            and not self._counts[PROJECT, GLOBAL]
            and self._source.wanted(PROJECT)
        ):
            name = f"//cloudresourcemanager.googleapis.com/projects/{project.number}"
            yield self._made(PROJECT, name, {**project.data, "projectNumber": project.number}, "")

    def _coverage(self) -> Iterator[Listing]:
        account = self._account.id
        for (type_, region), number in sorted(self._counts.items()):
            yield Listing(account, region, type_, Status.COMPLETE, number)
        seen = {type_ for type_, _ in self._counts}
        for type_, spec in self._source.catalog.specs.items():
            if spec.provider == "gcp" and type_ not in seen and type_ not in LEVELS.values() and self._source.wanted(type_):
                yield Listing(account, GLOBAL, type_, Status.OFF if self._off(type_) else Status.COMPLETE)

    def _off(self, type_: str) -> bool:
        """Whether the API of a type is not enabled in the project; where no service is known to be enabled, nobody can say."""
        return bool(self._enabled) and type_.partition("/")[0] not in self._enabled

    def _broken(self, problem: Failure) -> Iterator[Gap | Listing]:
        """The listing broke off: what was read is kept, and nothing counts as absent."""
        account = self._account.id
        status = Status.DENIED if problem.kind in ("denied", "disabled") else Status.PARTIAL
        for (type_, region), number in sorted(self._counts.items()):
            yield Listing(account, region, type_, Status.PARTIAL, number)
        yield Listing(account, "*", "*", status)
        yield project_gap(account, problem, (ASSET, "ListAssets"), PERMISSIONS["RESOURCE"], self._at)


def place(location: str, name: str) -> str:
    """The region of an asset: its location without the letter of a zone; where it has none, the place in its name, else `global`."""
    if not location:
        found = _PLACE.search(name)
        location = found[1] if found is not None else GLOBAL
    zone = _ZONE.fullmatch(location)
    return zone[1] if zone is not None else location.lower()


def _type(level: str) -> str:
    return LEVELS[level.partition("/")[0]]


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
    if pinned and AHEAD < now - as_of < KEPT:
        return as_of
    return min(as_of, now) - AHEAD if not pinned else now - AHEAD


__all__ = ["GcpSource", "moment_of", "place"]
