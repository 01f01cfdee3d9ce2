"""One function per method: what Google answers to a request, as its reference documents it.

Each takes a `Question` and gives a message, or the bytes of one. `METHODS` names them by the path on the wire.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from google.cloud import asset_v1, resourcemanager_v3
from google.iam.v1 import iam_policy_pb2, policy_pb2
from google.protobuf import json_format
from google.protobuf.message import Message

from driftscan.demo.google.inventory import CONTENTS, EVER, NEVER, Holding, Json, Version, moment
from driftscan.demo.google.refusals import ASSETS, RESOURCES, denied, invalid

KEPT: Final = timedelta(days=35)
"""How long Cloud Asset Inventory keeps what assets were."""
_SCOPE: Final = re.compile(r"(projects|folders|organizations)/[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Question:
    """A request and what it is asked of. hides: whether searches leave a scope out. most: items in a page, whatever is asked for."""

    request: Any
    holding: Holding
    now: datetime
    hides: Callable[[str], bool]
    most: int = 1000


Scope = Callable[[Any], str]
Answer = Callable[[Question], Message | bytes]


@dataclass(frozen=True)
class Method:
    """service: the API. request: its message. scope: what a request is about, or empty. needs: the permission of the caller, with `*` for
    what the content type makes of it. next_token: the number of the field of the answer that holds the next page's token.
    """

    service: str
    request: Callable[[], Any]
    scope: Scope
    needs: str
    answer: Answer
    next_token: int = 2

    def permission(self, content: str) -> str:
        """What the caller needs for a content type."""
        return self.needs.replace("*", _CONTENT_PERMISSIONS.get(content, "Resource"))


_CONTENT_PERMISSIONS: Final = {
    "IAM_POLICY": "IamPolicy",
    "ORG_POLICY": "OrgPolicy",
    "ACCESS_POLICY": "AccessPolicy",
    "OS_INVENTORY": "OSInventories",
}
"""The end of `cloudasset.assets.list...` and `cloudasset.assets.export...` (Cloud Asset Inventory, access control)."""


def _asset(name: str) -> Any:
    return getattr(asset_v1, name).pb()


def _manager(name: str) -> Any:
    return getattr(resourcemanager_v3, name).pb()


def _made(kind: Any, data: Json) -> Any:
    return json_format.ParseDict(data, kind(), ignore_unknown_fields=True)


def _known(q: Question, scope: str, service: str, permission: str) -> str:
    """The canonical name of a scope that exists."""
    if not _SCOPE.fullmatch(scope):
        raise invalid("parent", f"Invalid resource name: {scope!r}.")
    name = q.holding.canonical(scope)
    if name != q.holding.organization["name"] and not any(name == x["name"] for x in (*q.holding.folders, *q.holding.projects)):
        raise denied(service, permission, scope)
    return name


# ---------------------------------------------------------------------------------------------------------- pages


def _page(q: Question, method: str, key: Sequence[Any], default: int, most: int) -> tuple[int, int, datetime]:
    """Where a page begins, how many items it may hold, and the moment that the listing is of. A token belongs to one request alone."""
    asked: Any = q.request
    if asked.page_size < 0:
        raise invalid("page_size", "The page size must not be negative.")
    size = min(asked.page_size or default, most, q.most)
    if not asked.page_token:
        return 0, size, q.now
    try:
        made_for, begin, at = json.loads(base64.urlsafe_b64decode(asked.page_token))
    except ValueError:
        raise invalid("page_token", "The page token is invalid.") from None
    if made_for != [method, *key]:
        raise invalid("page_token", "The page token does not belong to this request.")
    return int(begin), size, datetime.fromisoformat(at)


def _token(method: str, key: Sequence[Any], begin: int, at: datetime) -> str:
    return base64.urlsafe_b64encode(json.dumps([[method, *key], begin, at.isoformat()]).encode()).decode()


def again(token: str) -> str:
    """Another token for the same place."""
    return base64.urlsafe_b64encode(base64.urlsafe_b64decode(token) + b" ").decode()


def _paged(q: Question, method: str, key: Sequence[Any], items: Sequence[Json], response: str, member: str) -> Message:
    """A page of Resource Manager's."""
    begin, size, at = _page(q, method, key, 100, 300)
    page: dict[str, Any] = {member: list(items[begin : begin + size])}
    if begin + size < len(items):
        page["nextPageToken"] = _token(method, key, begin + size, at)
    return _made(_manager(response), page)


