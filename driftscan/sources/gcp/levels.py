"""What stands above the projects: a folder or the organization with its policies and tags, because all of them come down from there.

An organization also says what lies below it (`projects`, `folders`): a project that belongs to no environment is seen there alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from driftscan.catalog.google import CONTENTS, permission_of
from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.model.value import Address, Unknown, Value
from driftscan.sources.gcp import assets, hierarchy
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Failure, failure
from driftscan.sources.gcp.gaps import ASSET, MANAGER, hint, member_gap, status
from driftscan.sources.gcp.hierarchy import LEVELS
from driftscan.sources.gcp.organization import Below
from driftscan.sources.unit import GLOBAL

GET: Final = {"folders": "GetFolder", "organizations": "GetOrganization"}


def type_of(name: str) -> str:
    """The type of `folders/1`, `organizations/1`."""
    return LEVELS[name.partition("/")[0]]


def read(
    clients: Clients, name: str, below: Callable[[], Below], read_time: datetime | None, at: str
) -> Iterator[Resource | Gap | Listing]:
    """The level, its gaps, its listing. Never raises for what the vendor does.

    below: what lies below an organization. read_time: of the organization policies, which Cloud Asset Inventory has; at: of the read.
    """
    noun, type_ = name.partition("/")[0], type_of(name)
    address = Address(type_, name, GLOBAL, hierarchy.full_name(name), "gcp")
    try:
        value = hierarchy.level(clients, name)
    except Exception as e:
        yield from lost(name, failure(e), at)
        return
    reads = [Read(f"{MANAGER}:{GET[noun]}", at)]
    asked: tuple[tuple[str, str, str, str, Callable[[Clients, str], Value]], ...] = (
        ("iamPolicy", MANAGER, "GetIamPolicy", permission_of("GetIamPolicy", noun), hierarchy.policy),
        ("orgPolicy", ASSET, "ListAssets", CONTENTS["ORG_POLICY"], lambda c, n: assets.rules(c, n, type_, read_time)),
        ("effectiveTags", MANAGER, "ListEffectiveTags", permission_of("ListEffectiveTags"), hierarchy.tags),
    )
    for member, service, operation, permission, ask in asked:
        try:
            found = ask(clients, name)
        except Exception as e:
            problem = failure(e)
            value[member] = Unknown(problem.code)
            yield member_gap(address, problem, operation, permission, member, at, service=service)
        else:
            reads.append(Read(f"{service}:{operation}", at))
            if found:
                value[member] = found
    if noun == "organizations":
        under = below()
        value.update(under.members)
        reads += [Read(f"{MANAGER}:{operation}", at) for operation in ("ListFolders", "ListProjects")]
        yield from under.gaps(address, at)
    yield Resource(address, value, address.id, None, tuple(reads))
    yield Listing(name, GLOBAL, type_, Status.COMPLETE, 1)


def lost(name: str, problem: Failure, at: str) -> Iterator[Gap | Listing]:
    """A level that could not be read; then nobody knows what stands above it either."""
    noun, type_ = name.partition("/")[0], type_of(name)
    permission = permission_of(GET[noun])
    needed = (problem.permission or permission) if problem.kind == "denied" else ""
    text = hint(problem, name, permission)
    for unread in dict.fromkeys([type_, *(LEVELS.values() if noun == "folders" else ())]):
        yield Listing(name, GLOBAL, unread, status(problem))
        yield Gap(name, GLOBAL, unread, MANAGER, GET[noun], problem.code, needed, text, at=at)


def none_above(project: str) -> Iterator[Listing]:
    """A project that lies in no folder and no organization: that there is neither is known."""
    for type_ in LEVELS.values():
        yield Listing(project, GLOBAL, type_, Status.OFF)
