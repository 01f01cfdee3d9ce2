"""The head lists the chain, moves only from where it was read, and notices every change that it did not make."""

from __future__ import annotations

import pytest

from driftscan.errors import VerificationError
from driftscan.store import Store, heads
from driftscan.store.memory import MemoryBackend
from tests.store.making import three_months


def test_a_missing_head_is_empty() -> None:
    head = heads.read(MemoryBackend(), "prod")
    assert (head.snapshots, head.tag, head.last) == ((), None, None)


def test_environments_are_sorted_and_come_back() -> None:
    backend = MemoryBackend()
    for name in ("stage", "prod", "a/b", ".."):
        backend.put(heads.head_key(name), b"x")
    assert list(heads.environments(backend)) == ["..", "a/b", "prod", "stage"]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"{}\n", b"[]\nabc\n", heads.seal({}), heads.seal({"snapshots": [{}], "environment": "prod"})]
)
def test_what_is_no_head_is_named(data: bytes) -> None:
    backend = MemoryBackend()
    backend.put("heads/prod", data)
    with pytest.raises(VerificationError, match=r"^heads/prod: "):
        heads.read(backend, "prod")


def test_another_environments_head_is_noticed() -> None:
    backend = MemoryBackend()
    three_months(Store(backend), "stage")
    backend.put("heads/prod", backend.get("heads/stage"))
    with pytest.raises(VerificationError, match="this is the head of stage"):
        heads.read(backend, "prod")


@pytest.mark.parametrize("order", [(1, 2), (0, 2), (1, 0, 2), (0, 0, 1)])
def test_a_list_that_is_no_chain_is_noticed(order: tuple[int, ...]) -> None:
    from dataclasses import asdict

    backend = MemoryBackend()
    three_months(Store(backend))
    snapshots = heads.read(backend, "prod").snapshots
    backend.put("heads/other", heads.seal({"environment": "prod", "snapshots": [asdict(snapshots[i]) for i in order]}))
    backend._items["heads/prod"] = backend._items["heads/other"]
    with pytest.raises(VerificationError, match="the chain is broken before"):
        heads.read(backend, "prod")


def test_sealed_json_comes_back() -> None:
    assert heads.unseal("key", heads.seal({"b": [1, "ä"], "a": None})) == {"a": None, "b": [1, "ä"]}
    with pytest.raises(VerificationError, match="key: this is no JSON object"):
        heads.unseal("key", heads.seal([1]))  # type: ignore[arg-type]