# ---------------------------------------------------------------------------------------------------------- assets


def _types(q: Question) -> frozenset[str] | None:
    """The types that a filter names; None where there is none."""
    if not q.request.asset_types:
        return None
    found: set[str] = set()
    for pattern in q.request.asset_types:
        try:
            matching = {t for t in q.holding.types if re.fullmatch(pattern, t)}
        except re.error:
            raise invalid("asset_types", f"Invalid regular expression: {pattern!r}.") from None
        if not matching:
            raise invalid("asset_types", f"No supported asset type matches {pattern!r}.")
        found |= matching
    return frozenset(found)


def content_of(request: Any) -> str:
    """The content type that a request asks for, by name; empty where it asks for none."""
    number = getattr(request, "content_type", 0)
    return str(asset_v1.ContentType(number).name) if number else ""


def _content(q: Question) -> str:
    name = content_of(q.request)
    if name and name not in CONTENTS:
        raise invalid("content_type", f"The content type {name} is not supported.")
    return name


def _within(q: Question, at: datetime, name: str) -> datetime:
    if not q.now - KEPT <= at <= q.now:
        raise invalid(name, "The time must lie between the current time and the current time minus 35 days.")
    return at


def _time(stamp: Any) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)  # type: ignore[no-any-return]


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number: int, body: bytes) -> bytes:
    """A length-delimited field on the wire."""
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def text_field(number: int, text: str) -> bytes:
    """A field that holds a text, on the wire."""
    return _field(number, text.encode())


def list_assets(q: Question) -> bytes:
    """`ListAssets`: the items are put together as bytes, so that an inventory may hold them as such."""
    r = q.request
    scope = _known(q, r.parent, ASSETS, "cloudasset.assets.listResource")
    types, content = _types(q), _content(q)
    asked = _time(r.read_time).isoformat() if r.HasField("read_time") else ""
    key = [scope, sorted(r.asset_types), content, asked]
    begin, size, at = _page(q, "ListAssets", key, 100, 1000)
    if asked and not r.page_token:
        at = _within(q, _time(r.read_time), "read_time")
    found = q.holding.listing(scope, types, content, at)
    response = _asset("ListAssetsResponse")()
    response.read_time.FromDatetime(at)
    if begin + size < len(found):
        response.next_page_token = _token("ListAssets", key, begin + size, at)
    items = (i if isinstance(i, bytes) else _made(_asset("Asset"), i).SerializeToString() for i in found[begin : begin + size])
    return b"".join([response.SerializeToString(), *(_field(2, item) for item in items)])


def history(q: Question) -> Message:
    """`BatchGetAssetsHistory`: every version whose window meets the one that is asked for; without a beginning, what was at its end."""
    r = q.request
    if r.parent.startswith("folders/"):
        raise invalid("parent", "The parent must be an organization or a project.")
    scope, content = _known(q, r.parent, ASSETS, "cloudasset.assets.exportResource"), _content(q)
    if len(r.asset_names) > 100:
        raise invalid("asset_names", "At most 100 asset names are allowed.")
    window = r.read_time_window
    end = _within(q, _time(window.end_time), "read_time_window.end_time") if window.HasField("end_time") else q.now
    start = _within(q, _time(window.start_time), "read_time_window.start_time") if window.HasField("start_time") else end
    out = []
    for name in r.asset_names:
        before = ""
        for version in q.holding.versions(scope, name):
            if version.start <= end and version.end > start and version.has(content):
                out.append(_temporal(version, content, before))
            before = "DELETED" if version.deleted else "PRESENT"
    return _made(_asset("BatchGetAssetsHistoryResponse"), {"assets": out})


def _temporal(version: Version, content: str, before: str) -> Json:
    start = moment(version.asset["updateTime"]) if version.start == EVER and "updateTime" in version.asset else version.start
    window = {} if start == EVER else {"startTime": start.isoformat()}
    if version.end != NEVER:
        window["endTime"] = version.end.isoformat()
    state = {"DELETED": "DELETED", "PRESENT": "PRIOR_ASSET_STATE_UNSPECIFIED", "": "DOES_NOT_EXIST"}[before]
    return {"window": window, "deleted": version.deleted, "asset": version.cut(content), "priorAssetState": state}


