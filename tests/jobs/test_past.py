"""What past snapshots show of a resource, also when it goes by another id than it did."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime

import pytest

from driftscan.catalog import load
from driftscan.jobs.past import Past
from driftscan.model.resource import Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Header, Listing, Snapshot, Status
from driftscan.model.value import ABSENT, Address, Unknown
from driftscan.normalize import Normalizer, vocabulary
from driftscan.store import Store

TASK = "AWS::ECS::TaskDefinition"
ACCOUNTS = {"stage": "333333333333", "prod": "444444444444"}
SETTINGS = Settings(
    "acme",
    "memory:",
    tuple(Environment(name, (), (Account("aws", id),)) for name, id in ACCOUNTS.items()),
    (ComparisonRule("stage", "prod"),),
)


def task(environment: str, revision: int, image: str, family: str = "web") -> Resource:
    arn = f"arn:aws:ecs:eu-west-1:{ACCOUNTS[environment]}:task-definition/{family}-{environment}:{revision}"
    definition = {
        "taskDefinitionArn": arn,
        "family": f"{family}-{environment}",
        "revision": revision,
        "containerDefinitions": [{"name": "web", "image": image}],
    }
    address = Address(TASK, ACCOUNTS[environment], "eu-west-1", arn)
    return Resource(address, {"taskDefinition": definition, "family": f"{family}-{environment}"}, arn)


def scan(store: Store, environment: str, month: int, *resources: Resource, status: Status = Status.COMPLETE) -> Snapshot:
    account = ACCOUNTS[environment]
    writer = store.begin(environment, f"run-{month}")
    writer.add("ecs", resources, [Listing(account, "eu-west-1", TASK, status, len(resources))])
    at = f"2026-{month:02}-01T06:00:00Z"
    return writer.finish(Header(environment, (account,), ((account, ("eu-west-1",)),), (at, at), at, "1", "c", "s", "k"))


def normalizer(snapshot: Snapshot) -> Normalizer:
    return Normalizer(snapshot, load(), vocabulary(SETTINGS, snapshot.header))


def past(store: Store) -> Past:
    """Before the newest snapshot of each environment."""
    before, now = {}, {}
    for environment in ACCOUNTS:
        infos = store.snapshots(environment)
        before[environment] = tuple(infos[:-1])
        now[environment] = {s.address: s for s in normalizer(store.snapshot(infos[-1].id)).seals()}
    return Past(store, before, normalizer, now)


def moment(month: int) -> datetime:
    return datetime(2026, month, 1, 6, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    """Stage went from revision 1 to 2, prod stayed; the job family is new in stage and was taken away from prod."""
    made = Store.open("memory:")
    scan(made, "stage", 9, task("stage", 1, "web:1.0"))
    scan(made, "stage", 10, task("stage", 2, "web:2.0"), task("stage", 1, "job:1.0", "job"))
    scan(made, "prod", 9, task("prod", 7, "web:1.0"), task("prod", 1, "old:1.0", "old"))
    scan(made, "prod", 10, task("prod", 7, "web:1.0"))
    return made


def image(found: object) -> object:
    return found if found is ABSENT or isinstance(found, Unknown) else found["taskDefinition"]["containerDefinitions"]  # type: ignore[index]


def test_the_same_address(store: Store) -> None:
    ((at, value),) = past(store).past(task("prod", 7, "").address, ())
    assert at == moment(9)
    assert "web:1.0" in str(image(value))


def test_another_revision_of_the_same_family_is_the_same_resource(store: Store) -> None:
    ((at, value),) = past(store).past(task("stage", 2, "").address, ())
    assert at == moment(9)
    assert "web:1.0" in str(image(value))


def test_what_is_new_was_absent(store: Store) -> None:
    assert past(store).past(task("stage", 1, "", "job").address, ()) == [(moment(9), ABSENT)]


def test_what_an_incomplete_listing_lacks_is_unknown(store: Store) -> None:
    scan(store, "stage", 11, task("stage", 1, "job:1.0", "job"), task("stage", 1, "x", "late"), status=Status.COMPLETE)
    scan(store, "stage", 12, task("stage", 1, "x", "later"))
    assert past(store).past(task("stage", 1, "", "later").address, ())[-1][1] is ABSENT
    other = Store.open("memory:")
    scan(other, "stage", 9, status=Status.DENIED)
    scan(other, "stage", 10, task("stage", 1, "x"))
    scan(other, "prod", 10, task("prod", 1, "x"))
    assert past(other).past(task("stage", 1, "").address, ()) == [(moment(9), Unknown("denied"))]
    assert past(other).counterpart(task("prod", 1, "").address, "stage") == [(moment(9), Unknown("denied"))]


def test_counterparts_in_another_environment(store: Store) -> None:
    history = past(store)
    assert history.counterpart(task("stage", 2, "").address, "prod") == [(moment(9), True)]
    assert history.counterpart(task("stage", 1, "", "job").address, "prod") == [(moment(9), ABSENT)]
    assert history.counterpart(task("stage", 2, "").address, "elsewhere") == []


def test_a_first_run_knows_nothing() -> None:
    first = Store.open("memory:")
    scan(first, "stage", 10, task("stage", 1, "x"))
    scan(first, "prod", 10, task("prod", 1, "x"))
    history = past(first)
    assert history.past(task("stage", 1, "").address, ()) == []
    assert history.counterpart(task("stage", 1, "").address, "prod") == []


def test_what_was_looked_at_is_let_go_with_who_looked(store: Store) -> None:
    """Without a search for garbage: what is alive when stored seals are read is never searched again."""
    history = past(store)
    assert history.past(task("stage", 2, "").address, ())
    assert history.counterpart(task("prod", 7, "").address, "stage")
    gone = weakref.ref(history), weakref.ref(history._normalizers)
    gc.disable()
    try:
        del history
        assert [held() for held in gone] == [None, None]
    finally:
        gc.enable()
