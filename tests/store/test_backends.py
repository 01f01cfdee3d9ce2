"""The conformance suite: what every backend does alike. A new kind of place is one more line in `conftest.make_backend`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from driftscan.errors import DriftscanError
from driftscan.store import Store
from driftscan.store.backend import Backend, ConflictError, Entry, ExistsError, MissingError
from tests.store.making import three_months

BIG = bytes(range(256)) * 24_000  # more than one part of a multipart upload


def test_what_was_put_comes_back(backend: Backend) -> None:
    backend.put("packs/ab/abcd", b"bytes \x00\xff")
    backend.put("empty", b"")
    assert backend.get("packs/ab/abcd") == b"bytes \x00\xff"
    assert backend.get("empty") == b""


def test_six_megabytes_come_back(backend: Backend) -> None:
    backend.put("big", BIG)
    assert backend.get("big") == BIG
    assert backend.get_range("big", 6_000_000, 500) == BIG[6_000_000:6_000_500]


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, 3, b"abc"), (2, 2, b"cd"), (4, 9, b"ef"), (0, 99, b"abcdef"), (6, 1, b""), (99, 5, b"")],
)
def test_a_range_is_cut_at_the_end(backend: Backend, start: int, length: int, expected: bytes) -> None:
    backend.put("key", b"abcdef")
    assert backend.get_range("key", start, length) == expected


def test_a_range_of_nothing_is_empty(backend: Backend) -> None:
    backend.put("empty", b"")
    assert backend.get_range("empty", 0, 10) == b""


def test_a_missing_key_is_said(backend: Backend) -> None:
    for read in (lambda: backend.get("no/such"), lambda: backend.get_range("no/such", 0, 5), lambda: backend.get_range("no/such", 5, 5)):
        with pytest.raises(MissingError, match="no/such"):
            read()
    assert backend.get_tagged("no/such") is None


def test_put_never_replaces(backend: Backend) -> None:
    backend.put("key", b"first")
    with pytest.raises(ExistsError):
        backend.put("key", b"second")
    with pytest.raises(ExistsError):
        backend.put("key", b"first")
    assert backend.get("key") == b"first"


def test_of_many_that_create_a_key_one_wins(backend: Backend) -> None:
    def create(number: int) -> bool:
        try:
            backend.put("key", str(number).encode())
        except ExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(create, range(16)))
    assert sum(won) == 1
    assert backend.get("key") == str(won.index(True)).encode()


def test_put_if_creates_where_nothing_is(backend: Backend) -> None:
    tag = backend.put_if("heads/prod", b"one", None)
    assert backend.get_tagged("heads/prod") == (b"one", tag)
    with pytest.raises(ConflictError):
        backend.put_if("heads/prod", b"two", None)


def test_put_if_replaces_what_it_knows(backend: Backend) -> None:
    first = backend.put_if("heads/prod", b"one", None)
    second = backend.put_if("heads/prod", b"two", first)
    assert backend.get_tagged("heads/prod") == (b"two", second)
    with pytest.raises(ConflictError) as raised:
        backend.put_if("heads/prod", b"three", first)
    assert raised.value.exit_code == 75
    assert backend.get("heads/prod") == b"two"


def test_put_if_does_not_create_what_should_be_there(backend: Backend) -> None:
    tag = backend.put_if("heads/prod", b"one", None)
    with pytest.raises(ConflictError):
        backend.put_if("heads/stage", b"one", tag)
    assert backend.get_tagged("heads/stage") is None


def test_of_many_that_move_a_head_one_wins(backend: Backend) -> None:
    tag = backend.put_if("heads/prod", b"start", None)

    def move(number: int) -> bool:
        try:
            backend.put_if("heads/prod", str(number).encode(), tag)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(move, range(16))) == 1


def test_a_list_is_sorted_and_ends_where_the_folder_ends(backend: Backend) -> None:
    for key in ("runs/b", "runs/a", "runs/sub/c", "runsnot/d", "e"):
        backend.put(key, key.encode())
    assert list(backend.list("runs/")) == [Entry("runs/a", 6), Entry("runs/b", 6), Entry("runs/sub/c", 10)]
    assert [entry.key for entry in backend.list("")] == ["e", "runs/a", "runs/b", "runs/sub/c", "runsnot/d"]
    assert list(backend.list("none/")) == []


@pytest.mark.slow
def test_a_long_list_is_whole(backend: Backend) -> None:
    for number in range(1100):  # more than one page of S3
        backend.put(f"many/{number:04}", b"")
    assert [entry.key for entry in backend.list("many/")] == [f"many/{number:04}" for number in range(1100)]


@pytest.mark.parametrize("key", ["runs/2026-11%3A1", "runs/a b", "runs/%2Ehidden", "runs/ä", "runs/+=&?#"])
def test_keys_come_back_as_they_were(backend: Backend, key: str) -> None:
    backend.put(key, b"x")
    assert backend.get(key) == b"x"
    assert [entry.key for entry in backend.list("runs/")] == [key]


def test_only_unfinished_parts_can_be_deleted(backend: Backend) -> None:
    backend.put("unfinished/prod/parts/a", b"x")
    backend.put("packs/aa/aa", b"x")
    backend.delete("unfinished/prod/parts/a")
    backend.delete("unfinished/prod/parts/a")
    for key in ("packs/aa/aa", "heads/prod", "unfinished"):
        with pytest.raises(ValueError, match="unfinished"):
            backend.delete(key)
    assert [entry.key for entry in backend.list("")] == ["packs/aa/aa"]


def test_a_whole_store_reads_and_verifies(make_backend: Callable[[], Backend]) -> None:
    backend = make_backend()
    months = three_months(Store(backend))
    store = Store(backend)
    assert [list(store.snapshot(info.id).resources()) for info in store.snapshots("prod")] == months
    result = store.verify()
    assert (result.problems, result.notes, result.snapshots) == ((), (), 3)


def test_every_backend_holds_the_same_digests(make_backend: Callable[[], Backend]) -> None:
    from driftscan.store.memory import MemoryBackend

    here, there = Store(make_backend()), Store(MemoryBackend())
    three_months(here)
    three_months(there)
    assert here.snapshots() == there.snapshots()


def test_an_object_store_that_does_not_answer_is_one_clear_line() -> None:
    from driftscan.store.objects import ObjectBackend

    backend = ObjectBackend(
        "s3://store/prefix", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    )
    with pytest.raises(DriftscanError, match="s3://store/prefix/key: ") as raised:
        backend.get("key")
    assert "\n" not in str(raised.value)
    assert raised.value.hint


def test_a_bucket_that_does_not_exist_is_said(s3_environ: dict[str, str]) -> None:
    from driftscan.store.objects import ObjectBackend

    backend = ObjectBackend("s3://nowhere/prefix", s3_environ)
    with pytest.raises(DriftscanError, match="no such bucket"):
        backend.put("key", b"x")
    with pytest.raises(DriftscanError, match="404"):
        list(backend.list(""))
