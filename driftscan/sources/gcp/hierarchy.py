"""Projects, and what stands above them: from the configuration's entries to projects, and each level with its IAM policy.

Source: Resource Manager v3 (`GetProject`, `SearchProjects`, `ListProjects`, `ListFolders`, `GetFolder`, `GetOrganization`, `GetIamPolicy`,
`ListTagBindings`, and `liens.list`, which is REST alone).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import requests
from google.api_core import exceptions as api
from google.cloud import resourcemanager_v3 as manager
from google.iam.v1 import iam_policy_pb2
from google.protobuf import json_format

from driftscan.model.value import Value
from driftscan.sources.gcp.clients import Clients, base
from driftscan.sources.gcp.faults import Malformed
from driftscan.sources.gcp.gaps import MANAGER
from driftscan.sources.gcp.guard import check

LEVELS: Final = {
    "folders": "cloudresourcemanager.googleapis.com/Folder",
    "organizations": "cloudresourcemanager.googleapis.com/Organization",
}
PROJECT: Final = "cloudresourcemanager.googleapis.com/Project"
SERVICE: Final = "serviceusage.googleapis.com/Service"
BARREN: Final = 20
"""So many empty pages in a row, each with another token, and no listing ends there."""
DEEPEST: Final = 12
"""Folders nest ten deep at most."""


@dataclass(frozen=True, slots=True)
class Project:
    """id: as people write it; number: digits, empty where Resource Manager did not say; parent: `folders/1`, `organizations/1` or empty.

    data: what Resource Manager says of it, as JSON. active: it is not on its way to be deleted.
    """

    id: str
    number: str = ""
    parent: str = ""
    data: dict[str, Value] | None = None
    active: bool = True


def project(clients: Clients, name: str) -> Project:
    """A project by id or number. Raises what the vendor answers."""
    request = manager.GetProjectRequest(name=f"projects/{name}")
    return _project(clients.call(MANAGER, "GetProject", clients.projects.get_project, request))


def below(clients: Clients, parent: str) -> list[Project]:
    """The active projects of a folder or organization and of all folders below it, by id. Raises what the vendor answers."""
    found: dict[str, Project] = {}
    queue = [(parent, 0)]
    while queue:
        level, depth = queue.pop()
        found.update((p.id, p) for p in projects_in(clients, level) if p.active)
        if depth < DEEPEST:
            queue += [(str(f["name"]), depth + 1) for f in folders_in(clients, level)]
    return [found[name] for name in sorted(found)]


def projects_in(clients: Clients, parent: str, *, deleted: bool = False) -> Iterator[Project]:
    """The projects directly below a folder or organization. deleted: those on their way to be deleted, too.

    Raises what the vendor answers.
    """

    def ask(token: str) -> Any:
        request = manager.ListProjectsRequest(parent=parent, page_token=token, page_size=100, show_deleted=deleted)
        return clients.call(MANAGER, "ListProjects", clients.projects.list_projects, request)

    yield from map(_project, _pages(ask, "projects"))


def folders_in(clients: Clients, parent: str) -> Iterator[dict[str, Value]]:
    """The folders directly below a folder or organization, as JSON. One on its way to be deleted holds no active project.

    Raises what the vendor answers.
    """

    def ask(token: str) -> Any:
        request = manager.ListFoldersRequest(parent=parent, page_token=token, page_size=100)
        return clients.call(MANAGER, "ListFolders", clients.folders.list_folders, request)

    for found in _pages(ask, "folders"):
        if not found.name.startswith("folders/"):
            raise Malformed("a folder without its number")
        if found.state != manager.Folder.State.DELETE_REQUESTED:
            yield _json(manager.Folder.pb(found))


def fitting(clients: Clients, query: str) -> list[Project]:
    """The active projects that a query of `SearchProjects` finds (`labels.env:stage`), by id. Raises what the vendor answers."""

    def search(token: str) -> Any:
        request = manager.SearchProjectsRequest(query=query, page_token=token, page_size=100)
        return clients.call(MANAGER, "SearchProjects", clients.projects.search_projects, request)

    found = {p.id: p for p in map(_project, _pages(search, "projects")) if p.active}
    return [found[name] for name in sorted(found)]


def level(clients: Clients, name: str) -> dict[str, Value]:
    """What Resource Manager says of a folder or organization, as JSON. Raises what the vendor answers."""
    if name.startswith("folders/"):
        answer = clients.call(MANAGER, "GetFolder", clients.folders.get_folder, manager.GetFolderRequest(name=name))
        return _json(manager.Folder.pb(answer))
    request = manager.GetOrganizationRequest(name=name)
    return _json(manager.Organization.pb(clients.call(MANAGER, "GetOrganization", clients.organizations.get_organization, request)))


def policy(clients: Clients, name: str) -> dict[str, Value]:
    """The IAM policy that is set on a folder or organization, as JSON. Raises what the vendor answers."""
    of = clients.folders if name.startswith("folders/") else clients.organizations
    request = iam_policy_pb2.GetIamPolicyRequest(resource=name)
    request.options.requested_policy_version = 3  # below 3, conditions are left out
    return _json(clients.call(MANAGER, "GetIamPolicy", of.get_iam_policy, request))


def tags(clients: Clients, name: str) -> list[Value]:
    """The tags in force on a project, folder or organization, those that come down to it included: `namespacedTagKey`,
    `namespacedTagValue`, `inherited`; sorted. Raises what the vendor answers.
    """

    def ask(token: str) -> Any:
        request = manager.ListEffectiveTagsRequest(parent=full_name(name), page_token=token, page_size=300)
        return clients.call(MANAGER, "ListEffectiveTags", clients.bindings.list_effective_tags, request)

    found = sorted((t.namespaced_tag_key, t.namespaced_tag_value, bool(t.inherited)) for t in _pages(ask, "effective_tags"))
    return [{"namespacedTagKey": key, "namespacedTagValue": value, "inherited": inherited} for key, value, inherited in found]


def full_name(name: str) -> str:
    """`//cloudresourcemanager.googleapis.com/projects/1`, as tags and assets spell it."""
    return f"//cloudresourcemanager.googleapis.com/{name}"


def liens(clients: Clients, project: str) -> list[Value]:
    """What keeps a project from being deleted, as people set it: `origin`, `reason`, `restrictions`; sorted.

    Raises what the vendor answers, or Malformed.
    """
    found: list[dict[str, Any]] = []
    token, seen = "", set[str]()
    while True:
        asked = {"parent": f"projects/{project}", "pageSize": "100", **({"pageToken": token} if token else {})}
        page = clients.call(MANAGER, "ListLiens", lambda request, retry, timeout: _liens(clients, request, timeout), asked)  # noqa: ARG005
        found += page.get("liens", ())
        token = str(page.get("nextPageToken", ""))
        if not token:
            kept = [{k: v for k, v in lien.items() if k in ("origin", "reason", "restrictions")} for lien in found]
            return [*sorted(kept, key=lambda lien: (str(lien.get("origin")), str(lien.get("reason")), str(lien.get("restrictions"))))]
        if token in seen:
            raise Malformed("a page token came twice")
        seen.add(token)


def _liens(clients: Clients, asked: dict[str, str], timeout: float) -> dict[str, Any]:
    check("GET /v3/liens")
    try:
        answer = clients.session.get(f"{base(MANAGER)}/v3/liens", params=asked, timeout=timeout)
    except requests.Timeout as e:
        raise TimeoutError(str(e)) from e
    if not answer.ok:
        refused: Any = api.from_http_response
        raise refused(answer)
    try:
        page = answer.json()
    except ValueError as e:
        raise Malformed("no JSON") from e
    if not isinstance(page, dict) or not all(isinstance(lien, dict) for lien in page.get("liens", ())):
        raise Malformed("an answer without liens")
    return page


def _pages(ask: Callable[[str], Any], member: str) -> Iterator[Any]:
    token = ""
    seen: set[str] = set()
    barren = 0
    while True:
        page = next(iter(ask(token).pages))
        found = getattr(page, member)
        yield from found
        token = page.next_page_token
        if not token:
            return
        barren = barren + 1 if not found else 0
        if token in seen or barren > BARREN:
            raise Malformed("a page token came twice, or pages without an end")
        seen.add(token)


def _project(found: Any) -> Project:
    if not found.project_id or not found.name.startswith("projects/"):
        raise Malformed("a project without its id or its number")
    active = found.state == manager.Project.State.ACTIVE
    return Project(found.project_id, found.name.removeprefix("projects/"), found.parent, _json(manager.Project.pb(found)), active)


def _json(message: Any) -> dict[str, Value]:
    out: dict[str, Value] = json_format.MessageToDict(message)
    return out
