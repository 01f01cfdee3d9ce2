"""Ids of snapshots, and bytes that say the same whoever orders them."""

from __future__ import annotations

import dataclasses

import pytest

from driftscan.errors import DriftscanError, VerificationError
from driftscan.model.snapshot import Header, Listing, Status
from driftscan.store import manifest
from driftscan.store.container import Builder, Container
from driftscan.store.memory import MemoryBackend
from driftscan.store.table import Run
from tests.store.making import ACCOUNT, GAP, LISTING, address, header

RUNS = (Run("ab" * 32, 10, b"\xff\x03"), Run("cd" * 32, 3, b"\x05"))


def build(listings: list[Listing], gaps: list[object], of: Header | None = None) -> tuple[manifest.SnapshotInfo, bytes]:
    return manifest.build(of or header(), listings, gaps, RUNS, reads=[b"frame"], types={"AWS::SQS::Queue": 12}, run="run", plan="plan")  # type: ignore[arg-type]


def opened(data: bytes) -> Container:
    backend = MemoryBackend()
    backend.put("file", data)
    return Container(backend, "file")


def test_everything_comes_back() -> None:
    gaps = [dataclasses.replace(GAP, address=address(3), member=("A",)), GAP]
    info, data = build([LISTING], gaps)
    container = opened(data)
    assert manifest.info(container) == info
    assert manifest.runs(container) == RUNS
    assert manifest.listings(container) == (LISTING,)
    assert set(manifest.gaps(container)) == set(gaps)
    assert manifest.header(container, {"ab": "x"}) == header(tokens={"ab": "x"})
    assert (info.resources, info.gaps, info.digest) == (12, 2, container.digest)


def test_order_and_repetition_do_not_matter() -> None:
    other = Listing(ACCOUNT, "us-east-1", "AWS::S3::Bucket", Status.DENIED)
    second = dataclasses.replace(GAP, code="Throttling")
    assert build([LISTING, other], [GAP, second]) == build([other, LISTING, other], [second, GAP, GAP])


@pytest.mark.parametrize(
    "change", [{"as_of": "2026-01-02T00:00:00Z"}, {"previous": "e" * 64}, {"key_id": "other"}, {"calls": {"s3:ListBuckets": 1}}]
)
def test_the_digest_covers_the_header(change: dict[str, object]) -> None:
    changed = dataclasses.replace(header(), **change)  # type: ignore[arg-type]
    assert build([], [], changed)[0].digest != build([], [])[0].digest


@pytest.mark.parametrize(
    ("environment", "as_of", "expected"),
    [
        ("prod", "2026-11-01T00:00:00Z", "prod-20261101T000000Z-01234567"),
        ("prod", "2026-11-01T01:30:00.5+01:00", "prod-20261101T003000Z-01234567"),
        ("eu/west prod", "2026-11-01T00:00:00Z", "eu%2Fwest%20prod-20261101T000000Z-01234567"),
        ("..", "2026-11-01T00:00:00Z", "%2E.-20261101T000000Z-01234567"),
    ],
)
def test_an_id_is_a_safe_and_sortable_name(environment: str, as_of: str, expected: str) -> None:
    assert manifest.snapshot_id(environment, as_of, "0123456789") == expected


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(DriftscanError, match="not a time"):
        build([], [], dataclasses.replace(header(), as_of="yesterday"))


@pytest.mark.parametrize("meta", [{}, {"header": {}}, {"header": {"environment": "prod", "as_of": "never", "previous": None}}])
def test_another_container_is_no_snapshot(meta: dict[str, object]) -> None:
    with pytest.raises(VerificationError, match="this is no snapshot"):
        manifest.info(opened(Builder(3).build(meta)[1]))


def test_bitmaps_of_another_length_are_noticed() -> None:
    builder = Builder(3)
    builder.add(b'[["ab", 20]]\0\xff\xff')
    with pytest.raises(VerificationError, match="bitmaps"):
        manifest.runs(opened(builder.build({})[1]))
