"""Accounts of organisational units."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from driftscan.jobs.accounts import resolved
from driftscan.jobs.compare import normalizer_of
from driftscan.model.settings import Account, Environment
from driftscan.store import Store
from tests.jobs import estate

UNITS = replace(
    estate.SETTINGS,
    environments=(
        Environment("stage", (), (Account("aws", estate.ACCOUNTS["stage"]),)),
        Environment("prod", (), (Account("aws", "ou-abcd-12345678"), Account("aws", "555555555555"))),
    ),
)


def test_what_the_newest_snapshot_found() -> None:
    store = Store.open("memory:")
    context = estate.context(store, UNITS)
    assert resolved(context) == UNITS
    estate.twins(store)
    prod = resolved(context).environment("prod")
    assert [a.id for a in prod.accounts] == ["555555555555", estate.ACCOUNTS["prod"]]
    assert resolved(context).environment("stage") is UNITS.environment("stage")
    assert resolved(estate.later(context, datetime(2026, 1, 1, tzinfo=UTC))) == UNITS


def test_without_units_nothing_is_read() -> None:
    assert resolved(estate.context()) == estate.SETTINGS


def test_another_environments_account_is_recognised_then() -> None:
    store = Store.open("memory:")
    estate.twins(store)
    snapshot = store.snapshot(store.snapshots("stage")[0].id)
    pointing = estate.queue("stage", Policy={"Principal": f"arn:aws:iam::{estate.ACCOUNTS['prod']}:root"})
    body = normalizer_of(estate.context(store, UNITS), snapshot).canonical(pointing).body
    assert "{account:prod" in str(body["Policy"])
