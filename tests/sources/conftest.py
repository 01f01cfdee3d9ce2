"""One AWS server for the room's tests; each test begins with an empty one."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from driftscan.catalog import load
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, Environment, Settings
from driftscan.model.snapshot import Gap, Listing
from driftscan.sources.aws import AwsSource, ResolvedAccount, Tuning
from tests.sources.faults import Faults, serving

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
STAGE, PROD = "111111111111", "222222222222"
QUICK = Tuning(slowest_pause=0.2)
IMPATIENT = Tuning(read_timeout=1.5, slowest_pause=0.2)


@dataclass
class Cloud:
    """The server, and the ways to it."""

    url: str
    faults: Faults

    def client(self, service: str, account: str = STAGE, region: str = "eu-west-1") -> Any:
        """A client with keys of an account's role."""
        sts = boto3.client("sts", region_name="us-east-1")
        keys = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/builder", RoleSessionName="builder")["Credentials"]
        return boto3.client(
            service,
            region_name=region,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, Faults]]:
    with serving() as found:
        yield found


@contextmanager
def connected(server: tuple[str, Faults]) -> Iterator[Cloud]:
    """An empty server, and an environment in which the SDK finds it and nothing else."""
    url, faults = server
    faults.rule = None
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST")).read()
    faults.seen.clear()
    faults.counts.clear()
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ENDPOINT_URL", url)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
        yield Cloud(url, faults)
    faults.rule = None


@pytest.fixture
def cloud(server: tuple[str, Faults]) -> Iterator[Cloud]:
    with connected(server) as found:
        yield found


@dataclass
class Scan:
    """What a scan brought."""

    accounts: list[ResolvedAccount]
    resources: dict[str, Resource]
    listings: dict[tuple[str, str, str], Listing]
    gaps: list[Gap]
    calls: dict[str, int]
    stream: list[Resource | Gap | Listing]

    def values(self) -> dict[str, dict[str, Any]]:
        """The documents by address."""
        return {a: r.value for a, r in self.resources.items()}


READER = (Account("aws", STAGE, role="driftscan-reader", regions=("eu-west-1",)),)


def scan(
    types: tuple[str, ...] = ("*",),
    *,
    accounts: tuple[Account, ...] = READER,
    catalog: Path | None = None,
    tuning: Tuning = QUICK,
    settings: dict[str, Any] | None = None,
) -> Scan:
    """Everything of these types, one unit after the other."""
    source = make(types, accounts, catalog, tuning, settings)
    try:
        return drain(source)
    finally:
        source.close()


def make(
    types: tuple[str, ...],
    accounts: tuple[Account, ...] = READER,
    catalog: Path | None = None,
    tuning: Tuning = QUICK,
    settings: dict[str, Any] | None = None,
) -> AwsSource:
    """A source of one environment."""
    environment = Environment("stage", (), accounts)
    return AwsSource(
        environment,
        load(catalog),
        Settings("acme", "store", (environment,), (), types=types, **(settings or {})),
        run_id="run-1",
        now=lambda: NOW,
        tuning=tuning,
    )


def drain(source: AwsSource, units_at_once: int = 1) -> Scan:
    """Everything that a source can read."""
    accounts = source.resolve()
    with ThreadPoolExecutor(units_at_once) as pool:
        stream = [thing for part in pool.map(lambda unit: list(source.read(unit)), source.units()) for thing in part]
    listings = [t for t in stream if isinstance(t, Listing)]
    gaps = [t for t in stream if isinstance(t, Gap)]
    return Scan(
        accounts,
        {str(t.address): t for t in stream if isinstance(t, Resource)},
        {(x.account, x.region, x.type): x for x in listings},
        gaps,
        source.calls,
        stream,
    )
