"""Scanning: what is read, what is kept, what a second attempt does not read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from driftscan.demo.server import running
from driftscan.errors import CoverageError, UsageError
from driftscan.jobs.context import Context
from driftscan.jobs.scan import _new, exit_code, plan, prepare, scan, summary, types_of
from driftscan.model.settings import Account, Environment, Settings
from driftscan.model.snapshot import Snapshot, Status
from driftscan.model.value import Redacted, walk
from driftscan.sources.aws.dangling import Dangling
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import QUEUE, TOPIC

SETTINGS = replace(
    estate.SETTINGS,
    environments=tuple(
        Environment(name, (), (Account("aws", id, role="reader", regions=(estate.REGION,)),)) for name, id in estate.ACCOUNTS.items()
    ),
    types=(QUEUE, TOPIC, "AWS::Lambda::Function"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from tests.cli import estate as twins

    with running() as url:
        aws = twins.client(url, estate.ACCOUNTS["stage"])
        role = aws("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=twins.TRUST)["Role"]["Arn"]
        aws("sqs").create_queue(QueueName="orders-stage")
        aws("lambda").create_function(
            FunctionName="worker-stage",
            Runtime="python3.11",
            Role=role,
            Handler="app.main",
            Code={"ZipFile": b"x"},
            Environment={"Variables": {"QUEUE": "orders-stage", "DB_PASSWORD": "hunter2-hunter2"}},
        )
        yield url


@pytest.fixture
def cloud(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cli.estate import environ

    for name, value in environ(server).items():
        monkeypatch.setenv(name, value)


def one(context: Context, **more: Any) -> Snapshot:
    (prepared,) = prepare(context, ["stage"])
    with closing(prepared.source):
        return scan(context, prepared, **more)


def test_types_by_configuration_and_by_only() -> None:
    context = estate.context(settings=replace(estate.SETTINGS, types=("AWS::SQS::*", "AWS::SNS::*"), skip_types=("*Subscription",)))
    assert QUEUE in types_of(context)
    assert "AWS::SNS::Subscription" not in types_of(context)
    assert types_of(context, [QUEUE]) == (QUEUE,)
    with pytest.raises(UsageError):
        types_of(context, ["AWS::SQS::Queues"])


def test_what_dangled_in_the_same_way_last_time_is_not_read_again() -> None:
    store = Store.open("memory:")
    gone, deleted, here = ("arn:aws:sqs:eu-west-1:333333333333:" + n for n in ("gone", "deleted-stage", "orders-stage"))
    held = [estate.queue("stage", "orders", RedrivePolicy=gone), estate.queue("stage", "bills", RedrivePolicy=deleted)]
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [*held, estate.queue("stage", "deleted")])
    orders, bills = (r.address for r in held)
    found = [
        Dangling(orders, gone, (QUEUE,)),  # as last time
        Dangling(orders, here + "-new", (QUEUE,)),  # it referred to something else then
        Dangling(bills, deleted, (QUEUE,)),  # its target was there then
        Dangling(replace(orders, id="new"), gone, (QUEUE,)),  # it was not there then
    ]
    assert list(_new(estate.context(store), "stage", found)) == found[1:]
    assert list(_new(estate.context(Store.open("memory:")), "stage", found)) == found


def test_less_than_the_least_coverage_is_4() -> None:
    store, notes = Store.open("memory:"), list[str]()
    whole = estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage")])
    denied = estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], status=Status.DENIED, gaps=[estate.denied("prod")])
    context = replace(estate.context(store), note=notes.append)
    assert exit_code(context, [whole]) == 0
    assert not notes
    assert exit_code(context, [whole, denied]) == 4
    assert notes == ["only 1 of 2 listings of types in use were read, below 95%"]
    assert exit_code(replace(context, settings=replace(SETTINGS, min_coverage=0.5)), [whole, denied]) == 0


@pytest.mark.usefixtures("cloud")
class TestOnAServer:
    def test_a_snapshot_says_how_it_was_made(self) -> None:
        context = estate.context(settings=SETTINGS)
        seen: list[tuple[str, int, int]] = []
        made = one(context, progress=lambda *step: seen.append(step))
        assert made.types() == {"AWS::Lambda::Function": 1, QUEUE: 1}
        h = made.header
        assert (h.environment, h.accounts, h.regions) == (
            "stage",
            (estate.ACCOUNTS["stage"],),
            ((estate.ACCOUNTS["stage"], (estate.REGION,)),),
        )
        assert h.identities[estate.ACCOUNTS["stage"]].startswith("arn:aws:sts::")
        assert h.calls["sqs:ListQueues"] == 1
        assert (h.catalog_digest, h.config_digest, h.as_of) == (context.catalog.digest, "settings", "2026-11-30T06:00:00Z")
        assert seen[0][:2] == ("stage", 0)
        assert seen[-1][1] == seen[-1][2] == len(seen) - 1
        assert summary(made).startswith("stage: 2 resources, ")

    def test_names_of_the_snapshot_show_inside_redacted_settings(self) -> None:
        made = one(estate.context(settings=SETTINGS))
        (function,) = made.resources("AWS::Lambda::Function")
        assert "hunter2" not in str(function.value)
        masked = {str(path[-1]): leaf for path, leaf in walk(function.value) if isinstance(leaf, Redacted)}
        assert masked["DB_PASSWORD"].kind == "secret"
        known = [made.header.tokens[p[1:]] for p in masked["QUEUE"].parts if p[1:] in made.header.tokens]
        assert "".join(known).replace("-", "") == "ordersstage"
        assert masked["DB_PASSWORD"].parts[0].lstrip("#") not in made.header.tokens

    def test_an_unfinished_scan_is_resumed_under_the_same_plan_and_key_only(self) -> None:
        store = Store.open("memory:")
        notes: list[str] = []
        context = replace(estate.context(store, SETTINGS), note=notes.append)

        class StoppedError(Exception):
            pass

        def stop(_name: str, done: int, _whole: int) -> None:
            if done == 1:
                raise StoppedError

        with pytest.raises(StoppedError):
            one(context, progress=stop)
        seen: list[int] = []
        other = replace(context, key=lambda: b"other" * 8)
        probe = replace(other, run_id="run-2")
        with pytest.raises(StoppedError):
            one(probe, progress=lambda n, d, w: (seen.append(d), stop(n, d, w))[0])
        assert seen == [0, 1]
        assert not notes
        again = one(replace(probe, run_id="run-3"))
        assert len(notes) == 1
        assert notes[0].startswith("stage: resuming; ")
        assert again.types() == {"AWS::Lambda::Function": 1, QUEUE: 1}

    def test_a_project_without_credentials_is_a_gap(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
        monkeypatch.setenv("NO_GCE_CHECK", "true")
        stage = SETTINGS.environments[0]
        mixed = replace(stage, accounts=(*stage.accounts, Account("gcp", "acme-stage")))
        made = one(estate.context(settings=replace(SETTINGS, environments=(mixed, SETTINGS.environments[1]))))
        (gap,) = [g for g in made.gaps if g.type == "*"]
        assert (gap.account, gap.code) == ("acme-stage", "UNAUTHENTICATED")
        assert "gcloud auth application-default login" in gap.hint
        assert made.header.accounts[-1] == "acme-stage"

    def test_one_lost_account_is_said_and_is_one_gap(self) -> None:
        notes: list[str] = []
        stage = SETTINGS.environments[0]
        lost = replace(stage, accounts=(*stage.accounts, Account("aws", "999999999999", profile="nobody")))
        settings = replace(SETTINGS, environments=(lost, SETTINGS.environments[1]))
        made = one(replace(estate.context(settings=settings), note=notes.append))
        assert [g.account for g in made.gaps if g.type == "*"] == ["999999999999"]
        assert exit_code(estate.context(settings=replace(settings, min_coverage=0.0)), [made]) == 4
        assert made.types()[QUEUE] == 1
        assert len(notes) == 1
        assert "account 999999999999 cannot be read" in notes[0]

    def test_the_plan_counts_calls_and_makes_none(self) -> None:
        (prepared,) = prepare(estate.context(settings=SETTINGS), ["stage"], [QUEUE])
        with closing(prepared.source):
            before = prepared.source.calls
            text = plan(prepared)
            assert prepared.source.calls == before
        assert text.splitlines()[0].startswith("stage: at least ")
        assert f"regions {estate.REGION}" in text


def test_not_one_account_readable_stores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open("memory:")
    nobody: Settings = replace(
        SETTINGS,
        environments=tuple(replace(e, accounts=(replace(e.accounts[0], profile="nobody", role=None),)) for e in SETTINGS.environments),
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(CoverageError, match="no account could be read; stage, account 333333333333") as caught:
        prepare(estate.context(store, nobody), ["stage", "prod"])
    assert "nobody" in caught.value.hint
    assert store.snapshots() == []
