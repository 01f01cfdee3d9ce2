"""Comparing two sealed snapshots, against DeepDiff over all pairs and against reading them. One JSON line per figure.

    python -m benchmarks.compare --resources 100000

Two environments that are twins of each other, of which 1 % has changed, are scanned into a store and sealed; then everything is
forgotten but the store. P8: DeepDiff over all pairs / `compare` on the seals; DeepDiff runs on every `--every`-th pair of parsed
documents that name the same environment, which is what it does best, and is counted for all. P9: `compare`, seals read from the store, /
reading and parsing both snapshots. What a normalizer learns of its snapshot before it makes the first body counts as comparing.
`diff`: the whole job as a person runs it, judged too, in seconds and per resource of a side.
Process time, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

import orjson

from benchmarks.estate import Estate
from driftscan import catalog
from driftscan.compare import compare
from driftscan.jobs.compare import compare as diff
from driftscan.jobs.compare import normalizer_of
from driftscan.jobs.context import Context
from driftscan.jobs.seals import sealed
from driftscan.model.drift import Comparison, Side
from driftscan.model.resource import Canonical, Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Listing, Snapshot, Status
from driftscan.model.value import Address, decode, encode
from driftscan.normalize import Normalizer
from driftscan.store import Store

ACCOUNTS = {"stage": "333333333333", "prod": "444444444444"}
WORDS = {"stage": ("stage",), "prod": ("prod",)}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--changed", type=float, default=0.01, help="share of the resources that differ")
    parser.add_argument("--every", type=int, default=100, help="DeepDiff runs on every n-th pair; 1: on all of them")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="driftscan-benchmark-") as folder:
        return _measure(folder, options)


def _measure(folder: str, options: argparse.Namespace) -> int:
    store = Store.open(folder)
    estate = Estate(options.resources, changed=options.changed)
    networks = networks_of(options.resources // 2000 + 4)
    links = links_of(estate, networks)
    before = [*networks, *(linked(r, links) for r in estate.resources())]
    _write(store, estate, before, "prod")
    estate.advance()
    after = [*networks, *(linked(r, links) for r in estate.resources())]
    _write(store, estate, [_twin(r) for r in after], "stage")
    deepdiff, pairs = _deepdiff(before, after, options.every)
    del before, after, links, estate, networks
    snapshots = {e: store.snapshot(store.snapshots(e)[-1].id) for e in ("stage", "prod")}
    context = _context(store)
    for s in snapshots.values():
        sealed(store, s, normalizer_of(context, s))
    gc.collect()
    stage, prod = (store.snapshots(e)[-1] for e in ("stage", "prod"))
    whole = _time(lambda: diff(context, stage, prod))[0]
    normalizers = {e: normalizer_of(context, s) for e, s in snapshots.items()}
    gc.collect()
    reading = _time(lambda: [sum(1 for _ in s.resources()) for s in snapshots.values()])[0]
    gc.collect()
    loading, sides = _time(lambda: {e: _side(store, s, normalizers[e]) for e, s in snapshots.items()})

    def body(which: Literal["candidate", "reference"], address: Address) -> Canonical:
        e = "stage" if which == "candidate" else "prod"
        return normalizers[e].canonical(snapshots[e].resource(address))

    gc.collect()
    comparing, comparison = _time(lambda: compare(sides["stage"], sides["prod"], body, catalog.load(), (), same_environment=False))
    seen = _seen(comparison)
    missed = _figure(
        "P8", deepdiff * pairs / comparing, 150, at_least=True, deepdiff_ms=round(deepdiff * 1e3, 3), compare_s=round(comparing, 2), **seen
    )
    missed += _figure(
        "P9",
        (loading + comparing) / reading,
        1.5,
        at_least=False,
        seals_read_s=round(loading, 2),
        compare_s=round(comparing, 2),
        snapshots_read_s=round(reading, 2),
    )
    rate = round(whole / options.resources * 1e6, 1)
    sys.stdout.write(orjson.dumps({"figure": "diff", "value": round(whole, 2), "microseconds_a_resource": rate}).decode() + "\n")
    return 1 if missed else 0


def _seen(comparison: Comparison) -> dict[str, int]:
    return {
        "pairs": len(comparison.compared),
        "changed": sum(1 for c in comparison.compared if c.changes),
        "extra": len(comparison.extra),
        "missing": len(comparison.missing),
        "ambiguous": len(comparison.ambiguous),
    }


def _figure(name: str, value: float, goal: float, *, at_least: bool, **more: float) -> bool:
    missed = value < goal if at_least else value > goal
    sys.stdout.write(orjson.dumps({"figure": name, "value": round(value, 2), "goal": goal, "met": not missed, **more}).decode() + "\n")
    sys.stdout.flush()
    return missed


def _time(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def _deepdiff(before: list[Resource], after: list[Resource], every: int) -> tuple[float, int]:
    """(seconds for one pair, number of pairs)."""
    from deepdiff import DeepDiff

    old = {r.address: r for r in before}
    pairs = [(old[r.address].value, r.value) for r in after if r.address in old]
    some = [(decode(encode(a)), decode(encode(b))) for a, b in pairs[::every]]
    seconds = _time(lambda: [DeepDiff(a, b, threshold_to_diff_deeper=0) for a, b in some])[0]
    return seconds / len(some), len(pairs)


# --------------------------------------------------------------------------------------------- two environments that are twins


_Links: TypeAlias = tuple[list[str], list[str], list[str]]


def networks_of(count: int) -> list[Resource]:
    """The networks in which the estate's groups and instances lie."""
    made = []
    for n in range(count):
        id_ = f"vpc-{n:017x}"
        tags = [{"Key": "Name", "Value": f"network-{n}-prod"}]
        value = {"VpcId": id_, "CidrBlock": f"172.{n % 256}.0.0/16", "State": "available", "IsDefault": False, "Tags": tags}
        made.append(Resource(Address("AWS::EC2::VPC", ACCOUNTS["prod"], ("eu-west-1", "us-east-1")[n % 2], id_), value))
    return made