def search_resources(q: Question) -> Message:
    """`SearchAllResources`: the standard metadata of what is there now. The query: words, `field:part` and `field=value`, joined by AND."""
    r = q.request
    scope, types = _known(q, r.scope, ASSETS, "cloudasset.assets.searchAllResources"), _types(q)
    key = [scope, sorted(r.asset_types), r.query, r.order_by]
    begin, size, at = _page(q, "SearchAllResources", key, 100, 500)
    listed = q.holding.listing(scope, types, "RESOURCE", at)
    found = [hit for asset in listed if isinstance(asset, dict) and _matches(r.query, hit := _result(q, asset))]
    for order in reversed([o.split() for o in r.order_by.split(",") if o.strip()]):
        found.sort(key=lambda x, f=order[0]: str(x.get(_camel(f), "")), reverse=order[-1].lower() == "desc")  # type: ignore[misc]
    page: dict[str, Any] = {"results": found[begin : begin + size]}
    if begin + size < len(found):
        page["nextPageToken"] = _token("SearchAllResources", key, begin + size, at)
    return _made(_asset("SearchAllResourcesResponse"), page)


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda m: m[1].upper(), name)


def _result(q: Question, asset: Json) -> Json:
    resource = asset["resource"]
    data, ancestors = resource.get("data", {}), asset["ancestors"]
    shown = {
        "name": asset["name"],
        "assetType": asset["assetType"],
        "project": next((a for a in ancestors if a.startswith("projects/")), ""),
        "folders": [a for a in ancestors if a.startswith("folders/")],
        "organization": q.holding.organization["name"],
        "displayName": str(data.get("displayName") or asset["name"].rpartition("/")[2]),
        "description": data.get("description"),
        "location": resource.get("location"),
        "labels": data.get("labels"),
        "state": data.get("state") or data.get("status"),
        "parentFullResourceName": resource.get("parent"),
        "updateTime": asset.get("updateTime"),
    }
    return {k: v for k, v in shown.items() if v and (isinstance(v, str | list) or k == "labels")}


def _matches(query: str, result: Json) -> bool:
    for word in re.split(r"\s+AND\s+|\s+", query.strip()):
        name, sign, text = (m[1], m[2], m[3]) if (m := re.fullmatch(r"([\w.]+)([:=])(.*)", word)) else ("", ":", word)
        wanted = text.strip('"').lower()
        value: Any = result
        for part in name.split(".") if name else ():
            value = value.get(_camel(part), "") if isinstance(value, dict) else ""
        told = (value if isinstance(value, str) else json.dumps(value)).lower()
        if not (told == wanted if sign == "=" else wanted.strip("*") in told and bool(told)):
            return False
    return True


# ---------------------------------------------------------------------------------------------------------- hierarchy


def _one(kind: str, items: Iterable[Json], name: str, permission: str) -> Message:
    for item in items:
        if item["name"] == name:
            return _made(_manager(kind), item)
    raise denied(RESOURCES, permission, name)


def _below(q: Question, items: Iterable[Json], permission: str) -> list[Json]:
    """What is directly below a level: the permission counts there, so nothing is left out for want of one on a child."""
    parent = _known(q, q.request.parent, RESOURCES, permission)
    return [i for i in items if i["parent"] == parent and (q.request.show_deleted or i.get("state") != "DELETE_REQUESTED")]


def _searched(q: Question, items: Iterable[Json], names: Mapping[str, str]) -> list[Json]:
    """What a query finds: any of its terms will do, case does not matter, `*` stands for anything. names: field asked -> field."""
    terms = re.findall(r'([\w.\-]+)\s*[:=]\s*("[^"]*"|\S+)', q.request.query)
    if q.request.query.strip() and not terms:
        raise invalid("query", f"Invalid query: {q.request.query!r}.")

    def hit(item: Json, name: str, pattern: str) -> bool:
        head, _, rest = name.partition(".")
        value: Any = item.get(names.get(head.lower(), head))
        if head.lower() == "labels":
            labels: dict[str, str] = item.get("labels", {})
            values = [labels[rest]] if rest in labels else [] if rest else [*labels, *labels.values()]
        elif head.lower() == "parent" and rest:
            kind, _, number = item["parent"].partition("/")
            values = [kind.removesuffix("s") if rest == "type" else number]
        else:
            values = [str(value)]
        told = re.escape(pattern.strip('"')).replace(r"\*", ".*")
        return any(re.fullmatch(told, v, re.IGNORECASE) for v in values)

    return [i for i in items if not q.hides(i["name"]) and (not terms or any(hit(i, n, p) for n, p in terms))]


