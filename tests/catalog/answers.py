"""Recorded answers: how they lie on disk, whether the vendor's model allows them, and a client that answers from them.

`answers.json`: {"<service>:<Operation>": [{"args": {...}, "answer": {...}}, ...]}. An entry without `args` answers every call of the
operation; `{"args": ..., "error": "Code"}` fails. Timestamps are ISO strings, blobs base64. Under "twin", {"text": "other text"} are
replacements that the clean twin needs beside the generated ones.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import Shape
from botocore.validate import ParamValidator

from driftscan.catalog.spec import Spec
from tests.catalog import shapes

EXAMPLES = Path(__file__).parent / "examples"


@dataclass(frozen=True)
class Answers:
    """calls: `service:Operation` -> its entries. twin: text -> the twin's text."""

    calls: Mapping[str, list[dict[str, Any]]]
    twin: Mapping[str, str] = field(default_factory=dict)


def folder(spec: Spec) -> Path:
    """Where a type's example lies: `examples/<service>/<noun>/`."""
    return EXAMPLES / Path(spec.file).relative_to("aws").with_suffix("")


def load(spec: Spec) -> Answers:
    """A type's recorded answers. Raises FileNotFoundError."""
    data = json.loads((folder(spec) / "answers.json").read_bytes())
    twin = data.pop("twin", {})
    return Answers(data, twin)


def complaints(answers: Answers) -> list[str]:
    """What the vendor's model has against the answers and their arguments, one line each."""
    out: list[str] = []
    for key, entries in answers.calls.items():
        service, _, op = key.partition(":")
        model = shapes.operation(service, op)
        for number, entry in enumerate(entries):
            place = f"{key}[{number}]"
            if unknown := set(entry) - {"args", "answer", "error"}:
                out.append(f"{place}: unknown key {min(unknown)!r}; known: args, answer, error")
            if model.input_shape is not None and "args" in entry:
                out += [f"{place}.args: {line}" for line in _validate(entry["args"], model.input_shape)]
            if "answer" in entry:
                out += [f"{place}.answer: {line}" for line in _validate(entry["answer"], model.output_shape)]
    return out


def _validate(value: Any, shape: Shape | None) -> list[str]:
    if shape is None:
        return [] if value in ({}, None) else ["the operation answers nothing"]
    report = ParamValidator().validate(wire(value, shape), shape)
    return (report.generate_report().splitlines() if report.has_errors() else []) + _enums(value, shape, "")


def _enums(value: Any, shape: Shape, at: str) -> list[str]:
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            return [line for k, v in value.items() if k in shape.members for line in _enums(v, shape.members[k], f"{at}.{k}")]
        case "list" if isinstance(value, list):
            return [line for i, v in enumerate(value) for line in _enums(v, shape.member, f"{at}[{i}]")]
        case "map" if isinstance(value, dict):
            return [line for k, v in value.items() for line in _enums(v, shape.value, f"{at}.{k}")]
        case "string":
            known = getattr(shape, "enum", None)
            return [f"{at}: {value!r} is none of {', '.join(known[:12])}"] if known and value not in known else []
    return []


def wire(value: Any, shape: Shape) -> Any:
    """A value as the SDK's parser gives it: moments as datetime, blobs as bytes."""
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            return {k: wire(v, shape.members[k]) if k in shape.members else v for k, v in value.items()}
        case "list" if isinstance(value, list):
            return [wire(v, shape.member) for v in value]
        case "map" if isinstance(value, dict):
            return {k: wire(v, shape.value) for k, v in value.items()}
        case "timestamp" if isinstance(value, str):
            return datetime.fromisoformat(value.replace("Z", "+00:00"))
        case "blob" if isinstance(value, str):
            return base64.b64decode(value)
    return value


def parsed(value: Any, shape: Shape | None, service: str) -> Any:
    """A value as the SDK hands it to its caller: blobs as bytes, and what its handlers decode (IAM's policy documents)."""
    if shape is None:
        return value
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            return {k: parsed(v, shape.members[k], service) if k in shape.members else v for k, v in value.items()}
        case "list" if isinstance(value, list):
            return [parsed(v, shape.member, service) for v in value]
        case "map" if isinstance(value, dict):
            return {k: parsed(v, shape.value, service) for k, v in value.items()}
        case "blob" if isinstance(value, str):
            return base64.b64decode(value)
        case "string" if service == "iam" and shape.name == "policyDocumentType" and isinstance(value, str):
            return json.loads(value)
    return value


class Fake:
    """Stands where the source's client of one (account, service, region) stands, and answers from the recorded calls.

    A call that no entry knows is an AssertionError that says what to add, except beside entries of other arguments of the same
    operation when `each` repeats it: then nothing is there.
    """

    def __init__(self, answers: Answers, service: str, each: Mapping[str, frozenset[str]], account: str, region: str) -> None:
        self.answers, self.service, self.each, self.account, self.region = answers, service, each, account, region
        self.age = 0
        self.seen = SimpleNamespace(status=200, body=b"", html=False)
        self.sdk = SimpleNamespace(close=lambda: None)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def call(self, operation: str, args: Mapping[str, Any]) -> Any:
        key = f"{self.service}:{operation}"
        shape = shapes.operation(self.service, operation).output_shape
        wanted = self.plain(operation, args)
        self.asked.append((key, wanted))
        entries = self.answers.calls.get(key, [])
        for entry in entries:
            if "args" not in entry or same(entry["args"], wanted):
                if "error" in entry:
                    raise ClientError({"Error": {"Code": entry["error"], "Message": entry["error"]}}, operation)
                return parsed(json.loads(json.dumps(entry["answer"])), shape, self.service)
        if key == "sts:GetCallerIdentity":
            return {"Account": self.account, "Arn": f"arn:aws:sts::{self.account}:assumed-role/driftscan-reader/x", "UserId": "x"}
        if key == "ec2:DescribeRegions":
            return {"Regions": [{"RegionName": self.region, "OptInStatus": "opt-in-not-required"}]}
        if key == "account:ListRegions":
            return {"Regions": [{"RegionName": self.region, "RegionOptStatus": "ENABLED_BY_DEFAULT"}]}
        if key == "resourcegroupstaggingapi:GetResources" and not entries:
            return {"ResourceTagMappingList": []}
        if key in self.each and entries:
            return empty(shape)
        raise AssertionError(f'answers.json lacks an entry for {key} with {{"args": {json.dumps(wanted)}, "answer": ...}}')

    def plain(self, operation: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments without those that only page."""
        paging = shapes.paging_arguments(self.service, operation)
        return {k: v for k, v in args.items() if k not in paging}


def same(recorded: Any, wanted: Any) -> bool:
    """Equal, lists in any order; arguments that only page may be recorded and don't count."""
    if isinstance(recorded, dict) and isinstance(wanted, dict):
        return {k for k in recorded if k in wanted or k not in PAGE} == set(wanted) and all(same(recorded[k], wanted[k]) for k in wanted)
    if isinstance(recorded, list | tuple) and isinstance(wanted, list | tuple):
        return sorted(map(json.dumps, recorded)) == sorted(map(json.dumps, wanted))
    return bool(recorded == wanted)


PAGE = frozenset({"MaxResults", "maxResults", "MaxRecords", "MaxItems", "limit", "Limit", "PageSize", "MaxBuckets"})


def empty(shape: Shape | None) -> Any:
    """An answer with nothing in it."""
    out: dict[str, Any] = {}
    for name in getattr(shape, "required_members", []) or []:
        assert shape is not None
        out[name] = [] if shape.members[name].type_name == "list" else {} if shape.members[name].type_name != "string" else ""
    return out
