"""Assets as plain values, listed page by page from Cloud Asset Inventory.

One asset is a mapping in the spelling of the API's JSON: `name`, `assetType`, `resource` (`data`, `location`), `iamPolicy`, `orgPolicy`,
`ancestors`. Source: `google.cloud.asset.v1.ListAssets`, `Asset`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from google.api_core import exceptions as api
from google.cloud import asset_v1
from google.protobuf import json_format, struct_pb2

from driftscan.model.value import Value
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Malformed
from driftscan.sources.gcp.gaps import ASSET

Asset: TypeAlias = Mapping[str, Any]

PAGE: Final = 1000
BARREN: Final = 20
"""So many pages in a row that bring nothing, each with another token, and no listing ends there."""


def listed(clients: Clients, parent: str, content: str, read_time: datetime | None, types: Sequence[str] = ()) -> Iterator[Asset]:
    """Every asset at and below a parent (`projects/x`, `folders/1`, `organizations/1`) with one content type, each once. types: only those.

    Where a page token is refused, because it is too old, or comes twice, the listing begins anew, once. Raises what the vendor answers,
    or Malformed.
    """
    seen: set[int] = set()  # hashes: names are long, and there may be hundreds of thousands
    again = False
    token = ""
    tokens: set[str] = set()
    barren = 0
    while True:
        try:
            page = _page(clients, parent, content, read_time, types, token, tokens)
        except (api.InvalidArgument, Malformed):
            if not token or again:
                raise
            again, token = True, ""
            tokens.clear()
            continue
        for found in page.assets:
            one = hash((found.asset_type, found.name))
            if one not in seen:
                seen.add(one)
                yield plain(found)
        token = page.next_page_token
        if not token:
            return
        barren = barren + 1 if not page.assets else 0
        if barren > BARREN:
            raise Malformed("pages without an end")
        tokens.add(token)


def rules(clients: Clients, level: str, type_: str, read_time: datetime | None) -> Value:
    """The organization policies that are set on a folder or organization itself. Raises what the vendor answers, or Malformed.

    A listing of one level's type holds the levels below it, too: those are left out.
    """
    name = f"//cloudresourcemanager.googleapis.com/{level}"
    found: list[Value] = []
    for asset in listed(clients, level, "ORG_POLICY", read_time, (type_,)):
        if asset["name"] == name:
            found = asset.get("orgPolicy", found)
    return found


def first(clients: Clients, parent: str, content: str) -> datetime:
    """Asks for one asset, and says what time the vendor has. Raises what the vendor answers."""
    request = asset_v1.ListAssetsRequest(parent=parent, content_type=getattr(asset_v1.ContentType, content), page_size=1)
    pager: Any = clients.call(ASSET, "ListAssets", clients.asset.list_assets, request)
    moment: datetime = next(iter(pager.pages)).read_time
    return moment


def _page(
    clients: Clients, parent: str, content: str, read_time: datetime | None, types: Sequence[str], token: str, before: set[str]
) -> Any:
    request = asset_v1.ListAssetsRequest(
        parent=parent,
        content_type=getattr(asset_v1.ContentType, content),
        asset_types=types,
        page_size=PAGE,
        page_token=token,
        read_time=read_time,
    )
    pager = clients.call(ASSET, "ListAssets", clients.asset.list_assets, request)
    page = asset_v1.ListAssetsResponse.pb(next(iter(pager.pages)))
    if page.next_page_token in before:
        raise Malformed("a page token came twice")
    return page


def scope(asset: Asset) -> str:
    """`projects/NUMBER` that an asset lies in; empty where it says nothing, as exports of one project may."""
    return next((str(a) for a in asset.get("ancestors") or () if str(a).startswith("projects/")), "")


def plain(asset: Any) -> Asset:
    """A message `google.cloud.asset.v1.Asset` as JSON. Raises Malformed where it has no name or no type."""
    if not asset.name.startswith("//") or "/" not in asset.asset_type:
        raise Malformed("an asset without its name or its type")
    out: dict[str, Any] = {"name": asset.name, "assetType": asset.asset_type, "ancestors": list(asset.ancestors)}
    if asset.HasField("resource"):
        out["resource"] = {"data": struct(asset.resource.data), "location": asset.resource.location}
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