_PROJECT_FIELDS: Final = {
    "name": "displayName", "displayname": "displayName", "id": "projectId", "projectid": "projectId",
    "state": "state", "lifecyclestate": "state", "parent": "parent",
}  # fmt: skip
_FOLDER_FIELDS: Final = {"displayname": "displayName", "state": "state", "lifecyclestate": "state", "parent": "parent"}


def get_project(q: Question) -> Message:
    """`GetProject`."""
    return _one("Project", q.holding.projects, q.holding.canonical(q.request.name), "resourcemanager.projects.get")


def list_projects(q: Question) -> Message:
    """`ListProjects`: directly under a folder or the organization."""
    found = _below(q, q.holding.projects, "resourcemanager.projects.list")
    return _paged(q, "ListProjects", [q.request.parent, q.request.show_deleted], found, "ListProjectsResponse", "projects")


def search_projects(q: Question) -> Message:
    """`SearchProjects`: those that the caller may get."""
    found = _searched(q, q.holding.projects, _PROJECT_FIELDS)
    return _paged(q, "SearchProjects", [q.request.query], found, "SearchProjectsResponse", "projects")


def get_folder(q: Question) -> Message:
    """`GetFolder`."""
    return _one("Folder", q.holding.folders, q.request.name, "resourcemanager.folders.get")


def list_folders(q: Question) -> Message:
    """`ListFolders`: directly under a folder or the organization."""
    found = _below(q, q.holding.folders, "resourcemanager.folders.list")
    return _paged(q, "ListFolders", [q.request.parent, q.request.show_deleted], found, "ListFoldersResponse", "folders")


def search_folders(q: Question) -> Message:
    """`SearchFolders`."""
    found = _searched(q, q.holding.folders, _FOLDER_FIELDS)
    return _paged(q, "SearchFolders", [q.request.query], found, "SearchFoldersResponse", "folders")


def get_organization(q: Question) -> Message:
    """`GetOrganization`."""
    return _one("Organization", [q.holding.organization], q.request.name, "resourcemanager.organizations.get")


def search_organizations(q: Question) -> Message:
    """`SearchOrganizations`."""
    found = _searched(q, [q.holding.organization], {"directorycustomerid": "directoryCustomerId", "domain": "displayName"})
    return _paged(q, "SearchOrganizations", [q.request.query], found, "SearchOrganizationsResponse", "organizations")


def get_policy(q: Question) -> Message:
    """`GetIamPolicy` of a project, folder or organization."""
    kind = q.request.resource.partition("/")[0]
    scope = _known(q, q.request.resource, RESOURCES, f"resourcemanager.{kind}.getIamPolicy")
    return _made(policy_pb2.Policy, q.holding.policy(scope))


def _children(kind: str, method: str) -> Answer:
    """A listing of what has the asked parent."""

    def answer(q: Question) -> Message:
        parent = q.holding.canonical(q.request.parent)
        found = [x for x in q.holding.others[kind] if x["parent"] == parent]
        return _paged(q, method, [parent], found, f"{method}Response", kind)

    return answer


def _single(kind: str, message: str) -> Answer:
    return lambda q: _one(message, q.holding.others[kind], q.request.name, f"resourcemanager.{kind}.get")


def _resource(q: Question) -> str:
    """The full resource name that tags are asked of, with a project by its number."""
    prefix = f"//{RESOURCES}/"
    if not q.request.parent.startswith("//"):
        raise invalid("parent", "The parent must be a full resource name.")
    rest = q.request.parent.removeprefix(prefix)
    return q.request.parent if rest == q.request.parent else prefix + q.holding.canonical(rest)


def list_bindings(q: Question) -> Message:
    """`ListTagBindings`: those on the resource itself."""
    parent = _resource(q)
    found = [b for b in q.holding.others["tagBindings"] if b["parent"] == parent]
    return _paged(q, "ListTagBindings", [parent], found, "ListTagBindingsResponse", "tagBindings")


