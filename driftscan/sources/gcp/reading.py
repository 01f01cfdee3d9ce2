"""One project while it is read: its assets as they come, with their policies, and what became of each listing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from driftscan.catalog import Catalog
from driftscan.catalog.google import CONTENTS, permission_of
from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.model.value import Address, Unknown, Value
from driftscan.sources.gcp import hierarchy
from driftscan.sources.gcp.assets import Asset, scope
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Failure, failure
from driftscan.sources.gcp.gaps import ASSET, MANAGER, NOT_EXPORTED, content_gap, member_gap, project_gap, status
from driftscan.sources.gcp.hierarchy import LEVELS, PROJECT, SERVICE, Project
from driftscan.sources.unit import GLOBAL

POLICIES: Final = (("IAM_POLICY", "iamPolicy"), ("ORG_POLICY", "orgPolicy"))
"""Content types that make a member of an asset."""
POLICY_ONLY: Final = tuple(
    f"iap.googleapis.com/{noun}" for noun in ("Tunnel", "TunnelInstance", "TunnelZone", "Web", "WebService", "WebServiceVersion", "WebType")
)
"""Cloud Asset Inventory knows Identity-Aware Proxy's types by their IAM policies alone: no listing of resources has them."""
_ZONE: Final = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z]")
_PLACE: Final = re.compile(r"/(?:locations|regions|zones)/([^/]+)")


class Lister(Protocol):
    """Where the assets come from: the API, or an export."""

    def __call__(self, content: str) -> Iterator[Asset]:
        """The project's assets that have something of a content type, each once. Raises what the vendor answers."""
        ...


