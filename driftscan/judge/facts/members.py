"""Members: what the organizations of every vendor hold, whoever it belongs to, and whose list is not known whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from driftscan.judge.facts.projects import ORGANIZATION, ids
from driftscan.model.snapshot import Snapshot, Status
from driftscan.model.value import Unknown

ACCOUNT: Final = "AWS::Organizations::Account"
"""The type whose resources are the accounts of the organization; whoever may not list it sees none."""
LEAVING: Final = "DELETE_REQUESTED"
"""The state of a project that Google has shut down and deletes about 30 days later."""
_NOT_READ: Final = "not read"
_NUMBER: Final = re.compile(r"projects/(\d+)")


@dataclass(frozen=True, slots=True)
class Member:
    """One account or project of an organization, or several that the vendor made for itself.

    account: its id; name: as people see it. seen_by: the environment (the first of those) whose snapshot lists it. also: what else names
    it, or what it lies in: `301`, `folders/200`, `organizations/100`. vendor: why it belongs to no environment by nature, else empty.
    made: how many the vendor made, which are not named one by one; account is then what they lie in.
    """

    account: str
    name: str
    seen_by: str
    noun: Literal["account", "project"] = "account"
    also: tuple[str, ...] = ()
    vendor: str = ""
    made: int = 0


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A list that is not known whole. of: the organization, where its name is known; code: why."""

    noun: Literal["account", "project"]
    of: str
    code: str


def members(snapshots: Sequence[Snapshot]) -> tuple[tuple[Member, ...], tuple[Unlisted, ...]]:
    """Everything that is listed, by account, and what is not. One that several environments list is the first one's."""
    types = {row.type for s in snapshots for row in s.listings if row.type != "*"}
    google = any("/" in type for type in types)
    found: dict[str, Member] = {}
    unlisted: list[Unlisted] = []
    for asked, of in ((not google or any("/" not in type for type in types), _accounts), (google, _projects)):
        if asked:
            unlisted += of(snapshots, found)
    return tuple(found[account] for account in sorted(found)), tuple(unlisted)


def _accounts(snapshots: Sequence[Snapshot], found: dict[str, Member]) -> Iterator[Unlisted]:
    whole, off, why = False, False, _NOT_READ
    for s in snapshots:
        codes = {g.account: g.code for g in s.gaps if g.type == ACCOUNT and g.address is None}
        for listing in s.listings:
            if listing.type == ACCOUNT:
                whole |= listing.status is Status.COMPLETE
                off |= listing.status is Status.OFF
                if listing.status not in (Status.COMPLETE, Status.OFF):
                    why = codes.get(listing.account, str(listing.status))
        for r in s.resources(ACCOUNT):
            found.setdefault(r.address.id, Member(r.address.id, _text(r.value.get("Name")), s.header.environment))
    if not whole and not (off and why == _NOT_READ):
        yield Unlisted("account", "", why)


def _projects(snapshots: Sequence[Snapshot], found: dict[str, Member]) -> Iterator[Unlisted]:
    """The projects below each organization. A list is not known where it was not read whole; and where a project that is read stands in
    none, unless it lies in no organization.
    """
    lists: dict[str, str] = {}  # organization -> the code of what its best list lacks
    for s in snapshots:
        for r in s.resources(ORGANIZATION):
            listed = r.value.get("projects")
            code = listed.code if isinstance(listed, Unknown) else _NOT_READ
            if isinstance(listed, list):
                code = next((x.code for x in listed if isinstance(x, Unknown)), "")
                for member in _below(r.address.account, r.value, listed, s.header.environment):
                    found.setdefault(member.account, member)
            before = lists.get(r.address.account)
            lists[r.address.account] = code if before is None else before and code
    yield from (Unlisted("project", organization, code) for organization, code in sorted(lists.items()) if code)
    if any(lists.values()):
        return
    one = ids(snapshots)
    yield from dict.fromkeys(
        Unlisted("project", "", code) for s in snapshots for code in _strangers(s, {one.get(a, a) for a in _read(s)} - found.keys())
    )


def _read(snapshot: Snapshot) -> set[str]:
    """The projects that a snapshot says anything of."""
    return set(snapshot.header.accounts) & {row.account for row in snapshot.listings if "/" in row.type}


def _strangers(snapshot: Snapshot, projects: set[str]) -> Iterator[str]:
    """Why nobody knows where some projects lie: a code for each that lies in an organization, or may."""
    free = {row.account for row in snapshot.listings if row.type == ORGANIZATION and row.status is Status.OFF}
    codes = {g.account: g.code for g in snapshot.gaps if g.type == ORGANIZATION and g.address is None}
    for project in sorted(projects - free):
        yield codes.get(project) or next(iter(codes.values()), _NOT_READ)


def _below(name: str, organization: Mapping[str, object], listed: list[object], environment: str) -> Iterator[Member]:
    found = organization.get("folders")
    folders = {str(f.get("name")): f for f in found if isinstance(f, dict)} if isinstance(found, list) else {}

    def above(parent: str) -> Iterator[str]:
        seen = set[str]()
        while parent in folders and parent not in seen:
            seen.add(parent)
            yield parent
            parent = _text(folders[parent].get("parent"))

    for project in listed:
        if isinstance(project, dict) and (id_ := _text(project.get("projectId"))):
            number = _NUMBER.fullmatch(_text(project.get("name")))
            also = (*([number[1]] if number else []), *above(_text(project.get("parent"))), name)
            leaving = f"it is on its way to be deleted ({LEAVING})" if project.get("state") == LEAVING else ""
            yield Member(id_, _text(project.get("displayName")), environment, "project", also, leaving)
    for id_, folder in folders.items():
        if isinstance(made := folder.get("scripts"), int) and made:
            yield Member(id_, _text(folder.get("displayName")), environment, "project", (), "Google makes one for each script", made)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
