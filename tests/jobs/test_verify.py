"""Proof that the store is what was written, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.errors import VerificationError
from driftscan.jobs.verify import verify
from driftscan.store import Store
from tests.jobs import estate


def test_whole_with_and_without_anchor(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "store"))
    estate.twins(store)
    said = verify(store, None)
    assert said.startswith("consistent, unanchored: 2 snapshots")
    digest = store.snapshots("prod")[0].digest
    assert f"anchor of prod: {digest}" in said
    assert verify(store, digest).startswith("consistent, anchored")


def test_a_foreign_anchor_and_a_flipped_byte(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "store"))
    estate.twins(store)
    with pytest.raises(VerificationError, match="is broken"):
        verify(store, "0" * 64)
    pack = next(p for p in sorted((tmp_path / "store" / "packs").rglob("*")) if p.is_file())
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(bytes(data))
    with pytest.raises(VerificationError, match=pack.name) as caught:
        verify(Store.open(str(tmp_path / "store")), None)
    assert caught.value.exit_code == 5
    assert "\n" not in caught.value.message
