"""Assets as plain values: listed page by page from Cloud Asset Inventory, or read from the lines of an export.

One asset is a mapping in the spelling of the API's JSON: `name`, `assetType`, `resource` (`data`, `location`, `parent`, ...), `iamPolicy`,
`orgPolicy`, `ancestors`, `updateTime`. Source: `google.cloud.asset.v1.ListAssets`, `Asset`; "Export asset metadata" for files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
from google.api_core import exceptions as api
from google.cloud import asset_v1
from google.protobuf import json_format, struct_pb2

from driftscan.errors import ConfigError
from driftscan.model.value import Value
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Malformed
from driftscan.sources.gcp.gaps import ASSET

Asset: TypeAlias = Mapping[str, Any]

PAGE: Final = 1000
_HINT: Final = "name a file of `gcloud asset export`: one asset a line, as JSON"
_SPELLINGS: Final = {
    "asset_type": "assetType", "iam_policy": "iamPolicy", "org_policy": "orgPolicy", "update_time": "updateTime",
    "discovery_document_uri": "discoveryDocumentUri", "discovery_name": "discoveryName",
}  # fmt: skip
"""An export to a bucket spells the members of an asset as the protocol does, a REST answer as JSON does."""


def listed(clients: Clients, parent: str, content: str, read_time: datetime | None) -> Iterator[Asset]:
    """Every asset below a parent (`projects/x`, `folders/1`, `organizations/1`) with one content type, each once.

    Where the vendor refuses a page token, because it is too old, the listing begins anew, once. Raises what the vendor answers, or
    Malformed.
    """
    seen: set[int] = set()
    again = False
    token = ""
    tokens: set[str] = set()
    while True:
        request = asset_v1.ListAssetsRequest(
            parent=parent, content_type=getattr(asset_v1.ContentType, content), page_size=PAGE, page_token=token, read_time=read_time
        )
        try:
            pager = clients.call(ASSET, "ListAssets", clients.asset.list_assets, request)
        except api.InvalidArgument:
            if not token or again:
                raise
            again, token = True, ""
            tokens.clear()
            continue
        page = asset_v1.ListAssetsResponse.pb(next(iter(pager.pages)))
        for found in page.assets:
            one = hash((found.asset_type, found.name))
            if one not in seen:
                seen.add(one)
                yield _plain(found)
        token = page.next_page_token
        if not token:
            return
        if token in tokens:
            raise Malformed("a page token came twice")
        tokens.add(token)


def _plain(asset: Any) -> Asset:
    if not asset.name.startswith("//") or "/" not in asset.asset_type:
        raise Malformed("an asset without its name or its type")
    out: dict[str, Any] = {"name": asset.name, "assetType": asset.asset_type, "ancestors": list(asset.ancestors)}
    if asset.HasField("resource"):
        out["resource"] = {
            "data": struct(asset.resource.data),
            "location": asset.resource.location,
            "parent": asset.resource.parent,
            "discoveryName": asset.resource.discovery_name,
            "version": asset.resource.version,
        }
    if asset.HasField("iam_policy"):
        out["iamPolicy"] = json_format.MessageToDict(asset.iam_policy)
    if asset.org_policy:
        out["orgPolicy"] = [json_format.MessageToDict(p) for p in asset.org_policy]
    return out


def struct(value: struct_pb2.Struct) -> dict[str, Value]:
    """A `google.protobuf.Struct` as JSON; whole numbers as such, because a Struct has none but doubles."""
    return {name: _value(inner) for name, inner in value.fields.items()}


def _value(value: struct_pb2.Value) -> Value:
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "struct_value":
            return struct(value.struct_value)
        case "list_value":
            return [_value(v) for v in value.list_value.values]
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case _:
            return None


def exported(file: Path) -> Iterator[Asset]:
    """The assets of an export: one JSON object a line. Raises ConfigError with file and line where one is none."""
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
    if not (str(asset.get("name", "")).startswith("//") and "/" in str(asset.get("assetType", ""))):
        raise ConfigError("this is no asset: it has no `name` or no `asset_type`", hint=_HINT, file=str(file), line=number)
    return asset


def respelled(asset: Mapping[str, Any]) -> dict[str, Any]:
    """An asset with its own members, and those of its resource, as JSON spells them; what is below stays as it is."""
    out = {_SPELLINGS.get(name, name): inner for name, inner in asset.items()}
    if isinstance(out.get("resource"), dict):
        out["resource"] = {_SPELLINGS.get(name, name): inner for name, inner in out["resource"].items()}
    return out
