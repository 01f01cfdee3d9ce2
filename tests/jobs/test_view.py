"""Resources as they are shown."""

from __future__ import annotations

import json

import pytest

from driftscan.errors import UsageError
from driftscan.jobs import view
from driftscan.jobs.compare import normalizer_of
from driftscan.model.resource import Resource
from driftscan.model.value import Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Word
from driftscan.store import Store
from tests.jobs import estate

ADDRESS = Address("AWS::SQS::Queue", "333333333333", "eu-west-1", "q")


@pytest.fixture
def store() -> Store:
    out = Store.open("memory:")
    estate.snapshot(out, "stage", "2026-11-01T06:00:00Z", [estate.queue("stage"), estate.queue("stage", "more-orders")])
    return out


class TestFind:
    @pytest.mark.parametrize("form", ["address", "arn", "tail"])
    def test_by_address_arn_or_the_last_part(self, store: Store, form: str) -> None:
        snapshot = store.snapshot(store.snapshots("stage")[0].id)
        wanted = estate.queue("stage")
        text = {"address": str(wanted.address), "arn": str(wanted.arn), "tail": "orders-stage"}[form]
        found = view.find(snapshot, text)
        assert found is not None
        assert found.address == wanted.address

    def test_by_what_ref_returns(self) -> None:
        out = Store.open("memory:")
        zone = Address("AWS::Route53::HostedZone", "333333333333", "global", "Z1")
        record = Address("AWS::Route53::RecordSet", zone.account, "global", "Z1|www.example.org.|A|")
        held = Resource(record, {"Name": "www.example.org.", "Type": "A"}, parent=zone)
        estate.snapshot(out, "stage", "2026-11-01T06:00:00Z", [held])
        found = view.find(out.snapshot(out.snapshots("stage")[0].id), "www.example.org.")
        assert found is not None
        assert found.address == record

    def test_none(self, store: Store) -> None:
        snapshot = store.snapshot(store.snapshots("stage")[0].id)
        assert view.find(snapshot, "rders-stage") is None
        assert view.find(snapshot, "AWS::SQS::Queue 1/2/3") is None

    def test_several(self) -> None:
        out = Store.open("memory:")
        twice = [Resource(Address(t, "333333333333", "eu-west-1", "x"), {}) for t in ("AWS::SQS::Queue", "AWS::SNS::Topic")]
        snapshot = estate.snapshot(out, "stage", "2026-11-01T06:00:00Z", twice)
        with pytest.raises(UsageError, match="names 2 resources") as caught:
            view.find(snapshot, "x")
        assert "AWS::SNS::Topic 333333333333/eu-west-1/x" in caught.value.hint


def test_raw_is_json_with_reads() -> None:
    resource = estate.queue("stage", Secret=Redacted("secret", ("abcdef0123",), "k"), Gone=Unknown("AccessDenied"))
    shown = json.loads(json.dumps(view.raw(resource)))
    assert shown["value"]["Gone"] == {"unknown": "AccessDenied"}
    assert shown["value"]["Secret"]["redacted"]["kind"] == "secret"
    assert shown["reads"][0] == {"call": "sqs:ListQueues", "at": "2026-11-01T06:00:00Z"}


def test_canonical_has_no_environment_in_it(store: Store) -> None:
    snapshot = store.snapshot(store.snapshots("stage")[0].id)
    shown = view.canonical(normalizer_of(estate.context(store), snapshot).canonical(estate.queue("stage")))
    assert shown["name"] == "orders-{env}"
    assert shown["body"]["VisibilityTimeout"] == 60
    assert shown["keys"][0]["reason"] == "name"


def test_symbolic_names_every_marker() -> None:
    value = {
        "seq": Seq(("a", 1)),
        "bag": Bag((Text(("orders-", Word("stage", "stage", "{env}"))),)),
        "keyed": Keyed(((("tcp", 22), {"x": None}),)),
        "ref": Ref(ADDRESS, ADDRESS.type, "q"),
        "lost": Ref(None, "", "vpc-1"),
        "opaque": Opaque("0123456789", "k"),
        "unknown": Unknown("AccessDenied"),
        "list": [True, (1.5,)],
    }
    assert view.symbolic(value) == {
        "bag": ["orders-{env}"],
        "keyed": {"tcp/22": {"x": None}},
        "list": [True, [1.5]],
        "lost": "{ref ? vpc-1}",
        "opaque": "«01234567»",
        "ref": "{ref AWS::SQS::Queue q}",
        "seq": ["a", 1],
        "unknown": "unknown (AccessDenied)",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [(("A", "B"), ("A.B", 1)), (("A", "C", 0), ("A.C", [1])), (("X",), ("", None)), ((), ("", {"A": {"B": 1, "C": [1]}}))],
)
def test_the_raw_part_of_a_path(path: tuple[str | int, ...], expected: tuple[str, object]) -> None:
    assert view.raw_at({"A": {"B": 1, "C": [1]}}, path) == expected
