"""What is told before a run, without a cloud: configuration, key, store, last run, and how findings about accounts are put."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from driftscan.jobs import doctor as job
from driftscan.jobs.context import Context
from driftscan.jobs.doctor import Check, doctor, exit_code
from driftscan.model.settings import Account, Environment, Location, VoidWaiver
from driftscan.model.snapshot import Gap
from driftscan.normalize import Redactor
from driftscan.sources.aws import ResolvedAccount
from driftscan.sources.aws.credentials import Keys
from driftscan.sources.aws.examine import Examined, Grants
from driftscan.store import Store
from driftscan.store.memory import MemoryBackend
from tests.jobs import estate
from tests.jobs.test_status import ran

EXAMPLES = replace(
    estate.SETTINGS,
    environments=(
        Environment("stage", (), (Account("aws", "111122223333"),)),
        Environment("prod", (), (Account("aws", "444455556666"),)),
    ),
)
STAGE = Account("aws", estate.ACCOUNTS["stage"], role="driftscan-reader")


def context(store: Store | None = None, **settings: object) -> Context:
    """Without an account that anybody would ask."""
    return estate.context(store, replace(EXAMPLES, **settings))  # type: ignore[arg-type]


def by_topic(checks: list[Check]) -> dict[str, list[tuple[str, str]]]:
    out: dict[str, list[tuple[str, str]]] = {}
    for check in checks:
        out.setdefault(check.topic, []).append((check.state, check.text))
    return out


def test_a_new_user() -> None:
    checks = list(doctor(context(), has_key=False))
    found = by_topic(checks)
    assert found["configuration"] == [("ok", "2 environments, 1 comparison, 0 expected differences, 0 waivers, 0 baseline rules")]
    assert found["key"] == [("note", "there is no redaction key yet: the first run makes .driftscan.key")]
    assert found["store"] == [("ok", "memory: can be read and written; empty so far")]
    assert found["last run"][0][0] == "note"
    assert found["stage"] == [("unread", "account 111122223333 is the starter's example")]
    assert found["prod"] == [("unread", "account 444455556666 is the starter's example")]
    assert all(c.hint for c in checks if c.state != "ok")
    assert exit_code(checks) == 4


def test_a_missing_key_is_not_made() -> None:
    def refuse() -> bytes:
        raise AssertionError("asking for the key makes it")

    assert list(doctor(replace(context(), key=refuse), has_key=False))


def test_a_key_that_is_not_that_of_the_snapshots() -> None:
    store = Store.open("memory:")
    estate.twins(store)
    here = context(store)
    assert by_topic(list(doctor(here, has_key=True)))["key"][0][0] == "note"  # the estate's snapshots say key "k"
    ours = Redactor(here.catalog, here.key(), ()).key_id
    assert by_topic(list(doctor(context(), has_key=True)))["key"] == [("ok", f"key {ours}")]


def test_a_key_that_others_may_read() -> None:
    checks = list(doctor(context(), has_key=True, exposed=Path("/etc/driftscan/key")))
    assert by_topic(checks)["key"][1] == ("note", "others may read /etc/driftscan/key")


def test_what_is_void_or_missing_in_the_configuration() -> None:
    void = VoidWaiver("W-1", "it is bound to no value", Location("waivers.yaml", 3))
    checks = list(doctor(context(comparisons=(), void_waivers=(void,)), has_key=True))
    assert by_topic(checks)["configuration"][1:] == [("note", "waiver W-1 is void"), ("fail", "no comparison is configured")]
    assert exit_code(checks) == 1


def test_a_store_that_cannot_be_written_fails_and_the_rest_is_asked() -> None:
    class ReadOnly(MemoryBackend):
        def put_if(self, key: str, data: bytes, tag: str | None) -> str:
            from driftscan.errors import DriftscanError

            raise DriftscanError("s3://x: access denied", "check the permissions")

    checks = list(doctor(context(Store(ReadOnly())), has_key=True))
    assert by_topic(checks)["store"] == [("fail", "s3://x: access denied")]
    assert "last run" in by_topic(checks)
    assert exit_code(checks) == 1


def test_the_last_run() -> None:
    store = Store.open("memory:")
    estate.twins(store)
    ran(store)
    assert by_topic(list(doctor(context(store), has_key=True)))["last run"][0][1].startswith("ok: the last final run is run-20261031")


class TestAccounts:
    """What `examine` found, in words."""

    RESOLVED = ResolvedAccount(STAGE.id, STAGE, ("eu-west-1",), f"arn:aws:sts::{STAGE.id}:assumed-role/driftscan-reader/x")

    def said(self, found: Examined, types: int = 100) -> list[Check]:
        return list(job._account(context(), "stage", found, types))

    def test_all_is_well(self) -> None:
        checks = self.said(Examined(self.RESOLVED, Grants("simulated", 328, (), ()), ()))
        assert [c.state for c in checks] == ["ok", "ok", "ok"]
        assert checks[2].text == "nothing that a scan needs is denied (328 permissions asked)"

    @pytest.mark.parametrize(("types", "state"), [(100, "note"), (10, "unread")])
    def test_what_is_denied_counts_by_its_share(self, types: int, state: str) -> None:
        denied = Grants("probed", 60, ("sqs:ListQueues",), ("AWS::SQS::Queue",))
        last = self.said(Examined(self.RESOLVED, denied, ()), types)[-1]
        assert (last.state, last.text) == (
            state,
            f"denied: sqs:ListQueues; 1 of {types} types cannot be read (one call tried at each of 60 services)",
        )
        assert "driftscan permissions aws" in last.hint

    def test_what_cannot_be_entered_names_the_login(self) -> None:
        gap = Gap(STAGE.id, "*", "*", "sts", "GetCallerIdentity", "SSOTokenLoadError", "", "log in again: aws sso login --profile p")
        (check,) = self.said(Examined(replace(self.RESOLVED, gap=gap), None, ()))
        assert (check.state, check.hint) == ("unread", "log in again: aws sso login --profile p")
        assert exit_code([check]) == 4

    def test_regions_and_services_that_are_odd_are_notes(self) -> None:
        checks = self.said(Examined(self.RESOLVED, Grants("probed", 60, (), (), (("sqs", "ServiceUnavailable"),)), ("ap-east-1",)))
        assert [c.text for c in checks if c.state == "note"] == ["not enabled there: ap-east-1", "sqs did not answer: ServiceUnavailable"]


@pytest.mark.parametrize(
    ("minutes", "state", "words"),
    [(0, "ok", "clocks agree to 0 s"), (-3, "ok", "180 s"), (5, "fail", "300 s behind the vendor's"), (-60, "fail", "3600 s ahead of")],
)
def test_the_clock(minutes: int, state: str, words: str) -> None:
    check = job.clock("stage", timedelta(minutes=minutes))
    assert check.state == state
    assert words in check.text


NOW = estate.NOW
NEEDED = timedelta(minutes=40)


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        (Keys("shared-credentials-file", False, None, False), "ok", "keys without an end"),
        (Keys("iam-role", True, NOW + timedelta(minutes=5), True), "ok", "renewed by themselves (iam-role)"),
        (Keys("env", True, None, False), "note", "temporary keys that don't say when they end; a scan takes 40 min"),
        (Keys("env", True, NOW + timedelta(hours=4), False), "ok", "4 h left, a scan takes 40 min"),
        (Keys("env", True, NOW + timedelta(minutes=20), False), "unread", "20 min left, a scan takes 40 min"),
        (Keys("sso", True, NOW - timedelta(minutes=20), False), "unread", "under a minute left"),
    ],
)
def test_the_keys_against_the_plan(found: Keys, state: str, words: str) -> None:
    check = job._keys("stage", "p", found, NOW, NEEDED, "at least 9 calls")
    assert check.state == state
    assert words in check.text
    assert bool(check.hint) == (state != "ok")
    if found.method == "sso":
        assert check.hint == "aws sso login --profile p"


def test_the_last_scan_says_how_long_one_takes() -> None:
    store = Store.open("memory:")
    assert job._duration(store, "stage") is None
    estate.twins(store)
    assert job._duration(store, "stage") == timedelta(0)
