"""What the vendor's own models say about operations: arguments, pages, members. Cached; one loader per process."""

from __future__ import annotations

import gzip
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import orjson

from driftscan.catalog import limits
from driftscan.catalog.paths import Member, Pattern, Star, Where

_PLAIN: Final = frozenset({"ec2", "json", "query", "rest-json", "rest-xml"})
LARGEST_PAGE: Final = 1000
_TOKENS: Final = ("nexttoken", "nextmarker", "nextpagetoken", "paginationtoken", "continuationtoken", "marker", "position", "nextposition")
_ACCEPTS: Final[Mapping[str, tuple[str, ...]]] = {
    "nexttoken": ("nexttoken",),
    "nextmarker": ("marker", "nextmarker"),
    "nextpagetoken": ("pagetoken", "nextpagetoken"),
    "paginationtoken": ("paginationtoken",),
    "continuationtoken": ("continuationtoken",),
    "marker": ("marker",),
    "position": ("position",),
    "nextposition": ("position",),
}


@dataclass(frozen=True)
class Paging:
    """How an operation continues. inputs/outputs: argument names and where (compiled JMESPath) their next values stand."""

    inputs: tuple[str, ...]
    outputs: tuple[Any, ...]
    more: Any = None
    limit_key: str | None = None
    size: int | None = None

    def next(self, page: Mapping[str, Any]) -> dict[str, Any] | None:
        """The arguments that continue after `page`, or None at the end."""
        if self.more is not None and not self.more.search(page):
            return None
        values = [o.search(page) for o in self.outputs]
        return dict(zip(self.inputs, values, strict=False)) if any(values) else None


