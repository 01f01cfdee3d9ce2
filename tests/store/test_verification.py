"""Every byte of a store is vouched for: what was flipped, cut, lost, swapped or rewritten is found and named."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from driftscan.errors import VerificationError
from driftscan.model.resource import Resource
from driftscan.store import Store, verification, writer
from driftscan.store.memory import MemoryBackend
from tests.store.making import resource, three_months, write

FLIPS = 1000


def full_store(monkeypatch: pytest.MonkeyPatch) -> tuple[MemoryBackend, list[list[Resource]]]:
    """A small store with at least one file of every kind."""
    monkeypatch.setattr(writer, "_LEARN_FROM", (1 << 12, 1 << 20))
    monkeypatch.setattr(writer, "_DICTIONARY", 2048)
    backend = MemoryBackend()
    store = Store(backend)
    months = three_months(store, count=50) + three_months(store, "stage", 5)
    store.put_run({"id": "run-1", "period": "2026-01", "as_of": "2026-01-01T00:00:00Z", "final": True})
    store.put_derived("seals/one", b"recomputable")
    store.begin("prod", "unfinished", "plan").add("unit", [resource(1), resource(2)])
    kinds = {entry.key.split("/")[0] for entry in backend.list("")}
    assert kinds == {"derived", "dictionaries", "driftscan-store", "heads", "lock", "packs", "runs", "snapshots", "unfinished"}
    assert store.verify().problems == ()
    return backend, months


def copy(backend: MemoryBackend) -> MemoryBackend:
    out = MemoryBackend()
    out._items = dict(backend._items)
    return out


def change(backend: MemoryBackend, key: str, data: bytes) -> MemoryBackend:
    out = copy(backend)
    out._items[key] = data, "changed"
    return out


def test_a_thousand_flipped_bytes_are_all_caught_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    backend, months = full_store(monkeypatch)
    keys = [entry.key for entry in backend.list("")]
    r = random.Random(9)
    missed, lied = [], []
    for number in range(FLIPS):
        key = keys[number % len(keys)]
        data = bytearray(backend.get(key))
        position = r.randrange(len(data))
        data[position] ^= r.randrange(1, 256)
        broken = change(backend, key, bytes(data))
        result = verification.verify(broken)
        if result.ok or key not in {problem.file for problem in result.problems}:
            missed.append((key, position))
        if not reads_right_or_not_at_all(broken, months):
            lied.append((key, position))
    assert (missed, lied) == ([], [])


def reads_right_or_not_at_all(backend: MemoryBackend, months: list[list[Resource]]) -> bool:
    """Whether every snapshot that can be read is the one that was written."""
    try:
        store = Store(backend)
        infos = store.snapshots("prod") + store.snapshots("stage")
    except VerificationError:
        return True
    for info, month in zip(infos, months, strict=True):
        try:
            if list(store.snapshot(info.id).resources()) != month:
                return False
        except VerificationError:
            continue
    return True


def test_the_error_of_a_read_names_file_and_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    backend, _ = full_store(monkeypatch)
    (key, *_) = (entry.key for entry in backend.list("packs/"))
    data = backend.get(key)
    store = Store(change(backend, key, data[:200] + bytes([data[200] ^ 1]) + data[201:]))
    with pytest.raises(VerificationError) as raised:
        for info in store.snapshots():
            list(store.snapshot(info.id).resources())
    assert raised.value.message.startswith(f"{key}: ")
    assert raised.value.exit_code == 5
    assert "driftscan verify" in raised.value.hint


@pytest.mark.parametrize("kind", ["packs/", "snapshots/prod/", "heads/", "dictionaries/"])
def test_a_lost_file_is_named(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    backend, _ = full_store(monkeypatch)
    for entry in backend.list(kind):
        broken = copy(backend)
        del broken._items[entry.key]
        result = verification.verify(broken)
        assert not result.ok, entry.key
        assert any(entry.key in f"{problem.file} {problem.what}" for problem in result.problems), entry.key


@pytest.mark.parametrize("kind", ["packs/", "snapshots/prod/", "heads/", "runs/", "derived/", "dictionaries/", "unfinished/"])
@pytest.mark.parametrize(
    "damage", [lambda d: d[:-1], lambda d: d + b"\0", lambda d: b"", lambda d: d[: len(d) // 2]], ids=["short", "long", "empty", "half"]
)
def test_a_file_of_another_length_is_named(monkeypatch: pytest.MonkeyPatch, kind: str, damage: Callable[[bytes], bytes]) -> None:
    backend, _ = full_store(monkeypatch)
    key = next(backend.list(kind)).key
    result = verification.verify(change(backend, key, damage(backend.get(key))))
    assert key in {problem.file for problem in result.problems}


@pytest.mark.parametrize("kind", ["packs/", "snapshots/prod/", "heads/", "unfinished/prod/"])
def test_two_files_that_changed_places_are_named(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    backend, _ = full_store(monkeypatch)
    one, other, *_ = (entry.key for entry in backend.list(kind))
    broken = change(change(backend, one, backend.get(other)), other, backend.get(one))
    assert {one, other} <= {problem.file for problem in verification.verify(broken).problems}


def test_one_damaged_pack_names_the_snapshots_that_need_it_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    backend, _ = full_store(monkeypatch)
    store = Store(backend)
    last = store.snapshot(store.snapshots("prod")[-1].id)
    newest = last.table.runs[-1].pack
    key = f"packs/{newest[:2]}/{newest}"
    result = verification.verify(change(backend, key, b"x" * 100))
    assert {problem.file for problem in result.problems} == {key, last.key}


# --------------------------------------------------------------------------------------------- the chain


def test_without_an_anchor_a_store_is_unanchored() -> None:
    store = Store(MemoryBackend())
    three_months(store)
    result = store.verify()
    assert (result.ok, result.verdict, result.anchored) == (True, "consistent, unanchored", None)
    assert result.heads == {"prod": store.snapshots()[-1].digest}
    assert result.snapshots == 3


@pytest.mark.parametrize("month", [0, 1, 2])
def test_every_snapshot_of_the_chain_is_an_anchor(month: int) -> None:
    store = Store(MemoryBackend())
    three_months(store)
    result = store.verify(store.snapshots()[month].digest)
    assert (result.ok, result.verdict, result.anchored) == (True, "consistent, anchored", True)


def test_a_rewritten_chain_is_consistent_until_it_is_anchored() -> None:
    honest, rewritten = Store(MemoryBackend()), Store(MemoryBackend())
    three_months(honest)
    for month in (1, 2, 3):
        write(rewritten, [resource(1)], month)
    assert rewritten.verify().verdict == "consistent, unanchored"
    for info in honest.snapshots():
        result = rewritten.verify(info.digest)
        assert (result.ok, result.verdict, result.anchored) == (False, "broken", False)
        assert "rewritten or shortened" in result.problems[0].what


def test_a_shortened_chain_is_found_by_its_anchor() -> None:
    backend = MemoryBackend()
    store = Store(backend)
    three_months(store)
    anchor = store.snapshots()[-1].digest
    short = Store(MemoryBackend())
    write(short, [resource(1)])
    backend._items["heads/prod"] = short.backend._items["heads/prod"]  # type: ignore[attr-defined]
    assert not store.verify(anchor).ok


def test_a_head_set_back_by_more_than_one_is_found_without_an_anchor() -> None:
    backend = MemoryBackend()
    store = Store(backend)
    heads = []
    for month in (1, 2, 3):
        write(store, [resource(month)], month)
        heads.append(backend._items["heads/prod"])
    ids = [info.id for info in store.snapshots()]
    backend._items["heads/prod"] = heads[1]
    by_one = store.verify()
    assert by_one.ok
    assert any(ids[2] in note for note in by_one.notes)
    backend._items["heads/prod"] = heads[0]
    by_two = store.verify()
    assert any("shortened" in problem.what and ids[2] in problem.what for problem in by_two.problems)


def test_a_snapshot_put_before_another_store_is_noticed() -> None:
    """A head that lists a snapshot with other facts than the snapshot itself holds."""
    backend = MemoryBackend()
    store = Store(backend)
    three_months(store)
    from driftscan.store import heads

    value = heads.unseal("heads/prod", backend.get("heads/prod"))
    value["snapshots"][0]["resources"] += 1
    backend._items["heads/prod"] = heads.seal(value), "x"
    assert {problem.file for problem in store.verify().problems} == {"heads/prod"}


def test_what_is_not_ours_is_a_note() -> None:
    backend = MemoryBackend()
    store = Store(backend)
    three_months(store)
    backend.put("README.txt", b"hello")
    result = store.verify()
    assert result.ok
    assert result.notes == ("README.txt is not a file of this store",)


def test_another_format_is_refused() -> None:
    backend = MemoryBackend()
    backend.put(verification.FORMAT_KEY, b'{"format":"driftscan-store/2"}\n')
    with pytest.raises(VerificationError, match="no store of format 1"):
        Store(backend)


def test_an_empty_place_is_consistent() -> None:
    result = verification.verify(MemoryBackend())
    assert (result.ok, result.files, result.snapshots) == (True, 0, 0)


def test_counts() -> None:
    store = Store(MemoryBackend())
    write(store, [resource(1), resource(2)])
    write(store, [resource(1), resource(3)], 2)
    result = store.verify()
    assert (result.snapshots, result.records) == (2, 3)
    assert result.bytes == sum(entry.size for entry in store.backend.list(""))
