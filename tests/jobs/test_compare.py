"""Two stored snapshots -> comparison and judgement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.errors import UsageError
from driftscan.jobs.compare import Judged, compare, incomplete, sides
from driftscan.model.drift import Verdict, lost
from driftscan.model.finding import Kind
from driftscan.model.settings import Account, ComparisonRule, PairRule
from driftscan.model.snapshot import Gap, Status
from driftscan.store import Store
from tests.jobs import estate
from tests.jobs.estate import QUEUE, TOPIC


@pytest.fixture
def store() -> Store:
    return Store.open("memory:")


def judged(store: Store) -> Judged:
    context = estate.context(store)
    return compare(context, store.snapshots("stage")[-1], store.snapshots("prod")[-1])


def test_twins_are_equal(store: Store) -> None:
    estate.twins(store)
    j = judged(store).judgement
    assert (j.paired, j.equal, j.findings) == (1, 1, ())


def test_a_difference_is_one_finding_and_bodies_are_at_hand(store: Store) -> None:
    estate.twins(store, VisibilityTimeout="30")
    found = judged(store)
    (finding,) = found.judgement.findings
    assert (finding.kind, finding.verdict) == (Kind.CHANGED, Verdict.DRIFT)
    pair = found.comparison.compared[0].pair
    assert found.body("candidate", pair.candidate).body["VisibilityTimeout"] == 30
    assert found.body("reference", pair.reference).body["VisibilityTimeout"] == 60


def test_who_moved_comes_from_the_stored_past(store: Store) -> None:
    estate.twins(store, "2026-09-30T06:00:00Z")
    estate.twins(store, "2026-10-31T06:00:00Z", VisibilityTimeout="30")
    (finding,) = judged(store).judgement.findings
    assert str(finding.changes[0].moved) == "candidate"
    assert finding.changes[0].since is not None


def test_declared_pairs_count_both_ways_round(store: Store) -> None:
    estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage", "left")])
    estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [estate.queue("prod", "right", VisibilityTimeout="5")])
    ids = [estate.queue("stage", "left").address.id, estate.queue("prod", "right").address.id]
    settings = replace(estate.SETTINGS, comparisons=(ComparisonRule("stage", "prod", (PairRule(QUEUE, *ids),)),))
    context = estate.context(store, settings)
    infos = store.snapshots("stage")[-1], store.snapshots("prod")[-1]
    for a, b in (infos, infos[::-1]):
        (compared,) = compare(context, a, b).comparison.compared
        assert compared.pair.reason == "declared"


class TestIncomplete:
    def test_a_denied_listing_with_its_code(self, store: Store) -> None:
        s = estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], status=Status.DENIED, gaps=[estate.denied("prod")])
        found = incomplete(estate.context(store), s)
        assert found[QUEUE] == "AccessDenied"
        assert TOPIC not in found

    def test_what_was_never_listed(self, store: Store) -> None:
        s = estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [])
        assert incomplete(estate.context(store), s)["AWS::S3::Bucket"] == "unread type"
        assert "compute.googleapis.com/Firewall" not in incomplete(estate.context(store), s), "no project, no firewall"

    def test_a_service_that_is_off_has_nothing(self, store: Store) -> None:
        s = estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], status=Status.OFF)
        assert QUEUE not in incomplete(estate.context(store), s)

    def test_a_detail_that_failed_for_all_items_says_nothing_about_what_is_there(self, store: Store) -> None:
        s = estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], gaps=[estate.denied("prod")])
        assert QUEUE not in incomplete(estate.context(store), s)

    def test_a_whole_account(self, store: Store) -> None:
        gap = Gap(estate.ACCOUNTS["prod"], "*", "*", "sts", "AssumeRole", "AccessDenied", "sts:AssumeRole", "let it be assumed")
        s = estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], gaps=[gap])
        assert incomplete(estate.context(store), s)["aws:*"] == "AccessDenied"

    def test_a_project_is_one_however_the_configuration_names_it(self, store: Store) -> None:
        by_number = Account("gcp", "410058021152")
        made = estate.context(store)
        settings = replace(made.settings, environments=(replace(made.settings.environments[0], accounts=(by_number,)),))
        gap = Gap(by_number.id, "*", "*", "cloudasset", "ListAssets", "PERMISSION_DENIED", "cloudasset.assets.listResource", "grant it")
        s = estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [], gaps=[gap])
        assert lost(incomplete(replace(made, settings=settings), s), "compute.googleapis.com/Firewall") == "PERMISSION_DENIED"
        assert Account("gcp", "r-data-stage").single
        assert not Account("aws", "r-ab12").single

    def test_a_whole_project_leaves_accounts_as_they_are(self, store: Store) -> None:
        gap = Gap("acme-ml-prod", "*", "*", "cloudasset", "ListAssets", "PERMISSION_DENIED", "cloudasset.assets.listResource", "grant it")
        s = estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], gaps=[gap])
        found = incomplete(estate.context(store), s)
        assert lost(found, "compute.googleapis.com/Firewall") == "PERMISSION_DENIED"
        assert lost(found, "AWS::S3::Bucket") == ""
        assert lost(found, "") == "PERMISSION_DENIED"

    def test_nothing_is_called_missing_then(self, store: Store) -> None:
        estate.snapshot(store, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage")])
        estate.snapshot(store, "prod", "2026-11-01T06:00:00Z", [], status=Status.DENIED, gaps=[estate.denied("prod")])
        found = judged(store)
        assert not found.comparison.extra
        assert all(f.verdict is Verdict.UNKNOWN for f in found.judgement.findings)


class TestSides:
    def test_of_one_environment_the_later_is_the_candidate(self, store: Store) -> None:
        estate.twins(store, "2026-10-31T06:00:00Z")
        estate.twins(store, "2026-11-30T06:00:00Z")
        old, new = store.snapshots("prod")
        assert sides(estate.context(store), old, new) == sides(estate.context(store), new, old) == (new, old)

    def test_environments_stay_as_they_are_said(self, store: Store) -> None:
        estate.twins(store)
        a, b = store.snapshots("prod")[0], store.snapshots("stage")[0]
        assert sides(estate.context(store), a, b) == (a, b)

    def test_one_and_the_same(self, store: Store) -> None:
        estate.twins(store)
        info = store.snapshots("prod")[0]
        with pytest.raises(UsageError, match="both sides") as caught:
            sides(estate.context(store), info, info)
        assert "prod~1" in caught.value.hint
