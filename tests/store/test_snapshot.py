"""A stored snapshot is read lazily: what was not asked for is not read, and memory does not grow with it."""

from __future__ import annotations

import tracemalloc

import pytest

from driftscan.model.snapshot import MemorySnapshot, Snapshot
from driftscan.store import Store, container
from driftscan.store.memory import MemoryBackend
from driftscan.store.reads import CHUNK
from tests.store.making import GAP, LISTING, address, header, resource, write


@pytest.fixture(autouse=True)
def small_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small store shows what a large one does."""
    monkeypatch.setattr(container, "_FIRST", 1 << 14)
    monkeypatch.setattr(container, "_AHEAD", 1 << 14)


class Counting(MemoryBackend):
    """Counts the bytes that are read."""

    read = 0

    def get_range(self, key: str, start: int, length: int) -> bytes:
        data = super().get_range(key, start, length)
        self.read += len(data)
        return data


def filled(count: int, noise: int = 300) -> Counting:
    """A store of `count` resources that compress badly."""
    import random

    backend = Counting()
    types = ("AWS::EC2::VPC", "AWS::SNS::Topic", "AWS::SQS::Queue")
    write(Store(backend), (resource(n, types[n % 3], Noise=random.Random(n).randbytes(noise).hex()) for n in range(count)))
    backend.read = 0
    return backend


def opened(backend: Counting) -> Snapshot:
    store = Store(backend)
    return store.snapshot(store.snapshots()[0].id)


def test_it_is_what_a_snapshot_in_memory_is() -> None:
    held = [resource(n, type) for n in range(30) for type in ("AWS::SQS::Queue", "AWS::SNS::Topic")]
    stored = write(Store(MemoryBackend()), held)
    memory = MemorySnapshot(header(), (LISTING,), (GAP,), {r.address: r for r in held})
    assert list(stored.resources()) == list(memory.resources())
    assert list(stored.resources("AWS::SNS::Topic")) == list(memory.resources("AWS::SNS::Topic"))
    assert list(stored.resources("AWS::SNS::Top")) == []
    assert stored.types() == memory.types()
    assert (stored.header, stored.listings, stored.gaps) == (memory.header, memory.listings, memory.gaps)
    assert stored.resource(address(7)) == memory.resource(address(7))
    with pytest.raises(KeyError):
        stored.resource(address(99))


def test_one_resource_reads_a_small_part() -> None:
    backend = filled(1500)
    whole = sum(entry.size for entry in backend.list("packs/"))
    opened(backend).resource(address(752))
    assert backend.read < whole / 4


def test_one_type_reads_its_part() -> None:
    backend = filled(1500)
    assert len(list(opened(backend).resources("AWS::SNS::Topic"))) == 500
    one = backend.read
    assert len(list(opened(backend).resources())) == 1500
    assert one < (backend.read - one) * 0.8


def test_header_and_counts_read_no_packs() -> None:
    backend = filled(300)
    backend.get_range = lambda key, start, length: (
        pytest.fail(key) if key.startswith("packs/") else Counting.get_range(backend, key, start, length)
    )  # type: ignore[method-assign]
    snapshot = opened(backend)
    assert (snapshot.digest, sum(snapshot.types().values()), len(snapshot.listings), len(snapshot.gaps)) == (snapshot.digest, 300, 1, 1)


@pytest.mark.slow
def test_memory_stays_flat_while_resources_flow() -> None:
    def peak(count: int) -> int:
        snapshot = opened(filled(count, 10))
        tracemalloc.start()
        for _ in snapshot.resources():
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(6 * CHUNK) < 1.2 * peak(3 * CHUNK)


def test_many_snapshots_share_what_they_hold() -> None:
    store = Store(MemoryBackend())
    for month in range(1, 8):
        write(store, [resource(n, Changed=month if n == month else 0) for n in range(200)], month)
    snapshots = [store.snapshot(info.id) for info in store.snapshots()]
    for month, snapshot in enumerate(snapshots, 1):
        assert snapshot.resource(address(month)).value["Changed"] == month
        assert snapshot.resource(address(150)) == resource(150, Changed=0)
    assert [found.value["Changed"] for _, found in store.history(address(3)) if found] == [0, 0, 3, 0, 0, 0, 0]
