"""What the Google Cloud source calls, and the permission that each call takes: nothing in it writes, nothing in it reads data.

Source: the methods' descriptions in the discovery documents of `cloudresourcemanager.v3` and `cloudasset.v1`, and "Roles and permissions"
of Cloud Asset Inventory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ASSET, MANAGER = "cloudasset", "cloudresourcemanager"
USE: Final = "serviceusage.services.use"
"""Needed on the project whose quota the calls count against."""
CONTENTS: Final[Mapping[str, str]] = {
    "RESOURCE": "cloudasset.assets.listResource",
    "IAM_POLICY": "cloudasset.assets.listIamPolicy",
    "ORG_POLICY": "cloudasset.assets.listOrgPolicy",
}
"""What `ListAssets` asks for, by content type."""


@dataclass(frozen=True, slots=True)
class Call:
    """path: on the wire. permissions: any of which it may take, by what it is asked for. above: it is about folders or the organization."""

    service: str
    operation: str
    path: str
    permissions: tuple[str, ...]
    above: bool = False


def _manager(kind: str, operation: str, permission: str, *, above: bool = False) -> Call:
    return Call(MANAGER, operation, f"/google.cloud.resourcemanager.v3.{kind}/{operation}", (f"resourcemanager.{permission}",), above)


CALLS: Final = (
    Call(ASSET, "ListAssets", "/google.cloud.asset.v1.AssetService/ListAssets", tuple(CONTENTS.values())),
    _manager("Projects", "GetProject", "projects.get"),
    _manager("Projects", "SearchProjects", "projects.get"),
    _manager("TagBindings", "ListEffectiveTags", "hierarchyNodes.listEffectiveTags"),
    Call(MANAGER, "ListLiens", "GET /v3/liens", ("resourcemanager.projects.get",)),
    _manager("Projects", "ListProjects", "projects.list", above=True),
    _manager("Folders", "ListFolders", "folders.list", above=True),
    _manager("Folders", "GetFolder", "folders.get", above=True),
    _manager("Folders", "GetIamPolicy", "folders.getIamPolicy", above=True),
    _manager("Organizations", "GetOrganization", "organizations.get", above=True),
    _manager("Organizations", "GetIamPolicy", "organizations.getIamPolicy", above=True),
)
"""All of them: what is not here cannot go out."""
PATHS: Final = frozenset(c.path for c in CALLS)


def permission_of(operation: str, noun: str = "") -> str:
    """The permission that a call of Resource Manager takes. noun: whose it is, where several have one of that name (`folders`)."""
    return next(
        c.permissions[0]
        for c in CALLS
        if (c.service, c.operation) == (MANAGER, operation) and (not noun or f".{noun.capitalize()}/" in c.path)
    )


def permissions(*, above: bool) -> tuple[str, ...]:
    """What a reader needs where it reads, sorted. above: in folders and the organization too, not in single projects alone."""
    return tuple(sorted({p for c in CALLS if above or not c.above for p in c.permissions}))
