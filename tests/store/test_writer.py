"""Whatever is added comes back; what was stored survives its writer; the next one goes on."""

from __future__ import annotations

import dataclasses
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.errors import DriftscanError, VerificationError
from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Header, Listing
from driftscan.store import Store, writer
from driftscan.store.backend import ConflictError
from driftscan.store.memory import MemoryBackend
from tests.store.making import GAP, LISTING, address, estates, header, resource, three_months, write

JOURNAL = "unfinished/prod/journal"


def fresh() -> Store:
    return Store(MemoryBackend())


def by_address(resources: list[Resource]) -> list[Resource]:
    return sorted(resources, key=lambda r: r.address)


@settings(max_examples=15)
@given(
    st.lists(estates, min_size=1, max_size=5),
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])), max_size=3),
)
def test_any_months_come_back(months: list[list[Resource]], tokens: dict[str, str]) -> None:
    store = fresh()
    for month, held in enumerate(months, 1):
        current = store.begin("prod", f"run-{month}", "plan")
        middle = len(held) // 2
        current.add("a", held[:middle])
        current.add("b", held[middle:])
        current.finish(header(month, tokens=tokens))
    store = Store(store.backend)
    infos = store.snapshots("prod")
    assert [info.previous for info in infos] == [None, *(info.digest for info in infos[:-1])]
    for info, held in zip(infos, months, strict=True):
        snapshot = store.snapshot(info.id)
        assert list(snapshot.resources()) == by_address(held)
        assert [snapshot.resource(r.address) for r in held] == held
        assert snapshot.header.tokens == tokens
        types = sorted({r.address.type for r in held})
        assert snapshot.types() == {type: sum(r.address.type == type for r in held) for type in types}
        assert list(snapshot.types()) == types
        assert [r for type in types for r in snapshot.resources(type)] == by_address(held)
    assert store.verify(infos[0].digest).problems == ()
    for address_ in {r.address for held in months for r in held}:
        expected = [next((r for r in held if r.address == address_), None) for held in months]
        assert [found for _, found in store.history(address_)] == expected


def test_header_listings_and_gaps_come_back() -> None:
    store = fresh()
    second = dataclasses.replace(GAP, code="Throttling", address=address(1), member=("Tags", "Policy"), at="2026-01-01T00:00:00Z")
    current = store.begin("prod", "run", "plan")
    current.add("a", [], [LISTING], [second, GAP])
    current.add("b", [], [dataclasses.replace(LISTING, region="us-east-1"), LISTING], [GAP])
    snapshot = current.finish(header(tokens={"ab": "orders"}))
    assert snapshot.header == header(tokens={"ab": "orders"})
    assert dict(snapshot.header.tokens) == {"ab": "orders"}
    assert (dict(snapshot.header.calls), dict(snapshot.header.identities)) == (dict(header().calls), dict(header().identities))
    assert snapshot.listings == (LISTING, dataclasses.replace(LISTING, region="us-east-1"))
    assert set(snapshot.gaps) == {GAP, second}
    assert len(snapshot.gaps) == 2
    info = store.snapshots()[0]
    assert (info.resources, info.gaps, info.environment, info.run) == (0, 2, "prod", "run")


def test_the_head_names_what_was_written() -> None:
    store = fresh()
    snapshot = write(store, [resource(1)])
    (info,) = store.snapshots()
    assert info == snapshot.info
    assert info.id == f"prod-20260101T000000Z-{info.digest[:8]}"
    assert snapshot.digest == info.digest


def test_listings_may_fill_while_resources_flow() -> None:
    listings: list[Listing] = []
    gaps: list[Gap] = []

    def flow() -> object:
        yield resource(1)
        listings.append(LISTING)
        gaps.append(GAP)

    store = fresh()
    current = store.begin("prod", "run", "plan")
    current.add("unit", flow(), listings, gaps)  # type: ignore[arg-type]
    snapshot = current.finish(header())
    assert (snapshot.listings, snapshot.gaps) == ((LISTING,), (GAP,))


