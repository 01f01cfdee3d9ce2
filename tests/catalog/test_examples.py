"""Every type's example: the vendor's model allows it, its clean twin is silent, and every mutation of it is found or excused."""

from __future__ import annotations

from functools import cache

import pytest

from driftscan.catalog import load
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Resource
from tests.catalog import answers as recorded
from tests.catalog.harness import World, compared, differences, finds, read
from tests.catalog.mutate import excused, mutations
from tests.catalog.twin import REGIONS, disturbed, twin

SPECS = [pytest.param(s, id=s.type) for s in load().specs.values() if (recorded.folder(s) / "answers.json").exists()]
PAIRED = [p for p in SPECS if p.values[0].pair]  # type: ignore[union-attr]


def region_of(spec: Spec, there: bool) -> str:
    return REGIONS[1] if there and spec.scope == "region" else REGIONS[0]


@cache
def stage(name: str) -> tuple[tuple[Resource, ...], World]:
    spec = load().specs[name]
    out = read(spec, recorded.load(spec), "stage", region_of(spec, False))
    assert not out.gaps, out.gaps
    return out.resources, World("stage", out.resources, region_of(spec, False))


@pytest.mark.parametrize("spec", SPECS)
def test_the_vendors_model_allows_the_answers(spec: Spec) -> None:
    assert recorded.complaints(recorded.load(spec)) == []


@pytest.mark.parametrize("spec", SPECS)
def test_it_reads_into_resources(spec: Spec) -> None:
    resources, _ = stage(spec.type)
    assert resources, "nothing was read"
    assert spec.singleton or len(resources) > 1, "an example needs two resources, so that pairing has something to get wrong"
    assert len({r.address for r in resources}) == len(resources)


@pytest.mark.parametrize("spec", PAIRED)
def test_its_clean_twin_is_silent(spec: Spec) -> None:
    _, world = stage(spec.type)
    out = read(spec, twin(spec, recorded.load(spec)), "prod", region_of(spec, True))
    assert not out.gaps, out.gaps
    other = World("prod", [disturbed(spec, r) for r in out.resources], region_of(spec, True))
    assert differences(compared(world, world.canonicals, other, other.canonicals)) == []


@pytest.mark.parametrize("spec", PAIRED)
def test_every_mutation_is_found_or_excused(spec: Spec) -> None:
    resources, world = stage(spec.type)
    missed = []
    for raw in resources[:1] if len(resources) > 1 else resources:
        for mutation in mutations(spec, raw.value):
            if excused(spec, raw.value, mutation):
                continue
            bodies = {**world.canonicals, raw.address: world.mutated(raw.address, raw, mutation)}
            if not finds(compared(world, bodies, world, world.canonicals), mutation, raw.value):
                missed.append(str(mutation))
    assert missed == []
