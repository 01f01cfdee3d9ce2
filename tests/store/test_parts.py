"""Parts hold what one unit read, and together give one sorted snapshot, whatever was cut where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.errors import VerificationError
from driftscan.model.resource import Resource
from driftscan.store import parts, records
from driftscan.store.memory import MemoryBackend
from tests.store.making import GAP, LISTING, address, estates, resource


def stored(unit: str, resources: list[Resource]) -> tuple[MemoryBackend, str]:
    backend = MemoryBackend()
    digest, data = parts.build(unit, resources, [LISTING], [GAP])
    backend.put(f"unfinished/prod/parts/x-{digest}", data)
    return backend, f"unfinished/prod/parts/x-{digest}"


def opened(unit: str, resources: list[Resource]) -> parts.Part:
    return parts.open_part(*stored(unit, resources))


def merged(found: list[parts.Part]) -> list[Resource]:
    return [records.resource(new.key, new.body, new.extra) for new in parts.merged(found)]


@settings(max_examples=20)
@given(st.lists(estates, max_size=3))
def test_all_parts_together_are_sorted_and_without_duplicates(units: list[list[Resource]]) -> None:
    found = merged([opened(f"unit-{i}", held) for i, held in enumerate(units)])
    assert [r.address for r in found] == sorted({r.address for held in units for r in held})
    every = [r for held in units for r in held]
    assert all(r in every for r in found)


def test_unit_and_coverage_come_back() -> None:
    part = opened("444444444444/eu-west-1/sqs", [resource(1)])
    assert part.unit == "444444444444/eu-west-1/sqs"
    assert part.coverage() == ([LISTING], [GAP])


def test_a_large_unit_is_cut_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_BUFFER", 1000)
    held = [resource(n, ("AWS::SQS::Queue", "AWS::SNS::Topic")[n % 2]) for n in range(100)]
    part = opened("unit", held[::-1])
    assert len(part.container.frames) > 20
    assert merged([part]) == sorted(held, key=lambda r: r.address)
    assert part.raw > 100 * 100


def test_samples_are_spread_over_the_parts() -> None:
    found = [opened("b", [resource(n) for n in range(10, 20)]), opened("a", [resource(n) for n in range(10)])]
    assert parts.samples(found, 5) == [records.body(resource(n)) for n in (0, 5, 10, 15)]


def test_a_part_under_another_name_is_noticed() -> None:
    backend, key = stored("unit", [resource(1)])
    backend.put("unfinished/prod/parts/x-abc", backend.get(key))
    with pytest.raises(VerificationError, match="does not match its digest"):
        parts.open_part(backend, "unfinished/prod/parts/x-abc")


def test_a_part_of_another_length_is_noticed() -> None:
    backend, key = stored("unit", [resource(1)])
    part = parts.open_part(backend, key)
    size = len(backend.get(key))
    parts.check(part, size)
    with pytest.raises(VerificationError, match=f"{size + 1} bytes instead of {size}"):
        parts.check(part, size + 1)


def test_the_order_in_a_unit_does_not_matter_for_its_bytes_within_one_buffer() -> None:
    held = [resource(n) for n in range(20)]
    assert merged([opened("u", held)]) == merged([opened("u", held[::-1])])
    assert [r.address for r in merged([opened("u", held[::-1])])] == [address(n) for n in range(20)]