class Models:
    """The vendor's models by service name (botocore's)."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        self._services: dict[str, Any] = {}
        self._pagings: dict[tuple[str, str], Paging | None] = {}
        self._lock = threading.Lock()

    def service(self, name: str) -> Any:
        """botocore's `ServiceModel`. Raises its UnknownServiceError."""
        with self._lock:
            if name not in self._services:
                from botocore.model import ServiceModel  # noqa: PLC0415  (the SDK is loaded when a source is used)

                self._services[name] = ServiceModel(self.loader.load_service_model(name, "service-2"), name)
            return self._services[name]

    def operation(self, service: str, operation: str) -> Any:
        """botocore's `OperationModel`."""
        return self.service(service).operation_model(operation)

    def required(self, service: str, operation: str) -> frozenset[str]:
        """The arguments without which the vendor refuses the call."""
        shape = self.operation(service, operation).input_shape
        return frozenset(shape.required_members) if shape is not None else frozenset()

    def enum(self, service: str, operation: str, arg: str) -> tuple[str, ...]:
        """Every value that the model allows for an argument."""
        return tuple(self.operation(service, operation).input_shape.members[arg].enum)

    def odd(self, service: str, operation: str) -> bool:
        """Whether the parsed answer may hold more than JSON values although our parsers are set: streams, and CBOR's own times."""
        return self.service(service).resolved_protocol not in _PLAIN or bool(self.operation(service, operation).has_streaming_output)

    # ----------------------------------------------------------------------------------------- pages

    def paging(self, service: str, operation: str) -> Paging | None:
        """How the operation pages: by the vendor's paginator, else by its token names; None where it gives one answer."""
        key = (service, operation)
        if key not in self._pagings:
            self._pagings[key] = self._paging(service, operation)
        return self._pagings[key]

    def _paging(self, service: str, operation: str) -> Paging | None:
        import jmespath  # noqa: PLC0415
        from botocore.exceptions import UnknownServiceError  # noqa: PLC0415

        model = self.operation(service, operation)
        try:
            known = self.loader.load_service_model(service, "paginators-1")["pagination"].get(operation)
        except UnknownServiceError:
            known = None
        members = dict(model.input_shape.members) if model.input_shape is not None else {}
        if known:
            inputs, outputs = _many(known["input_token"]), _many(known["output_token"])
            limit = known.get("limit_key")
            return Paging(
                tuple(inputs),
                tuple(jmespath.compile(o) for o in outputs),
                jmespath.compile(known["more_results"]) if "more_results" in known else None,
                limit,
                limits.page(service, operation) or _page_size(members.get(limit)),
            )
        out = model.output_shape
        theirs = {name.lower(): name for name in out.members} if out is not None and out.type_name == "structure" else {}
        ours = {name.lower(): name for name in members}
        for token in _TOKENS:
            for accepted in _ACCEPTS[token]:
                if token in theirs and accepted in ours:
                    return Paging((ours[accepted],), (jmespath.compile(f'"{theirs[token]}"'),))
        return None

    # ----------------------------------------------------------------------------------------- members

    def members(self, service: str, operation: str, path: Pattern | None) -> frozenset[str] | None:
        """The member names of what stands at `path` of the answer (of the answer itself without a path).

        None: open (a map whose keys the model does not list, or no structure at all).
        """
        shape = self.operation(service, operation).output_shape
        for step in path.steps if path is not None else ():
            match step:
                case Member(name) if shape is not None and shape.type_name == "structure":
                    shape = shape.members.get(name)
                case Where() if shape is not None and shape.type_name == "list":
                    shape = shape.member
                case Star() | Member() if shape is not None and shape.type_name == "map":
                    shape = shape.value
                case _:
                    return None
        if shape is None:
            return None
        if shape.type_name == "map":
            return frozenset(shape.key.enum) - {"All"} if getattr(shape.key, "enum", None) else None
        if shape.type_name != "structure":
            return None
        paging = self.paging(service, operation) if path is None else None
        tokens = {str(o.expression) for o in paging.outputs} if paging else set()
        return frozenset(shape.members) - {t.strip('"') for t in tokens}

    # ----------------------------------------------------------------------------------------- endpoints

    @cached_property
    def _partitions(self) -> dict[str, Any]:
        return {p["partition"]: p for p in self.loader.load_data("endpoints")["partitions"]}

    def partition(self, region: str) -> str:
        """The partition of a region, `aws` where nothing is known about it."""
        for name, data in self._partitions.items():
            if region in data["regions"]:
                return name
        for name, data in self._partitions.items():
            if re.match(data["regionRegex"], region):
                return str(name)
        return "aws"

    def home(self, service: str, partition: str) -> str:
        """Where the service keeps what exists once per account."""
        data = self._partitions.get(partition)
        if data is None:
            return "us-east-1"
        found = data["services"].get(self._prefix(service), {})
        endpoint = found.get("endpoints", {}).get(found.get("partitionEndpoint"), {})
        region = endpoint.get("credentialScope", {}).get("region")
        if region in data["regions"]:
            return str(region)
        default = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}.get(partition)
        return default or sorted(data["regions"])[0]

    def exists(self, service: str, region: str) -> bool:
        """Whether the service exists in a region. What the endpoint data does not know is assumed to exist."""
        for data in self._partitions.values():
            if region in data["regions"]:
                prefix = self._prefix(service)
                known = data["services"].get(prefix)
                if known is None:
                    return not any(prefix in other["services"] for other in self._partitions.values())
                if known.get("isRegionalized") is False:
                    return True
                regions = [r for r in known.get("endpoints", {}) if r in data["regions"]]
                return not regions or region in regions
        return True

    def _prefix(self, service: str) -> str:
        return str(self.service(service).metadata.get("endpointPrefix", service))


@cache
def models() -> Models:
    """The one set of models of this process: they are large, and never change."""
    from botocore.loaders import Loader  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    extra = Session().get_config_variable("data_path")
    return Models(Loader(extra_search_paths=str(extra).split(os.pathsep) if extra else None, file_loader=_Files()))


class _Files:
    """The SDK's model files, read fast and without their documentation, which is most of their memory."""

    def exists(self, file_path: str) -> bool:
        """Whether a model stands at the path, its ending left out."""
        return any(Path(file_path + end).is_file() for end in _ENDINGS)

    def load_file(self, file_path: str) -> Any:
        """The model at the path, or None."""
        for end, opened in _ENDINGS.items():
            file = Path(file_path + end)
            if file.is_file():
                return orjson.loads(_DOCUMENTATION.sub(b'"documentation":""', opened(file.read_bytes())))
        return None


_DOCUMENTATION: Final = re.compile(rb'"documentation":\s*"[^"\\]*(?:\\.[^"\\]*)*"')
_ENDINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {".json": bytes, ".json.gz": gzip.decompress}


def _many(value: str | Iterable[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _page_size(shape: Any) -> int | None:
    """The largest page that the model allows, so that a listing takes few calls."""
    if shape is None or shape.type_name not in {"integer", "long"} or "max" not in shape.metadata:
        return None
    return int(min(shape.metadata["max"], max(LARGEST_PAGE, shape.metadata.get("min", 0))))
