"""Files of `gcloud asset export` as a source: no credentials, no calls.

One asset a line, as JSON: as an export to a bucket spells it (`asset_type`, `iam_policy`), or as a REST answer does (`assetType`,
`iamPolicy`). There may be several files: one for each content type is the rule, so that an asset stands in several of them. A file may
hold more than one project. Source: "Export asset metadata to Cloud Storage".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from driftscan.errors import ConfigError
from driftscan.model.value import Value
from driftscan.sources.gcp.assets import Asset, scope
from driftscan.sources.gcp.hierarchy import PROJECT, SERVICE

_HINT: Final = "name a file of `gcloud asset export`: one asset a line, as JSON"
_UNDERSCORE: Final = re.compile(r"_([a-z0-9])")
_POLICIES: Final = ("iamPolicy", "orgPolicy")


class Export:
    """The files of one project. What they hold is looked at once, whole, and read again when it is asked for: they may be large.

    missing: content types (`IAM_POLICY`) that no line has although every project has some of it. filtered: the project itself and its
    enabled services are not in it, which a whole export always holds: then nothing that it lacks is absent.
    """

    def __init__(self, project: str, files: Sequence[str]) -> None:
        self._project, self._files = project, tuple(Path(f) for f in files)
        self._number, self._others = "", frozenset[str]()
        self.missing: tuple[str, ...] = ()
        self.filtered = False

    def check(self) -> None:
        """Looks at every line. Raises ConfigError with file and line where one is no asset, or where none is of the project."""
        numbers: dict[str, str] = {}
        types: dict[str, set[str]] = {}  # scope -> what it has resources of
        policies: set[str] = set()
        for asset in self._lines():
            where = scope(asset)
            held = types.setdefault(where, set())
            if asset.get("iamPolicy"):
                policies.add(where)
            if "resource" in asset:
                held.add(str(asset["assetType"]))
            if asset["assetType"] == PROJECT and "resource" in asset:
                data = asset["resource"]["data"]
                numbers[str(data.get("projectId", ""))] = str(data.get("projectNumber") or str(asset["name"]).rpartition("/")[2])
        self._number = numbers.pop(self._project, "")
        self._others = frozenset(f"projects/{n}" for n in numbers.values())
        left = types.keys() - self._others - {""}
        if not self._number and len(left) > 1 and f"projects/{self._project}" not in left:
            raise ConfigError(
                f"it holds {len(left)} projects, and nothing says which of them is {self._project}",
                hint="export it with `cloudresourcemanager.googleapis.com/Project`, or one project a file",
                file=str(self._files[0]),
            )
        mine = set(filter(self._ours, types))
        found = set[str]().union(*(types[where] for where in mine))
        if not found and not policies & mine:
            raise ConfigError(f"it holds nothing of project {self._project}", hint=_HINT, file=str(self._files[0]))
        self.missing = () if policies & mine else ("IAM_POLICY",)
        self.filtered = not {PROJECT, SERVICE} <= found

    @property
    def files(self) -> str:
        """Their names, for people."""
        return ", ".join(str(f) for f in self._files)

    def listed(self, content: str) -> Iterator[Asset]:
        """The project's assets that have something of a content type, each once."""
        member = {"RESOURCE": "resource", "IAM_POLICY": "iamPolicy", "ORG_POLICY": "orgPolicy"}[content]
        seen: set[int] = set()
        for asset in self._lines():
            one = hash((asset["assetType"], asset["name"]))
            if asset.get(member) and one not in seen and self._ours(scope(asset)):
                seen.add(one)
                yield asset

    def _ours(self, where: str) -> bool:
        """Whether what lies in a scope is the project's."""
        ours = where in ("", f"projects/{self._project}", f"projects/{self._number}")
        return ours or (not self._number and where not in self._others)

    def _lines(self) -> Iterator[Asset]:
        for file in self._files:
            yield from exported(file)


def exported(file: Path) -> Iterator[Asset]:
    """The assets of one file. Raises ConfigError with file and line where one is none."""
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _line(file, number, line)
    except OSError as e:
        raise ConfigError(f"cannot be read: {e.strerror}", hint=_HINT, file=str(file)) from e


def _line(file: Path, number: int, line: bytes) -> Asset:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as e:
        raise ConfigError(f"this is no JSON: {e}", hint=_HINT, file=str(file), line=number) from e
    asset = respelled(value) if isinstance(value, dict) else {}
    shaped = isinstance(asset.get("resource", {}), dict) and isinstance(asset.get("ancestors", []), list)
    if not shaped or not (str(asset.get("name", "")).startswith("//") and "/" in str(asset.get("assetType", ""))):
        raise ConfigError("this is no asset: it has no `name` or no `asset_type`", hint=_HINT, file=str(file), line=number)
    return asset


def respelled(asset: Mapping[str, Any]) -> dict[str, Any]:
    """An asset in the spelling of the API's JSON: its own members, and all that its policies hold; a resource's data stays as it is."""
    out = {_camel(name): inner for name, inner in asset.items()}
    for member in _POLICIES:
        if member in out:
            out[member] = _respelled(out[member])
    if isinstance(out.get("resource"), dict):
        data = out["resource"].get("data")
        out["resource"] = {"data": _whole(data) if isinstance(data, dict) else {}, "location": str(out["resource"].get("location") or "")}
    return out


def _respelled(value: Any) -> Value:
    if isinstance(value, dict):
        return {_camel(name): _respelled(inner) for name, inner in value.items()}
    return [_respelled(v) for v in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    return _UNDERSCORE.sub(lambda m: m[1].upper(), name)


def _whole(value: Any) -> Any:
    """The same JSON with whole numbers as such, as a listing gives them."""
    match value:
        case dict():
            return {name: _whole(inner) for name, inner in value.items()}
        case list():
            return [_whole(v) for v in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
