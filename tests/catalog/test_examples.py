"""Every type's example: the vendor's model allows it, its clean twin is silent, and every mutation of it is found or excused."""

from __future__ import annotations

import pytest

from driftscan.catalog import load
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Provenance
from tests.catalog import answers as recorded
from tests.catalog.harness import compare_twin, differences, missed, stage, twin_of
from tests.catalog.mutate import excused, mutations, rounds

LARGE = 60_000
"""Bytes of an example from which its mutations take more than a moment."""
FILES = {s: recorded.folder(s) / "answers.json" for s in load().of("aws").values()}
SPECS = [pytest.param(s, id=s.type) for s, file in FILES.items() if file.exists()]
PAIRED = [pytest.param(s, id=s.type) for s, file in FILES.items() if file.exists() and s.pair]
MUTATED = [
    pytest.param(s, id=s.type, marks=[pytest.mark.slow] if file.stat().st_size > LARGE else [])
    for s, file in FILES.items()
    if file.exists() and s.pair
]


@pytest.mark.parametrize("spec", SPECS)
def test_the_vendors_model_allows_the_answers(spec: Spec) -> None:
    assert recorded.complaints(recorded.load(spec)) == []


@pytest.mark.parametrize("spec", SPECS)
def test_it_reads_into_resources_without_a_gap(spec: Spec) -> None:
    out, _ = stage(spec.type)
    assert out.gaps == ()
    own = [r for r in out.resources if r.address.type == spec.type]
    assert own, "nothing was read"
    single = spec.singleton or spec.filter.latest is not None or () in spec.identity.match
    assert single or len(own) > 1, "an example needs two resources, so that pairing has something to get wrong"


@pytest.mark.parametrize("spec", PAIRED)
def test_its_clean_twin_is_silent(spec: Spec) -> None:
    out, _ = twin_of(spec)
    assert out.gaps == ()
    assert differences(compare_twin(spec)) == []


@pytest.mark.parametrize("spec", MUTATED)
def test_every_mutation_is_found_or_excused(spec: Spec) -> None:
    out, world = stage(spec.type)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    lost = []
    own = [r for r in out.resources if r.address.type == spec.type]
    # what nobody declared is counted, not compared
    declared = [r for r in own if world.canonicals[world.redactor.address(r.address)].seal.provenance is Provenance.DECLARED]
    assert declared or not own
    for raw in declared:
        wanted = [m for m in mutations(spec, raw.value, seen) if not excused(spec, raw.value, m)]
        lost += [f"{raw.address.id}: {m}" for batch in rounds(wanted) for m in missed(world, raw, batch)]
    assert lost == []
