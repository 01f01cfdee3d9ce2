"""What changed a little is stored as what changed, and read as what it is."""

from __future__ import annotations

import json

import pytest

from driftscan.errors import VerificationError
from driftscan.store import Store, verification
from driftscan.store.container import Builder, Container
from driftscan.store.memory import MemoryBackend
from driftscan.store.packs import Pack, Packs, pack_key
from tests.store.making import address, resource, write

POLICY = json.dumps({"Statement": [{"Sid": f"statement-{n}", "Action": ["sqs:SendMessage"]} for n in range(20)]})


def store_of(months: int) -> Store:
    store = Store(MemoryBackend())
    for month in range(1, months + 1):
        write(store, [resource(n, Policy=POLICY, Changed=month if n < 40 else 0) for n in range(80)], month)
    return store


def test_a_change_is_stored_as_a_patch_of_the_first_version() -> None:
    store = store_of(4)
    snapshot = store.snapshot(store.snapshots()[-1].id)
    base, newest = snapshot.table.runs
    pack = snapshot.table.packs.open(newest.pack)
    assert pack.bases == [base.pack]
    assert all(body.startswith(b"~") for body in pack.frame(0)[1])
    assert len(b"".join(pack.frame(0)[1])) < 40 * 100
    assert list(snapshot.resources()) == [resource(n, Policy=POLICY, Changed=4 if n < 40 else 0) for n in range(80)]
    assert [found.value["Changed"] for _, found in store.history(address(3)) if found] == [1, 2, 3, 4]


def test_no_patch_rests_on_a_patch() -> None:
    store = store_of(6)
    packs = Packs(store.backend)
    for entry in store.backend.list("packs/"):
        pack = packs.open(entry.key.rsplit("/", 1)[-1])
        for number in range(len(pack.first_keys)):
            for offset, stored in enumerate(pack.frame(number)[1]):
                body, base = pack.whole(pack.starts[number] + offset, stored)
                assert body.startswith(b"[")
                assert base is None or base.body.startswith(b"[")


def test_a_damaged_base_is_an_error_for_what_rests_on_it() -> None:
    store = store_of(3)
    backend = store.backend
    assert isinstance(backend, MemoryBackend)
    last = store.snapshot(store.snapshots()[-1].id)
    base = pack_key(last.table.runs[0].pack)
    data = backend.get(base)
    backend._items[base] = data[:-200] + bytes([data[-200] ^ 1]) + data[-199:], "x"
    with pytest.raises(VerificationError, match=base):
        list(Store(backend).snapshot(last.id).resources())
    problems = {problem.file for problem in verification.verify(backend).problems}
    assert problems == {base, *(f"snapshots/prod/{info.id}" for info in store.snapshots())}


def test_a_patch_that_does_not_fit_is_named() -> None:
    store = store_of(1)
    digest = store.snapshot(store.snapshots()[0].id).table.runs[0].pack
    for body in (b"~[0,0,0,9999]", b"~[0,9999,0,1]", b"~[7,0,0,1]", b"~[0]", b"~{}", b"~nonsense", b"~"):
        builder = Builder(3)
        builder.add(b"r\x01a\0" + body, 1, "r\x01a")
        builder.add_plain(b"xx")
        name, data = builder.build({"kind": "pack", "dictionary": None, "bases": [digest]})
        store.backend.put(pack_key(name), data)
        pack = Pack(Container(store.backend, pack_key(name), name), Packs(store.backend))
        with pytest.raises(VerificationError, match="record 0 cannot be read"):
            pack.whole(0, body)


@pytest.mark.parametrize("meta", [{"kind": "snapshot"}, {}])
def test_another_container_is_no_pack(meta: dict[str, object]) -> None:
    name, data = Builder(3).build(meta)
    backend = MemoryBackend()
    backend.put(pack_key(name), data)
    with pytest.raises(VerificationError, match="this is no pack"):
        Packs(backend).open(name)
