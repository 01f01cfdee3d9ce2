"""What the server's organization holds: one JSON document in the vendor's own shapes.

    {"organization": {...}, "folders": [...], "projects": [...],            # Resource Manager v3
     "tagKeys": [...], "tagValues": [...], "tagBindings": [...], "liens": [...],
     "assets": [...],                                                       # lines of a Cloud Asset export
     "supportedAssetTypes": [...]}                                          # optional: types that a filter may name besides those here

A line of `assets` is an `Asset` (`name`, `assetType`, `ancestors`, and `resource`, `iamPolicy`, `orgPolicy` as it has them), or a
`TemporalAsset` (`window`, `deleted`, `asset`) where it has a history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Protocol

Json = dict[str, Any]
EVER: Final = datetime.min.replace(tzinfo=UTC)
NEVER: Final = datetime.max.replace(tzinfo=UTC)
LEVELS: Final = frozenset(f"cloudresourcemanager.googleapis.com/{noun}" for noun in ("Project", "Folder", "Organization"))
"""Types that a filter may name in every inventory."""
CONTENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "RESOURCE": ("resource",),
    "IAM_POLICY": ("iamPolicy",),
    "ORG_POLICY": ("orgPolicy",),
    "ACCESS_POLICY": ("accessPolicy", "accessLevel", "servicePerimeter"),
    "OS_INVENTORY": ("osInventory",),
    "RELATIONSHIP": ("relatedAsset",),
}
"""Content type -> the members of an asset that it brings. Without one there are names alone."""


def moment(text: str) -> datetime:
    """A time in Google's JSON form."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text).replace("Z", "+00:00")).astimezone(UTC)


@dataclass(frozen=True)
class Version:
    """An asset as it was from `start` (inclusive) to `end` (exclusive)."""

    asset: Json
    start: datetime = EVER
    end: datetime = NEVER
    deleted: bool = False

    def at(self, when: datetime) -> bool:
        """Whether it was so at a moment."""
        return self.start <= when < self.end

    def has(self, content: str) -> bool:
        """Whether it has something of a content type."""
        return not content or any(member in self.asset for member in CONTENTS[content])

    def cut(self, content: str) -> Json:
        """The asset with what the content type brings, and nothing else."""
        return {k: v for k, v in self.asset.items() if k in ("name", "assetType", "ancestors", "updateTime", *CONTENTS.get(content, ()))}


class Holding(Protocol):
    """What the answers ask of an inventory. Scopes are canonical: a project by its number."""

    @property
    def organization(self) -> Json: ...
    @property
    def folders(self) -> Sequence[Json]: ...
    @property
    def projects(self) -> Sequence[Json]: ...
    @property
    def others(self) -> Mapping[str, Sequence[Json]]: ...
    @property
    def types(self) -> frozenset[str]: ...

    def canonical(self, scope: str) -> str:
        """The one name of a scope: `projects/ID` becomes `projects/NUMBER`."""
        ...

    def listing(self, scope: str, types: frozenset[str] | None, content: str, at: datetime) -> Sequence[Json | bytes]:
        """The assets at and below a scope, each as JSON or as a message's bytes. types None: of every type."""
        ...

    def versions(self, scope: str, name: str) -> Sequence[Version]:
        """The history of one asset at or below a scope, oldest first."""
        ...

    def policy(self, scope: str) -> Json:
        """The IAM policy that stands on an organization, folder or project."""
        ...


@dataclass
class Inventory:
    """An inventory that a document holds."""

    document: Json
    _versions: dict[str, list[Version]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.organization: Json = self.document["organization"]
        self.folders: list[Json] = self.document.get("folders", [])
        self.projects: list[Json] = self.document.get("projects", [])
        self.others: dict[str, list[Json]] = {k: self.document.get(k, []) for k in ("tagKeys", "tagValues", "tagBindings", "liens")}
        self._numbers = {f"projects/{p['projectId']}": p["name"] for p in self.projects}
        for line in self.document.get("assets", []):
            version = _version(line)
            self._versions.setdefault(version.asset["name"], []).append(version)
        for name, versions in self._versions.items():
            self._versions[name] = _joined(versions)
        self.types = frozenset(v.asset["assetType"] for v in self._all()) | LEVELS | frozenset(self.document.get("supportedAssetTypes", []))
        self._listed = lru_cache(maxsize=8)(self._list)

    def _all(self) -> Iterator[Version]:
        for versions in self._versions.values():
            yield from versions

    def canonical(self, scope: str) -> str:
        """See `Holding`."""
        return str(self._numbers.get(scope, scope))

    def listing(self, scope: str, types: frozenset[str] | None, content: str, at: datetime) -> Sequence[Json]:
        """See `Holding`."""
        return self._listed(scope, types, content, at)

    def _list(self, scope: str, types: frozenset[str] | None, content: str, at: datetime) -> list[Json]:
        return [
            v.cut(content)
            for v in self._all()
            if v.at(at)
            and not v.deleted
            and v.has(content)
            and scope in v.asset.get("ancestors", ())
            and (types is None or v.asset["assetType"] in types)
        ]

    def versions(self, scope: str, name: str) -> Sequence[Version]:
        """See `Holding`."""
        return [v for v in self._versions.get(name, []) if scope in v.asset.get("ancestors", ())]

    def policy(self, scope: str) -> Json:
        """See `Holding`."""
        now = [v for v in self._versions.get(f"//cloudresourcemanager.googleapis.com/{scope}", []) if v.end == NEVER and not v.deleted]
        return dict(now[-1].asset.get("iamPolicy", {})) if now else {}


def _version(line: Json) -> Version:
    """A line of an export, with or without a history."""
    if "asset" not in line:
        return Version(line)
    window = line.get("window", {})
    start = moment(window["startTime"]) if "startTime" in window else EVER
    return Version(line["asset"], start, moment(window["endTime"]) if "endTime" in window else NEVER, bool(line.get("deleted")))


def _joined(versions: list[Version]) -> list[Version]:
    """Versions of one asset in order; an open end is closed by the next one's beginning."""
    ordered = sorted(versions, key=lambda v: v.start)
    nexts = [v.start for v in ordered[1:]] + [NEVER]
    return [Version(v.asset, v.start, min(v.end, after), v.deleted) for v, after in zip(ordered, nexts, strict=True)]