@dataclass
class Reading:
    """One project. id: as the configuration says. project: what Resource Manager said of it, where it was asked and answered.

    clients: None for an export. missing: content types that an export lacks; filtered: it cannot say that something is absent.
    """

    id: str
    project: Project | None
    listed: Lister
    clients: Clients | None
    catalog: Catalog
    wanted: Callable[[str], bool]
    at: str
    missing: tuple[str, ...] = ()
    filtered: bool = False
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _enabled: set[str] = field(default_factory=set)
    _policies: dict[tuple[str, str], dict[str, Value]] = field(default_factory=dict)
    _failed: dict[str, tuple[str, Failure]] = field(default_factory=dict)
    _strays: dict[tuple[str, str], str] = field(default_factory=dict)
    _number: str = ""
    _extras: dict[str, Value] = field(default_factory=dict)
    _reads: list[Read] = field(default_factory=list)

    def all(self) -> Iterator[Resource | Gap | Listing]:
        """Resources as they come, then a listing per type and place, then the gaps."""
        self._number = self.project.number if self.project is not None else ""
        for content, member in POLICIES:
            self._read_policies(content, member)
        yield from self._beside()
        problem: Failure | None = None
        try:
            for asset in self.listed("RESOURCE"):
                yield from self._resource(asset)
        except Exception as e:
            problem = failure(e)
        if problem is not None:
            yield from self._broken(problem)
        else:
            yield from self._left_over()
            yield from self._coverage()
        yield from self._unread()

    # ----------------------------------------------------------------------------------------- before the resources

    def _read_policies(self, content: str, member: str) -> None:
        """The policies of every asset; they are far fewer than assets, and wait for theirs."""
        if content in self.missing:
            self._failed[content] = (member, Failure("absent", NOT_EXPORTED))
            return
        try:
            for asset in self.listed(content):
                if asset.get(member) and self._ours(asset):
                    self._policies.setdefault((str(asset["assetType"]), str(asset["name"])), {})[member] = asset[member]
        except Exception as e:
            self._failed[content] = (member, failure(e))

    def _beside(self) -> Iterator[Gap]:
        """What Resource Manager knows of the project beside its assets: liens, and tags in force."""
        if not self.wanted(PROJECT):
            return
        for member, operation, permission, ask in (
            ("liens", "ListLiens", permission_of("ListLiens"), lambda c: hierarchy.liens(c, self.id)),
            ("effectiveTags", "ListEffectiveTags", permission_of("ListEffectiveTags"), self._tags),
        ):
            name = hierarchy.full_name(f"projects/{self._number or self.id}")
            address = Address(PROJECT, self.id, GLOBAL, name, "gcp")
            if self.clients is None:
                self._extras[member] = Unknown(NOT_EXPORTED)
                yield member_gap(address, Failure("absent", NOT_EXPORTED), operation, permission, member, self.at)
                continue
            try:
                found: Value = ask(self.clients)
            except Exception as e:
                problem = failure(e)
                # the vendor answers 403 where a project is not to be seen: no such address at all is an emulator without liens
                lacking = member == "liens" and problem.kind == "absent"
                if not lacking:
                    self._extras[member] = Unknown(problem.code)
                yield member_gap(address, problem, operation, permission, "" if lacking else member, self.at)
            else:
                self._reads.append(Read(f"{MANAGER}:{operation}", self.at))
                if found:
                    self._extras[member] = found

    def _tags(self, clients: Clients) -> Value:
        if not self._number:
            self._number = hierarchy.project(clients, self.id).number  # tags know projects by their numbers alone
        return hierarchy.tags(clients, f"projects/{self._number}")

    # ----------------------------------------------------------------------------------------- the resources

    def _ours(self, asset: Asset) -> bool:
        """Whether an asset lies in this project; one that does not is noted, and left out."""
        above = scope(asset)
        name = above.removeprefix("projects/")
        if not self._number and name.isdigit():
            self._number = name
        if name in ("", self.id, self._number):
            return True
        self._strays[str(asset["assetType"]), place(_location(asset), str(asset["name"]))] = above
        return False

    def _resource(self, asset: Asset) -> Iterator[Resource]:
        type_, name = str(asset["assetType"]), str(asset["name"])
        policies = self._policies.pop((type_, name), {})
        if not self._ours(asset):
            return
        data = dict((asset.get("resource") or {}).get("data") or {})
        if type_ == SERVICE and data.get("state", "ENABLED") == "ENABLED":
            self._enabled.add(str(data.get("name", name)).rpartition("/")[2])
        if self.wanted(type_):
            yield self._made(type_, name, {**data, **policies}, _location(asset))

    def _made(self, type_: str, name: str, value: dict[str, Value], location: str) -> Resource:
        for content, (member, problem) in self._failed.items():
            if self._holds(type_, content):
                value.setdefault(member, Unknown(problem.code))
        region = place(location, name)
        self._counts[type_, region] += 1
        reads = [Read(f"{ASSET}:ListAssets", self.at)]
        if type_ == PROJECT:
            value.update(self._extras)
            reads += self._reads
        return Resource(Address(type_, self.id, region, name, "gcp"), value, name, None, tuple(reads))

    def _holds(self, type_: str, content: str) -> bool:
        """Whether assets of a type can have something of a content type. Organization policies are set on projects and above."""
        if content == "ORG_POLICY":
            return type_ == PROJECT
        spec = self.catalog.spec(type_)
        return spec is None or not spec.content or content in spec.content

    def _left_over(self) -> Iterator[Resource]:
        """What has a policy and is no resource of its own in this API, and the project itself, where the listing lacks it."""
        project = self.project
        if project is not None and project.data is not None and not self._counts[PROJECT, GLOBAL] and self.wanted(PROJECT):
            name = hierarchy.full_name(f"projects/{project.number}")
            policies = self._policies.pop((PROJECT, name), {})
            yield self._made(PROJECT, name, {**project.data, "projectNumber": project.number, **policies}, "")
        for (type_, name), policies in sorted(self._policies.items()):
            if self.wanted(type_):
                yield self._made(type_, name, policies, "")
        self._policies.clear()

    # ----------------------------------------------------------------------------------------- what became of it

    def _coverage(self) -> Iterator[Listing]:
        seen, unlisted = {type_ for type_, _ in self._counts}, self._unlisted()
        for (type_, region), number in sorted(self._counts.items()):
            unsure = (type_, region) in self._strays or type_ in unlisted
            yield Listing(self.id, region, type_, Status.PARTIAL if unsure else Status.COMPLETE, number)
        if self.filtered:
            yield Listing(self.id, "*", "*", Status.NOT_READ)
            return
        strays = {type_ for type_, _ in self._strays}
        for type_, spec in self.catalog.specs.items():
            if spec.provider == "gcp" and type_ not in {*seen, *unlisted, *strays, *LEVELS.values()} and self.wanted(type_):
                yield Listing(self.id, GLOBAL, type_, Status.OFF if self._off(type_) else Status.COMPLETE)

    def _unlisted(self) -> tuple[str, ...]:
        """The types that are seen by their policies alone, where these could not be read whole; sorted."""
        if "IAM_POLICY" not in self._failed:
            return ()
        written = (t for t, s in self.catalog.specs.items() if s.content and "RESOURCE" not in s.content)
        return tuple(sorted(filter(self.wanted, {*POLICY_ONLY, *written})))

    def _off(self, type_: str) -> bool:
        """Whether the API of a type is not enabled in the project; where no service is known to be enabled, nobody can say."""
        api = type_.partition("/")[0]
        return bool(self._enabled) and ("container.googleapis.com" if api.endswith("k8s.io") else api) not in self._enabled

    def _broken(self, problem: Failure) -> Iterator[Gap | Listing]:
        """The listing broke off: what was read is kept, and nothing counts as absent."""
        for (type_, region), number in sorted(self._counts.items()):
            yield Listing(self.id, region, type_, Status.PARTIAL, number)
        yield Listing(self.id, "*", "*", Status.PARTIAL if self._counts else status(problem))
        yield project_gap(self.id, problem, (ASSET, "ListAssets"), CONTENTS["RESOURCE"], self.at)

    def _unread(self) -> Iterator[Gap]:
        types = sorted({t for t, _ in self._counts})
        for content, (member, problem) in sorted(self._failed.items()):
            for type_ in types:
                if self._holds(type_, content):
                    yield content_gap(self.id, type_, problem, content, member, self.at)
        for type_ in self._unlisted():
            if type_ not in types:
                yield content_gap(self.id, type_, self._failed["IAM_POLICY"][1], "IAM_POLICY", "", self.at)
        for (type_, region), above in sorted(self._strays.items()):
            text = f"the listing of project {self.id} holds assets of {above}: they are left out; run again, and report it to the vendor"
            yield Gap(self.id, region, type_, ASSET, "ListAssets", "MalformedAnswer", "", text, at=self.at)
        if self.filtered:
            text = "the export lacks the project or its services: it was filtered by asset types; export all of them"
            yield Gap(self.id, "*", "*", ASSET, "ExportAssets", NOT_EXPORTED, "", text, at=self.at)


def _location(asset: Asset) -> str:
    return str((asset.get("resource") or {}).get("location") or "")


def place(location: str, name: str) -> str:
    """The region of an asset: its location without the letter of a zone; where it has none, the place in its name, else `global`."""
    if not location:
        found = _PLACE.search(name)
        location = found[1] if found is not None else GLOBAL
    location = location.lower()
    zone = _ZONE.fullmatch(location)
    return zone[1] if zone is not None else location