def test_the_later_read_counts() -> None:
    store = fresh()
    early, late = resource(1, at="2026-01-01T00:00:00Z", State="pending"), resource(1, at="2026-01-01T00:00:09Z", State="available")
    for units in (("a", early), ("b", late)), (("a", late), ("b", early)):
        current = store.begin("prod", "run", "plan")
        for unit, read in units:
            current.add(unit, [read])
        assert list(current.resources()) == [late]
        current.discard()
    current = store.begin("prod", "run", "plan")
    current.add("a", [resource(1, State="old"), resource(1, State="new")])
    assert list(current.finish(header()).resources()) == [resource(1, State="new")]


def test_some_types_of_what_was_added() -> None:
    current = fresh().begin("prod", "run", "plan")
    topic, queue = resource(1, "AWS::SNS::Topic"), resource(2)
    current.add("a", [topic])
    current.add("b", [queue])
    assert list(current.resources({"AWS::SNS::Topic"})) == [topic]
    assert list(current.resources(())) == []
    assert list(current.resources()) == [topic, queue]


def test_the_same_content_gives_the_same_digest_whatever_the_order_of_units() -> None:
    digests = set()
    for order in ("abc", "cba", "bac"):
        current = fresh().begin("prod", "run", "plan")
        for unit in order:
            current.add(unit, [resource(ord(unit) * 10 + i) for i in range(5)], [LISTING], [GAP])
        digests.add(current.finish(header()).digest)
    assert len(digests) == 1


def test_units_may_come_from_many_threads() -> None:
    store = fresh()
    current = store.begin("prod", "run", "plan")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: current.add(f"unit-{n}", [resource(n * 10 + i) for i in range(10)]), range(20)))
    assert [r.address for r in current.finish(header()).resources()] == [address(i) for i in range(200)]


def test_a_unit_is_stored_once() -> None:
    current = fresh().begin("prod", "run", "plan")
    current.add("unit", [resource(1)])
    with pytest.raises(DriftscanError, match="unit unit is stored already"):
        current.add("unit", [resource(2)])


def test_an_unfinished_snapshot_is_seen_by_nobody() -> None:
    store = fresh()
    write(store, [resource(1)])
    store.begin("prod", "run-2", "plan").add("unit", [resource(2)])
    assert len(store.snapshots()) == 1
    assert store.verify().ok


def test_the_next_run_of_the_same_plan_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    store = fresh()
    first = store.begin("prod", "run-1", "plan")
    first.add("a", [resource(1)], [LISTING], [GAP])
    first.add("b", [resource(2)])
    with caplog.at_level(logging.INFO):
        second = Store(store.backend).begin("prod", "run-2", "plan")
    assert second.done == {"a", "b"}
    assert "resuming the run run-1, 2 units" in caplog.text
    second.add("c", [resource(3)])
    snapshot = second.finish(header())
    assert [r.address for r in snapshot.resources()] == [address(1), address(2), address(3)]
    assert (snapshot.listings, snapshot.gaps) == ((LISTING,), (GAP,))
    assert list(store.backend.list("unfinished/")) == []


def test_another_plan_discards_with_a_note(caplog: pytest.LogCaptureFixture) -> None:
    store = fresh()
    store.begin("prod", "run-1", "plan").add("a", [resource(1)])
    other = store.begin("prod", "run-2", "other")
    assert other.done == set()
    assert "run-1 followed another plan" in caplog.text
    assert list(other.finish(header()).resources()) == []


def test_environments_do_not_meet() -> None:
    store = fresh()
    for environment in ("prod", "stage", "prod/eu", "..", ""):
        current = store.begin(environment, "run", "plan")
        assert current.done == set()
        current.add("a", [resource(len(environment))])
    for environment in ("prod", "stage", "prod/eu", "..", ""):
        current = store.begin(environment, "run", "plan")
        assert current.done == {"a"}
        current.finish(header(environment=environment))
    assert [info.environment for info in store.snapshots()] == ["", "..", "prod", "prod/eu", "stage"]
    for info in store.snapshots():
        assert [r.address for r in store.snapshot(info.id).resources()] == [address(len(info.environment))]
    assert store.verify().problems == ()


def test_a_run_that_was_killed_behind_its_head_leaves_nothing_to_resume() -> None:
    store = fresh()
    current = store.begin("prod", "run-1", "plan")
    current.add("a", [resource(1)])
    held = {entry.key: store.backend.get(entry.key) for entry in store.backend.list("unfinished/")}
    current.finish(header())
    for key, data in held.items():  # as if it had been killed before it could clear them
        store.backend.put(key, data)
    assert store.begin("prod", "run-2", "plan").done == set()