def effective_tags(q: Question) -> Message:
    """`ListEffectiveTags`: per tag key the value that is bound nearest, on the resource or above it."""
    parent = _resource(q)
    above = {x["name"]: x["parent"] for x in (*q.holding.folders, *q.holding.projects)}
    chain, at = [parent], above.get(parent.removeprefix(f"//{RESOURCES}/"), "")
    while at:
        chain.append(f"//{RESOURCES}/{at}")
        at = above.get(at, "")
    values = {v["name"]: v for v in q.holding.others["tagValues"]}
    keys = {k["name"]: k for k in q.holding.others["tagKeys"]}
    found: dict[str, Json] = {}
    for level in chain:
        for binding in q.holding.others["tagBindings"]:
            if binding["parent"] != level or binding["tagValue"] not in values:
                continue
            value = values[binding["tagValue"]]
            key = keys[value["parent"]]
            found.setdefault(
                key["name"],
                {
                    "tagValue": value["name"],
                    "namespacedTagValue": value["namespacedName"],
                    "tagKey": key["name"],
                    "namespacedTagKey": key["namespacedName"],
                    "tagKeyParentName": key["parent"],
                    "inherited": level != parent,
                },
            )
    return _paged(q, "ListEffectiveTags", [parent], list(found.values()), "ListEffectiveTagsResponse", "effectiveTags")


def liens(holding: Holding, parent: str) -> Json:
    """`liens.list`, which is REST alone: no gRPC service has it."""
    if not parent:
        raise invalid("parent", "The parent is required.")
    name = holding.canonical(parent)
    if not any(p["name"] == name for p in holding.projects):
        raise denied(RESOURCES, "resourcemanager.projects.get", parent)
    found = [x for x in holding.others["liens"] if holding.canonical(x["parent"]) == name]
    return {"liens": found} if found else {}


def _parent(request: Any) -> str:
    return str(request.parent)


def _name(request: Any) -> str:
    return str(request.name)


def _nothing(_: Any) -> str:
    return ""


def _tagged(request: Any) -> str:
    return str(request.parent).removeprefix(f"//{RESOURCES}/")


def _methods() -> dict[str, Method]:
    found = {
        "ListAssets": Method(ASSETS, _asset("ListAssetsRequest"), _parent, "cloudasset.assets.list*", list_assets, 3),
        "BatchGetAssetsHistory": Method(ASSETS, _asset("BatchGetAssetsHistoryRequest"), _parent, "cloudasset.assets.export*", history),
        "SearchAllResources": Method(
            ASSETS,
            _asset("SearchAllResourcesRequest"),
            lambda r: str(r.scope),
            "cloudasset.assets.searchAllResources",
            search_resources,
        ),
    }
    found = {f"google.cloud.asset.v1.AssetService/{name}": method for name, method in found.items()}
    managed: dict[str, tuple[Scope, str, Answer]] = {
        "Organizations/GetOrganization": (_name, "organizations.get", get_organization),
        "Organizations/SearchOrganizations": (_nothing, "organizations.get", search_organizations),
        "Folders/GetFolder": (_name, "folders.get", get_folder),
        "Folders/ListFolders": (_parent, "folders.list", list_folders),
        "Folders/SearchFolders": (_nothing, "folders.get", search_folders),
        "Projects/GetProject": (_name, "projects.get", get_project),
        "Projects/ListProjects": (_parent, "projects.list", list_projects),
        "Projects/SearchProjects": (_nothing, "projects.get", search_projects),
        "TagKeys/ListTagKeys": (_parent, "tagKeys.list", _children("tagKeys", "ListTagKeys")),
        "TagKeys/GetTagKey": (_name, "tagKeys.get", _single("tagKeys", "TagKey")),
        "TagValues/ListTagValues": (_parent, "tagValues.list", _children("tagValues", "ListTagValues")),
        "TagValues/GetTagValue": (_name, "tagValues.get", _single("tagValues", "TagValue")),
        "TagBindings/ListTagBindings": (_tagged, "projects.get", list_bindings),
        "TagBindings/ListEffectiveTags": (_tagged, "projects.get", effective_tags),
    }
    prefix = "google.cloud.resourcemanager.v3"
    for path, (scope, needs, answer) in managed.items():
        request = _manager(f"{path.rpartition('/')[2]}Request")
        found[f"{prefix}.{path}"] = Method(RESOURCES, request, scope, f"resourcemanager.{needs}", answer)
    for kind in ("Organizations", "Folders", "Projects"):
        found[f"{prefix}.{kind}/GetIamPolicy"] = Method(
            RESOURCES,
            iam_policy_pb2.GetIamPolicyRequest,
            lambda r: str(r.resource),
            f"resourcemanager.{kind.lower()}.getIamPolicy",
            get_policy,
        )
    return {f"/{path}": method for path, method in found.items()}


METHODS: Final = _methods()
"""Path on the wire -> method."""
