"""A part of a comparison adds up like the whole."""

from __future__ import annotations

import pytest

from driftscan.catalog import load
from driftscan.errors import UsageError
from driftscan.jobs.compare import Judged, compare
from driftscan.jobs.narrow import narrow
from driftscan.jobs.report import report
from driftscan.model.resource import Resource
from driftscan.model.snapshot import Status
from driftscan.model.value import Address
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import QUEUE, TOPIC


def topic(environment: str, name: str = "events", **more: object) -> Resource:
    account = estate.ACCOUNTS[environment]
    arn = f"arn:aws:sns:{estate.REGION}:{account}:{name}-{environment}"
    return Resource(Address(TOPIC, account, estate.REGION, arn), {"TopicArn": arn, **more}, arn)


@pytest.fixture
def whole() -> Judged:
    store = Store.open("memory:")
    at = "2026-11-01T06:00:00Z"
    stage = [estate.queue("stage", VisibilityTimeout="5"), topic("stage", DisplayName="a"), topic("stage", "more")]
    estate.snapshot(store, "stage", at, stage)
    estate.snapshot(store, "prod", at, [estate.queue("prod"), estate.queue("prod", "other"), topic("prod", DisplayName="b")])
    return compare(estate.context(store), store.snapshots("stage")[-1], store.snapshots("prod")[-1])


def test_each_part_and_its_report(whole: Judged) -> None:
    assert whole.judgement.paired == 2
    queues, topics = narrow(whole, load(), ["AWS::SQS::*"]), narrow(whole, load(), [TOPIC])
    for part, type, extra, missing in ((queues, QUEUE, 0, 1), (topics, TOPIC, 1, 0)):
        j = part.judgement
        assert {f.subject.type for f in j.findings} == {type}
        assert (j.paired, j.equal, j.extra, j.missing) == (1, 0, extra, missing)
        assert {type} == set(part.snapshots[0].types()) == set(part.snapshots[1].types())
        made = report(estate.context(), [part], "x")
        assert {row.type for row in made.coverage} == {type}
    for name in ("paired", "equal", "agreeing", "comparable", "extra", "missing"):
        assert getattr(queues.judgement, name) + getattr(topics.judgement, name) == getattr(whole.judgement, name), name


def test_all_of_it_is_the_whole(whole: Judged) -> None:
    assert narrow(whole, load(), []) is whole
    every = narrow(whole, load(), ["*"])
    assert every.judgement == whole.judgement
    assert report(estate.context(), [every], "x") == report(estate.context(), [whole], "x")


def test_the_part_is_a_snapshot(whole: Judged) -> None:
    part = narrow(whole, load(), [QUEUE]).snapshots[1]
    assert [r.address for r in part.resources()] == sorted(r.address for r in part.resources(QUEUE))
    assert list(part.resources(TOPIC)) == []
    assert part.resource(estate.queue("prod").address).arn == estate.queue("prod").arn
    with pytest.raises(KeyError):
        part.resource(topic("prod").address)


def test_a_gap_shows_with_its_types_only() -> None:
    store = Store.open("memory:")
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage")])
    estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], status=Status.DENIED, gaps=[estate.denied("prod")])
    judged = compare(estate.context(store), store.snapshots("stage")[-1], store.snapshots("prod")[-1])
    assert narrow(judged, load(), [QUEUE]).judgement.findings
    assert not narrow(judged, load(), [TOPIC]).judgement.findings
    assert not narrow(judged, load(), [TOPIC]).snapshots[1].gaps


def test_no_such_type(whole: Judged) -> None:
    with pytest.raises(UsageError, match="no type fits"):
        narrow(whole, load(), ["AWS::SQS::Queues"])
