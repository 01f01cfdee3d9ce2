"""Stored snapshots of two small environments, in memory, without any cloud."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from driftscan.catalog import load
from driftscan.jobs.context import Context
from driftscan.model.resource import Read, Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Gap, Header, Listing, Snapshot, Status
from driftscan.model.value import Address
from driftscan.store import Store

QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"
ACCOUNTS = {"stage": "333333333333", "prod": "444444444444"}
REGION = "eu-west-1"
SETTINGS = Settings(
    "acme",
    "memory:",
    (Environment("stage", ("stg",), (Account("aws", ACCOUNTS["stage"]),)), Environment("prod", (), (Account("aws", ACCOUNTS["prod"]),))),
    (ComparisonRule("stage", "prod"),),
    digest="settings",
)
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)


def context(store: Store | None = None, settings: Settings = SETTINGS, as_of: datetime = NOW, run_id: str = "run-1") -> Context:
    """A context over the shipped catalogue; its notes are thrown away."""
    return Context(
        settings, load(), store or Store.open("memory:"), lambda: b"k" * 32, as_of, lambda: as_of, run_id, lambda _: None, pinned=True
    )


def queue(environment: str, name: str = "orders", **more: object) -> Resource:
    """A queue as the reader assembles it."""
    account = ACCOUNTS[environment]
    arn = f"arn:aws:sqs:{REGION}:{account}:{name}-{environment}"
    value = {"QueueArn": arn, "VisibilityTimeout": "60", "DelaySeconds": "0", **more}
    url = f"https://sqs.{REGION}.amazonaws.com/{account}/{name}-{environment}"
    reads = (Read("sqs:ListQueues", "2026-11-01T06:00:00Z"), Read("sqs:GetQueueAttributes", "2026-11-01T06:00:01Z"))
    return Resource(Address(QUEUE, account, REGION, arn), {"QueueUrl": url, **value}, arn, reads=reads)


def snapshot(
    store: Store,
    environment: str,
    as_of: str,
    resources: Iterable[Resource],
    *,
    status: Status = Status.COMPLETE,
    gaps: Iterable[Gap] = (),
    types: Iterable[str] = (QUEUE, TOPIC),
) -> Snapshot:
    """Store a snapshot that listed `types`; `status` is that of the queues' listing."""
    account = ACCOUNTS[environment]
    held = list(resources)
    writer = store.begin(environment, f"run-{as_of}")
    listings = [
        Listing(account, REGION, t, status if t == QUEUE else Status.COMPLETE, sum(r.address.type == t for r in held)) for t in types
    ]
    writer.add("all", held, listings, gaps)
    return writer.finish(Header(environment, (account,), ((account, (REGION,)),), (as_of, as_of), as_of, "1", "c", "s", "k"))


def denied(environment: str, type: str = QUEUE) -> Gap:
    """A listing that was denied."""
    return Gap(ACCOUNTS[environment], REGION, type, "sqs", "ListQueues", "AccessDenied", "sqs:ListQueues", "grant sqs:ListQueues")


def twins(store: Store, as_of: str = "2026-11-01T06:00:00Z", **stage: object) -> None:
    """Both environments with one queue each; `stage` is what stage's has in another way."""
    snapshot(store, "stage", as_of, [queue("stage", **stage)])
    snapshot(store, "prod", as_of, [queue("prod")])


def later(base: Context, as_of: datetime) -> Context:
    """The same context at another moment."""
    return replace(base, as_of=as_of, now=lambda: as_of, run_id=f"run-{as_of:%Y%m%d}")