def test_a_damaged_part_is_read_again(caplog: pytest.LogCaptureFixture) -> None:
    backend = MemoryBackend()
    store = Store(backend)
    current = store.begin("prod", "run-1", "plan")
    for unit in "abc":
        current.add(unit, [resource(ord(unit))])
    damage(backend, [e.key for e in backend.list("unfinished/prod/parts/")][1])
    with pytest.raises(VerificationError):
        current.finish(header())
    again = store.begin("prod", "run-2", "plan")
    assert len(again.done) == 2
    assert "the unit will be read again" in caplog.text
    for unit in set("abc") - again.done:
        again.add(unit, [resource(ord(unit))])
    assert len(list(again.finish(header()).resources())) == 3


def test_a_part_that_vanished_is_noticed() -> None:
    store = fresh()
    current = store.begin("prod", "run-1", "plan")
    current.add("a", [resource(1)])
    store.backend.delete(next(store.backend.list("unfinished/prod/parts/")).key)
    with pytest.raises(VerificationError, match="unfinished/prod/parts"):
        current.finish(header())


def test_two_that_finish_at_once() -> None:
    store = fresh()
    one, two = store.begin("prod", "run-1", "plan"), store.begin("prod", "run-2", "plan")
    one.add("a", [resource(1)])
    one_backend = store.backend
    head = writer.heads.read(one_backend, "prod")
    write(Store(one_backend), [], 2)
    with pytest.raises(ConflictError, match="another run"):
        writer.heads.advance(one_backend, head, store.snapshots()[0])
    assert two.run_id == "run-1"
    assert len(store.snapshots()) == 1


def test_a_lost_head_is_not_a_new_beginning() -> None:
    backend = MemoryBackend()
    store = Store(backend)
    three_months(store)
    del backend._items["heads/prod"]
    with pytest.raises(VerificationError, match="heads/prod: the file is missing"):
        store.begin("prod", "run-4", "plan")


def test_a_header_of_another_environment_is_refused() -> None:
    current = fresh().begin("prod", "run", "plan")
    with pytest.raises(DriftscanError, match="of stage, not of prod"):
        current.finish(header(environment="stage"))


def test_what_stays_is_not_stored_again() -> None:
    store = fresh()
    held = [resource(i) for i in range(500)]
    sizes = []
    for month in (1, 2, 3):
        write(store, [dataclasses.replace(r, reads=(Read("sqs:ListQueues", f"2026-{month:02}-01T00:00:00Z"),)) for r in held], month)
        sizes.append(sum(entry.size for entry in store.backend.list("packs/")))
    assert sizes[0] == sizes[1] == sizes[2]
    for info in store.snapshots():
        at = {read.at for r in store.snapshot(info.id).resources() for read in r.reads}
        assert at == {header(int(info.as_of[5:7])).as_of}


def test_a_dictionary_is_learned_once_and_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_LEARN_FROM", (1 << 14, 1 << 20))
    monkeypatch.setattr(writer, "_DICTIONARY", 4096)
    store = fresh()
    held = [resource(i, Policy='{"Statement": [{"Effect": "Allow"}]}') for i in range(500)]
    write(store, held)
    write(store, [*held[:-1], resource(9000)], 2)
    write(store, [resource(i) for i in range(10)], environment="stage")
    assert len(list(store.backend.list("dictionaries/"))) == 1
    again = Store(store.backend)
    assert list(again.snapshot(again.snapshots("prod")[0].id).resources()) == held
    for info in again.snapshots():
        assert all(again.snapshot(info.id).table.packs.open(run.pack).dictionary for run in again.snapshot(info.id).table.runs)
    assert again.verify().problems == ()


def test_what_cannot_teach_a_dictionary_is_stored_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_LEARN_FROM", (1, 1 << 20))
    store = fresh()
    write(store, [resource(1)])
    assert list(store.backend.list("dictionaries/")) == []


def damage(backend: MemoryBackend, key: str) -> None:
    data, tag = backend._items[key]
    backend._items[key] = data[:-5] + bytes([data[-5] ^ 1]) + data[-4:], tag


def test_header_without_tokens_has_none() -> None:
    snapshot = write(fresh(), [resource(1)])
    assert snapshot.header.tokens == {}
    assert isinstance(snapshot.header, Header)
