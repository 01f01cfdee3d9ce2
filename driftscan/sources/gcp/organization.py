"""Every project of an organization, level by level, whoever it belongs to.

`ListProjects` and `ListFolders` answer for the children of one level, strongly consistent, and take their permission on that level: where
the reader may not look they are refused, and leave nothing out. `SearchProjects` finds what the caller may get, and is silent about the
rest.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from driftscan.catalog.google import permission_of
from driftscan.model.snapshot import Gap
from driftscan.model.value import Address, Unknown, Value
from driftscan.sources.gcp import hierarchy
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Failure, failure
from driftscan.sources.gcp.gaps import member_gap

SCRIPTS: Final = ("system-gsuite", "apps-script")
"""The folder, below the organization, in which Google makes a project for each script of Apps Script.

Source: "View or edit Google Cloud projects" of Apps Script; the ids of these projects start with `sys-`.
"""
_SCRIPT: Final = re.compile(r"sys-\d+")
_OF_PROJECT: Final = ("name", "projectId", "displayName", "state", "parent")
_OF_FOLDER: Final = ("name", "displayName", "parent")
_LEFT_OPEN: Final = {"ListProjects": ("projects",), "ListFolders": ("folders", "projects")}
"""Operation -> the members of the organization that are not whole where it fails."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A level whose children were not told."""

    level: str
    operation: str
    problem: Failure


@dataclass(frozen=True, slots=True)
class Below:
    """What lies below an organization.

    projects, folders: as Resource Manager says them, by name, of each what names and places it; projects on their way to be deleted are
    among them. A folder of Google's own has `scripts`, the number of projects that Google made in it: there may be tens of thousands, so
    none of those is named. refused: empty where both lists are whole.
    """

    projects: tuple[Value, ...]
    folders: tuple[Value, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def members(self) -> dict[str, Value]:
        """The two lists as members of the organization; one that is not whole ends with an Unknown."""
        codes = {member: r.problem.code for r in reversed(self.refused) for member in _LEFT_OPEN[r.operation]}
        return {
            member: [*found, *([Unknown(codes[member])] if member in codes else [])]
            for member, found in (("folders", self.folders), ("projects", self.projects))
        }

    def gaps(self, address: Address, at: str) -> Iterator[Gap]:
        """One for each call that failed, with the first level where it did."""
        for operation, left_open in _LEFT_OPEN.items():
            found = [r for r in self.refused if r.operation == operation]
            if found:
                where = found[0].level + (f" (and {len(found) - 1} more)" if len(found) > 1 else "")
                yield member_gap(address, found[0].problem, operation, permission_of(operation), left_open, at, where)


def walk(clients: Clients, organization: str) -> Below:
    """Asks every level. One that denies leaves out what is below it; any other trouble ends the walk. Raises nothing of the vendor's."""
    projects: dict[str, dict[str, Value]] = {}
    folders: dict[str, dict[str, Value]] = {}
    refused: list[Refused] = []
    queue: list[tuple[str, tuple[str, ...]]] = [(organization, ())]

    def look(level: str, path: tuple[str, ...]) -> None:
        for found in hierarchy.projects_in(clients, level, deleted=True):
            if path == SCRIPTS and _SCRIPT.fullmatch(found.id):
                folders[level]["scripts"] = folders[level].get("scripts", 0) + 1
            else:
                projects[found.id] = _some(found.data or {}, _OF_PROJECT)

    def descend(level: str, path: tuple[str, ...]) -> None:
        for folder in hierarchy.folders_in(clients, level):
            name = str(folder["name"])
            folders[name] = _some(folder, _OF_FOLDER)
            if len(path) < hierarchy.DEEPEST:
                queue.append((name, (*path, str(folder.get("displayName", "")))))

    asked: tuple[tuple[str, Callable[[str, tuple[str, ...]], None]], ...] = (("ListProjects", look), ("ListFolders", descend))
    while queue:
        level, path = queue.pop()
        for operation, ask in asked:
            try:
                ask(level, path)
            except Exception as e:
                refused.append(Refused(level, operation, failure(e)))
                if refused[-1].problem.kind != "denied":
                    left = Refused(level, "ListFolders", refused[-1].problem)  # nobody looked any further
                    return _below(projects, folders, [*refused, *([left] if operation != "ListFolders" else [])])
    return _below(projects, folders, refused)


class Organizations:
    """What lies below each organization: asked once for all sources of a run, by each identity for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[tuple[str, str | None], Below] = {}

    def below(self, clients: Clients, organization: str, who: str | None) -> Below:
        """who: whom the clients act as. Raises Closed."""
        with self._lock:
            if (organization, who) not in self._found:
                self._found[organization, who] = walk(clients, organization)
            return self._found[organization, who]


def _below(projects: dict[str, dict[str, Value]], folders: dict[str, dict[str, Value]], refused: list[Refused]) -> Below:
    return Below(tuple(projects[p] for p in sorted(projects)), tuple(folders[f] for f in sorted(folders)), tuple(refused))


def _some(found: dict[str, Value], members: tuple[str, ...]) -> dict[str, Value]:
    return {name: found[name] for name in members if name in found}
