"""Seals do not depend on what was remembered before or kept, nor on whether somebody asked for the body."""

from __future__ import annotations

import pytest

from driftscan.catalog import load
from driftscan.catalog.spec import Spec
from driftscan.normalize import Normalizer
from driftscan.normalize import vocabulary as of
from driftscan.normalize.index import build
from driftscan.normalize.stored import decode, encode
from tests.catalog import answers as recorded
from tests.catalog.harness import SETTINGS, stage

SPECS = [pytest.param(s, id=s.type) for s in load().of("aws").values() if (recorded.folder(s) / "answers.json").exists()]


@pytest.mark.parametrize("spec", SPECS)
def test_the_quick_way_and_the_slow_way_give_the_same_seals(spec: Spec) -> None:
    snapshot = stage(spec.type)[1].snapshot
    known = of(SETTINGS, snapshot.header)
    quick = Normalizer(snapshot, load(), known)
    seals = list(quick.seals())
    assert list(quick.seals()) == seals
    whole = [quick.canonical(r).seal for r in snapshot.resources()]
    assert whole == seals
    kept = Normalizer(snapshot, load(), known, lambda: decode(encode(build(snapshot.resources(), load()))))
    assert list(kept.seals()) == seals
    alone = [Normalizer(snapshot, load(), known).canonical(r).seal for r in list(snapshot.resources())[:3]]
    assert alone == seals[:3]
