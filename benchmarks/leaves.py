"""Every scalar leaf of recorded answers, changed one by one: found at its place, or silent for a reason that `types --ignored` prints.

    python -m benchmarks.leaves --data DIR [--types 20] [--seed N] [--most 5]

DIR holds one recording: `accounts.json` (name -> its id) and a folder per account with one JSON file per service, as the accuracy bench's
`recorded/data/aws/*` have it. `--types` draws so many of the types that the recording holds (0: all), `--most` resources are taken of
each. One JSON line per type, then the figures. Exit 1 where a leaf is lost, 2 where there is no recording or nothing could be read of it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError
from botocore.model import Shape

from driftscan.catalog.spec import REASONS, Spec
from driftscan.sources.aws.calls import Call
from tests.catalog import shapes
from tests.catalog.harness import ReadOut, World, read_through
from tests.catalog.leaves import declared, examined, paired
from tests.catalog.twin import HERE

HOME = "us-east-1"
SIDE = "stage"
"""The account that is read; the other side of each comparison is the same account with one leaf changed."""
ALWAYS = {"sts:GetCallerIdentity": {"Account": HERE, "Arn": f"arn:aws:iam::{HERE}:user/x", "UserId": "x"}}


class Recording:
    """One account's recorded answers. Raises FileNotFoundError where the folder holds none."""

    def __init__(self, folder: Path) -> None:
        account = json.loads((folder / "accounts.json").read_text())[SIDE]["id"]
        self.services: dict[str, Mapping[str, Any]] = {}
        for file in sorted((folder / SIDE).glob("*.json")):
            self.services[file.stem] = json.loads(file.read_text().replace(account, HERE))
        if not self.services:
            raise FileNotFoundError(folder / SIDE)
        places = (p for s in self.services.values() for op in s.values() for r in op.get("regions", {}).values() for p in r)
        self.regions = tuple(sorted({p for p in places if p not in ("", "global", "aws-global")} | {HOME}))

    def give(self, call: Call) -> Any:
        """What the SDK would return. Raises ClientError where nothing was recorded for the thing asked about."""
        model = shapes.operation(call.service, call.operation)
        if (known := ALWAYS.get(f"{call.service}:{call.operation}")) is not None:
            return known
        if call.operation == "DescribeRegions":
            return {"Regions": [{"RegionName": r, "OptInStatus": "opt-in-not-required"} for r in self.regions]}
        held = self.services.get(call.service, {}).get(call.operation)
        if held is None:
            return {}
        if held["kind"] in ("list", "single"):
            return sdk(_listed(held, call), model.output_shape)
        wanted = list(_texts(call.args))
        best = Counter(n for text in wanted for n in held["ids"].get(text, held["ids"].get(text.rpartition("/")[2], ()))).most_common(1)
        linked = [held["links"][text] for text in wanted if text in held["links"]]
        if not best and not linked:
            raise ClientError({"Error": {"Code": _not_found(model.error_shapes), "Message": "nothing was recorded"}}, call.operation)
        item = held["items"][best[0][0] if best else linked[0]]
        if item["status"] >= 300:
            raise ClientError({"Error": {"Message": "recorded", "Code": "", **(item["data"].get("Error") or {})}}, call.operation)
        return sdk(item["data"], model.output_shape)


def sdk(value: Any, shape: Shape | None) -> Any:
    """A recorded value as the SDK hands it to its caller: blobs are bytes, policies of IAM are parsed."""
    match value:
        case dict() if shape is not None and shape.type_name == "structure":
            return {k: sdk(v, shape.members.get(k)) for k, v in value.items()}
        case dict() if shape is not None and shape.type_name == "map":
            return {k: sdk(v, shape.value) for k, v in value.items()}
        case list() if shape is not None and shape.type_name == "list":
            return [sdk(v, shape.member) for v in value]
        case str() if shape is not None and shape.type_name == "blob":
            return value.encode()
        case str() if shape is not None and shape.name == "policyDocumentType":
            return json.loads(unquote(value))
    return value


def _listed(held: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """A listing of one region, whole."""
    out = json.loads(json.dumps(held["base"]))
    for path, items in held["lists"].items():
        places = held["regions"].get(path) or [""] * len(items)
        here = [i for i, p in zip(items, places, strict=True) if (HOME if p in ("", "global", "aws-global") else p) == call.region]
        *above, name = path.split(".")
        at = out
        for step in above:
            at = at.setdefault(step, {})
        at[name] = here
    return out


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _not_found(known: list[Shape]) -> str:
    for shape in known:
        if any(word in shape.name for word in ("NotFound", "NoSuch", "NotExist")):
            return str(shape.metadata.get("error", {}).get("code") or shape.name)
    return "ResourceNotFoundException"


def read(spec: Spec, recording: Recording) -> tuple[ReadOut, World]:
    """What the generic reader makes of the recording of one type."""
    out = read_through(spec, recording.give, SIDE, recording.regions)
    return out, World(SIDE, {r.address: r for r in out.resources}.values(), HOME)


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of one recording")
    parser.add_argument("--types", type=int, default=20, help="types to draw; 0 takes all")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--most", type=int, default=5, help="resources of each type")
    given = parser.parse_args(args)
    try:
        recording = Recording(given.data)
    except (OSError, KeyError, ValueError) as e:
        print(f"{given.data} holds no recording: {e!r}", file=sys.stderr)
        return 2
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    order = paired()
    random.Random(seed).shuffle(order)
    found, lost, done, reasons = 0, 0, 0, Counter[str]()
    for spec in order:
        if given.types and done == given.types:
            break
        out, world = read(spec, recording)
        if not any(declared(spec, world, out.resources)):
            continue
        outcome = examined(spec, world, out.resources, given.most)
        done, found, lost = done + 1, found + outcome.found, lost + len(outcome.lost)
        reasons += outcome.ignored
        print(json.dumps({"type": spec.type, "found": outcome.found, "ignored": dict(outcome.ignored), "lost": outcome.lost}), flush=True)
    print(json.dumps({"seed": seed, "types": done, "found": found, "ignored": reasons, "lost": lost}))
    for reason in sorted(reasons):
        print(f"{reason}: {REASONS[reason]}", file=sys.stderr)
    if not done:
        print(f"{given.data}: nothing of the catalogue's types could be read", file=sys.stderr)
        return 2
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
