"""One environment to be judged by rules, from raw documents on: the real way through normalisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from driftscan.catalog import load
from driftscan.config.baselines import load_baselines
from driftscan.judge.baselines import Ground
from driftscan.judge.logical import logical_keys
from driftscan.model.baseline import BaselineRule
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Header, Listing, MemorySnapshot, Status
from driftscan.model.value import Address
from driftscan.normalize import Normalizer, vocabulary

ACCOUNTS = {"dev": "111111111111", "test": "222222222222", "stage": "333333333333", "prod": "444444444444"}
REGION = "eu-west-1"
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
ENVIRONMENTS = tuple(Environment(name, (), (Account("aws", account),), name) for name, account in ACCOUNTS.items())
SETTINGS = Settings("acme", "memory:", ENVIRONMENTS, (ComparisonRule("stage", "prod"),))


def resource(type: str, id: str, value: Mapping[str, Any], environment: str = "prod", arn: str | None = None) -> Resource:
    """A resource as the reader assembles it."""
    region = REGION if load().specs[type].scope == "region" else "global"
    return Resource(Address(type, ACCOUNTS[environment], region, id), dict(value), arn)


def bucket(name: str, environment: str = "prod", **more: Any) -> Resource:
    """A bucket with one member that says nothing."""
    return resource("AWS::S3::Bucket", name, {"Name": name, "BucketRegion": REGION, **more}, environment, f"arn:aws:s3:::{name}")


def ground(
    resources: Iterable[Resource],
    environment: str = "prod",
    *,
    settings: Settings = SETTINGS,
    listed: Mapping[str, Status] | None = None,
    incomplete: Mapping[str, str] | None = None,
) -> Ground:
    """An environment that holds these resources. listed: further types and their status; incomplete: type -> code."""
    items = {r.address: r for r in resources}
    account = ACCOUNTS[environment]
    at = "2026-11-30T05:00:00Z"
    header = Header(environment, (account,), ((account, (REGION,)),), (at, at), at, "0", load().digest, "", "k")
    found = {(a.region, a.type): Status.COMPLETE for a in items} | {(REGION, t): s for t, s in (listed or {}).items()}
    listings = tuple(
        Listing(account, region, type, status, sum((a.region, a.type) == (region, type) for a in items))
        for (region, type), status in sorted(found.items())
    )
    snapshot = MemorySnapshot(header, listings, (), items)
    normalizer = Normalizer(snapshot, load(), vocabulary(settings, header))
    seals = {s.address: s for s in normalizer.seals()}
    return Ground(
        environment=settings.environment(environment),
        snapshot="memory",
        catalog=load(),
        settings=settings,
        as_of=NOW,
        types=tuple(snapshot.types()),
        forms=lambda type: (normalizer.canonical(r) for r in snapshot.resources(type)),
        seals=seals,
        keys=logical_keys(seals, environment),
        listings=listings,
        incomplete=incomplete or {},
        accounts=(account,),
    )


def rules(folder: Path, text: str = "", **files: str) -> tuple[BaselineRule, ...]:
    """Rules as a file holds them: `text` are the entries of prod.yaml, `files` those of others by name."""
    texts = {**({"prod": text} if text else {}), **files}
    for name, entries in texts.items():
        (folder / f"{name}.yaml").write_text("rules:\n" + entries)
    return load_baselines([folder / f"{name}.yaml" for name in texts])