def links_of(estate: Estate, networks: list[Resource]) -> _Links:
    """(ids of security groups, ARNs of roles, ids of networks): what the documents shall refer to, so that references lead somewhere."""
    found: dict[str, list[str]] = {"AWS::EC2::SecurityGroup": [], "AWS::IAM::Role": []}
    for r in estate.resources():
        if r.address.type in found:
            found[r.address.type].append(r.address.id if r.address.type == "AWS::EC2::SecurityGroup" else r.arn or "")
    return found["AWS::EC2::SecurityGroup"], found["AWS::IAM::Role"], [n.address.id for n in networks]


def linked(r: Resource, links: _Links) -> Resource:
    """A resource whose references mean resources of the estate."""
    groups, roles, networks = links

    def one(of: list[str], m: re.Match[str]) -> str:
        return of[hash_of(m[0]) % len(of)]

    text = encode(r.value).decode()
    text = re.sub(r"sg-[0-9a-f]{17}", lambda m: m[0] if m[0] == r.address.id else one(groups, m), text)
    text = re.sub(r"vpc-[0-9a-f]{17}", lambda m: one(networks, m), text)
    text = re.sub(r"arn:aws:iam::\d{12}:role/[\w-]+", lambda m: m[0] if m[0] == r.arn else one(roles, m), text)
    return replace(r, value=decode(text.encode()))


def hash_of(text: str) -> int:
    """A number that is the same in every process."""
    return int.from_bytes(text.encode()[-6:], "big")


_IDS = re.compile(r"(?<=sg-)[0-9a-f]{17}|(?<=vpc-)[0-9a-f]{17}|(?<=\bi-)[0-9a-f]{17}")


def _spelled(text: str) -> str:
    """A text of prod as stage spells it: its account, its word, ids of its own."""
    text = text.replace(ACCOUNTS["prod"], ACCOUNTS["stage"]).replace("prod", "stage")
    return _IDS.sub(lambda m: m[0][::-1], text)


def _twin(r: Resource) -> Resource:
    address = replace(r.address, account=ACCOUNTS["stage"], id=_spelled(r.address.id))
    return replace(r, address=address, arn=_spelled(r.arn) if r.arn else None, value=decode(_spelled(encode(r.value).decode()).encode()))


def _write(store: Store, estate: Estate, resources: list[Resource], environment: str) -> None:
    account = ACCOUNTS[environment]
    listed = {(r.address.region, r.address.type) for r in resources}
    listings = [Listing(account, region, type_, Status.COMPLETE) for region, type_ in sorted(listed)]
    header = estate.header()
    regions = tuple((account, r) for _, r in header.regions)
    with store.lock():
        writer = store.begin(environment, "benchmark")
        for n, some in enumerate(_parts(resources, 2000)):
            writer.add(f"unit {n}", some, listings if n == 0 else [], [])
        writer.finish(replace(header, environment=environment, accounts=(account,), regions=regions))


def _parts(items: list[Resource], size: int) -> Iterator[list[Resource]]:
    for i in range(0, len(items), size):
        yield items[i : i + size]


def _context(store: Store) -> Context:
    """What the job works in: both environments as a configuration names them."""
    environments = tuple(Environment(e, (), (Account("aws", ACCOUNTS[e]),)) for e in ("stage", "prod"))
    settings = Settings("benchmark", "", environments, (ComparisonRule("stage", "prod"),), digest="settings")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Context(settings, catalog.load(), store, lambda: b"k" * 32, now, lambda: now, "benchmark", lambda _: None)


def _side(store: Store, snapshot: Snapshot, normalizer: Normalizer) -> Side:
    made = sealed(store, snapshot, normalizer)
    return Side(snapshot.header.environment, snapshot.id, made.seals, {}, made.named)


if __name__ == "__main__":
    sys.exit(main())
