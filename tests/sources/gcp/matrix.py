"""The rows and columns of the conformance matrix, and the tables that the documentation shows of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from driftscan.demo.google.faults import Fault
from tests.sources.gcp.conftest import BUCKET, FOLDER, FOLDERS, ORGANIZATIONS, PROJECT, STAGE


@dataclass(frozen=True)
class Operation:
    """method, scope, content: the calls that a fault befalls. pages: a scan makes more than one of them, each with a token.

    types: of the gaps that it leaves; member: what is Unknown then. permission: that a denied call names. unread: in words.
    """

    name: str
    method: str
    scope: str
    types: tuple[str, ...]
    permission: str
    unread: str
    content: str = "*"
    member: str = ""
    pages: bool = False
    rest: bool = False


OPERATIONS = (
    Operation(
        "`ListAssets` RESOURCE", "ListAssets", STAGE, ("*",), "cloudasset.assets.listResource",
        "the project: what came before the fault is kept, and nothing in it counts as absent", "RESOURCE", pages=True,
    ),
    Operation(
        "`ListAssets` IAM_POLICY", "ListAssets", STAGE, (BUCKET, PROJECT), "cloudasset.assets.listIamPolicy",
        "`iamPolicy` of every resource that may have one; resources that are seen by their policies alone do not count as absent",
        "IAM_POLICY", "iamPolicy", pages=True,
    ),
    Operation(
        "`ListAssets` ORG_POLICY", "ListAssets", STAGE, (PROJECT,), "cloudasset.assets.listOrgPolicy", "`orgPolicy` of the project",
        "ORG_POLICY", "orgPolicy",
    ),
    Operation(
        "`GetProject`", "GetProject", STAGE, (FOLDERS, ORGANIZATIONS), "resourcemanager.projects.get",
        "what stands above the project: where it lies is unknown; its assets are read all the same",
    ),
    Operation(
        "`GetFolder`, `GetOrganization`", "GetFolder", FOLDER, (FOLDERS, ORGANIZATIONS), "resourcemanager.folders.get",
        "the level, and what stands above it",
    ),
    Operation(
        "`GetIamPolicy` of a level", "GetIamPolicy", FOLDER, (FOLDERS,), "resourcemanager.folders.getIamPolicy", "`iamPolicy` of the level",
        member="iamPolicy",
    ),
    Operation(
        "`ListAssets` ORG_POLICY of a level", "ListAssets", FOLDER, (FOLDERS,), "cloudasset.assets.listOrgPolicy",
        "`orgPolicy` of the level", "ORG_POLICY", "orgPolicy",
    ),
    Operation(
        "`ListEffectiveTags`", "ListEffectiveTags", STAGE, (PROJECT,), "", "`effectiveTags` of it", member="effectiveTags",
    ),
    Operation(
        "`ListProjects` of a level", "ListProjects", FOLDER, (ORGANIZATIONS,), "resourcemanager.projects.list",
        "the end of `projects` of the organization: a project may belong to no environment (ENV-01)", member="projects",
    ),
    Operation(
        "`ListFolders` of a level", "ListFolders", FOLDER, (ORGANIZATIONS,), "resourcemanager.folders.list",
        "the end of `folders` and `projects` of the organization", member="folders",
    ),
    Operation("liens", "ListLiens", STAGE, (PROJECT,), "resourcemanager.projects.get", "`liens` of the project", member="liens", rest=True),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A fault. times: how many calls it befalls, None: all. code: of the gap, empty where the scan survives. token: it needs pages."""

    name: str
    kind: str
    times: int | None = None
    code: str = ""
    after: int = 0
    token: bool = False
    rest: bool = True

    @property
    def survives(self) -> bool:
        return not self.code

    def fault(self, operation: Operation) -> Fault:
        """As the server takes it."""
        return Fault(self.kind, operation.method, operation.scope, operation.content, self.after, self.times, 0.01)


ROWS = (
    Row("permission denied", "denied", code="PERMISSION_DENIED"),
    Row("permission denied from the second page on", "denied", code="PERMISSION_DENIED", after=1, token=True),
    Row("API not enabled", "disabled", code="SERVICE_DISABLED"),
    Row("credentials at their end", "unauthenticated", code="UNAUTHENTICATED"),
    Row("quota exhausted for a while", "throttled", 3),
    Row("quota exhausted in the middle", "throttled", 2, after=1, token=True),
    Row("quota exhausted for longer than a scan waits", "throttled", code="RESOURCE_EXHAUSTED"),
    Row("vendor unavailable once", "unavailable", 1),
    Row("vendor unavailable", "unavailable", code="UNAVAILABLE"),
    Row("internal error", "internal", code="INTERNAL"),
    Row("not offered", "unimplemented", code="UNIMPLEMENTED"),
    Row("connection reset once", "reset", 1),
    Row("stream dropped in the middle of an answer, once", "cut", 1),
    Row("stream dropped in the middle of every answer", "cut", code="UNAVAILABLE"),
    Row("stream dropped on the second page, again and again", "cut", code="UNAVAILABLE", after=1, token=True),
    Row("no answer, once", "hang", 1),
    Row("no answer", "hang", code="DEADLINE_EXCEEDED"),
    Row("a malformed answer, once", "malformed", 1),
    Row("malformed answers", "malformed", code="MalformedAnswer"),
    Row("half an answer", "short", code="MalformedAnswer"),
    Row("a proxy's page", "other", code="MalformedAnswer"),
    Row("malformed from the second page on", "malformed", code="MalformedAnswer", after=1, token=True),
    Row("a field of a later version", "newer", rest=False),
    Row("page token expired, once", "expired", 1, after=1, token=True),
    Row("page token expired, again and again", "expired", code="INVALID_ARGUMENT", after=1, token=True),
    Row("an empty page that leads to itself", "blank", code="MalformedAnswer", token=True),
    Row("a page that leads to itself", "stuck", code="MalformedAnswer", token=True),
)
REST_CODES = {"hang": "Timeout", "cut": "ConnectionError", "reset": "ConnectionError"}
"""What has no gRPC has no status for what the network does."""


def cells() -> Iterator[tuple[Operation, Row]]:
    """Every fault that can befall an operation."""
    for operation in OPERATIONS:
        for row in ROWS:
            if (operation.pages or not row.token) and (row.rest or not operation.rest):
                yield operation, row


def code(operation: Operation, row: Row) -> str:
    """Of the gap that a cell leaves."""
    return REST_CODES.get(row.kind, row.code) if operation.rest else row.code


def operations_table() -> str:
    """What each operation leaves unread, as the documentation shows it."""
    lines = ["| what failed | permission | what is unread then |", "|---|---|---|"]
    lines += [f"| {o.name} | `{o.permission or 'resourcemanager.hierarchyNodes.listEffectiveTags'}` | {o.unread} |" for o in OPERATIONS]
    return "\n".join(lines)


def faults_table() -> str:
    """What a scan survives, and the code of the gap where it does not."""
    lines = ["| what happens | what comes of it |", "|---|---|"]
    lines += [f"| {r.name} | {'the scan ends as if nothing had happened' if r.survives else f'a gap, `{r.code}`'} |" for r in ROWS]
    return "\n".join(lines)


__all__ = ["OPERATIONS", "ROWS", "Operation", "Row", "cells", "code", "faults_table", "operations_table"]
