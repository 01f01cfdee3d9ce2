"""Projects, and what stands above them: from the configuration's entries to projects, and each level with its IAM policy.

Source: Resource Manager v3 (`GetProject`, `SearchProjects`, `ListProjects`, `ListFolders`, `GetFolder`, `SearchOrganizations`,
`GetIamPolicy`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from google.cloud import resourcemanager_v3 as manager
from google.iam.v1 import iam_policy_pb2
from google.protobuf import json_format

from driftscan.model.value import Value
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Malformed
from driftscan.sources.gcp.gaps import MANAGER

LEVELS: Final = {
    "folders": "cloudresourcemanager.googleapis.com/Folder",
    "organizations": "cloudresourcemanager.googleapis.com/Organization",
}
PROJECT: Final = "cloudresourcemanager.googleapis.com/Project"
_DEEPEST: Final = 12
"""Folders nest ten deep at most."""


@dataclass(frozen=True, slots=True)
class Project:
    """id: as people write it; number: digits, empty where Resource Manager did not say; parent: `folders/1`, `organizations/1` or empty.

    data: what Resource Manager says of it, as JSON.
    """

    id: str
    number: str = ""
    parent: str = ""
    data: dict[str, Value] | None = None


def project(clients: Clients, name: str) -> Project:
    """A project by id or number. Raises what the vendor answers."""
    request = manager.GetProjectRequest(name=f"projects/{name}")
    return _project(clients.call(MANAGER, "GetProject", clients.projects.get_project, request))


def below(clients: Clients, parent: str) -> list[Project]:
    """The active projects of a folder or organisation and of all folders below it, by id. Raises what the vendor answers."""
    found: dict[str, Project] = {}
    queue = [(parent, 0)]
    while queue:
        level, depth = queue.pop()

        def projects(token: str, level: str = level) -> Any:
            request = manager.ListProjectsRequest(parent=level, page_token=token, page_size=100)
            return clients.call(MANAGER, "ListProjects", clients.projects.list_projects, request)

        def folders(token: str, level: str = level) -> Any:
            request = manager.ListFoldersRequest(parent=level, page_token=token, page_size=100)
            return clients.call(MANAGER, "ListFolders", clients.folders.list_folders, request)

        for p in _pages(projects, "projects"):
            if p.state == manager.Project.State.ACTIVE:
                found[p.project_id] = _project(p)
        if depth < _DEEPEST:
            queue += [(f.name, depth + 1) for f in _pages(folders, "folders") if f.state != manager.Folder.State.DELETE_REQUESTED]
    return [found[name] for name in sorted(found)]


def fitting(clients: Clients, query: str) -> list[Project]:
    """The active projects that a query of `SearchProjects` finds (`labels.env:stage`), by id. Raises what the vendor answers."""

    def search(token: str) -> Any:
        request = manager.SearchProjectsRequest(query=query, page_token=token, page_size=100)
        return clients.call(MANAGER, "SearchProjects", clients.projects.search_projects, request)

    found = {p.project_id: _project(p) for p in _pages(search, "projects") if p.state == manager.Project.State.ACTIVE}
    return [found[name] for name in sorted(found)]


def level(clients: Clients, name: str) -> dict[str, Value]:
    """What Resource Manager says of a folder or organisation, as JSON. Raises what the vendor answers."""
    if name.startswith("folders/"):
        answer = clients.call(MANAGER, "GetFolder", clients.folders.get_folder, manager.GetFolderRequest(name=name))
        return _json(manager.Folder.pb(answer))
    request = manager.GetOrganizationRequest(name=name)
    return _json(manager.Organization.pb(clients.call(MANAGER, "GetOrganization", clients.organizations.get_organization, request)))


def policy(clients: Clients, name: str) -> dict[str, Value]:
    """The IAM policy that is set on a folder or organisation, as JSON. Raises what the vendor answers."""
    of = clients.folders if name.startswith("folders/") else clients.organizations
    request = iam_policy_pb2.GetIamPolicyRequest(resource=name)
    request.options.requested_policy_version = 3  # below 3, conditions are left out
    return _json(clients.call(MANAGER, "GetIamPolicy", of.get_iam_policy, request))


def _pages(ask: Callable[[str], Any], member: str) -> Iterator[Any]:
    token = ""
    seen: set[str] = set()
    while True:
        page = next(iter(ask(token).pages))
        yield from getattr(page, member)
        token = page.next_page_token
        if not token:
            return
        if token in seen:
            raise Malformed("a page token came twice")
        seen.add(token)


def _project(found: Any) -> Project:
    return Project(found.project_id, found.name.removeprefix("projects/"), found.parent, _json(manager.Project.pb(found)))


def _json(message: Any) -> dict[str, Value]:
    out: dict[str, Value] = json_format.MessageToDict(message)
    return out
