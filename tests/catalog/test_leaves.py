"""Every scalar leaf of the recorded answers, changed one by one: found at its place, or silent for a reason that is printed."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest

from driftscan.catalog import load
from driftscan.catalog.paths import parse
from driftscan.catalog.spec import Ignored, Spec
from tests.catalog.harness import stage
from tests.catalog.leaves import Outcome, examined, generated, paired
from tests.catalog.mutate import Mutation, changes

DRAWN = 20


def outcome(spec: Spec) -> Outcome:
    out, world = stage(spec.type)
    return examined(spec, world, out.resources)


def test_of_twenty_types_drawn_at_random_no_leaf_is_silent_without_a_reason() -> None:
    seed = int(os.environ.get("DRIFTSCAN_SEED") or random.SystemRandom().randrange(10**6))
    print(f"DRIFTSCAN_SEED={seed}")
    lost = {s.type: found.lost for s in random.Random(seed).sample(paired(), DRAWN) if (found := outcome(s)).lost}
    assert lost == {}, f"again with DRIFTSCAN_SEED={seed}"


@pytest.mark.slow
@pytest.mark.parametrize("spec", [pytest.param(s, id=s.type) for s in paired()])
def test_no_leaf_of_any_type_is_silent_without_a_reason(spec: Spec) -> None:
    found = outcome(spec)
    assert found.lost == []
    assert found.leaves


def test_a_leaf_that_is_silent_without_a_reason_is_seen() -> None:
    """The queue's delay, dropped by a catalogue that does not say so: what is compared is one spec, what is explained another."""
    queue = load().specs["AWS::SQS::Queue"]
    out, world = stage(queue.type)
    silent = replace(queue, compare=replace(queue.compare, ignore=(Ignored(parse("DelaySeconds"), "state"),)))
    honest = examined(queue, world, out.resources)
    assert honest.lost == []
    assert honest.ignored["counter"]
    none = replace(queue, compare=replace(queue.compare, ignore=()))
    told = examined(none, world, out.resources)
    assert any("ApproximateNumberOfMessages" in line for line in told.lost), "the world drops it, the spec at hand does not say so"
    assert examined(silent, world, out.resources).ignored["state"]


def test_every_element_of_a_list_is_changed_by_itself() -> None:
    queue = load().specs["AWS::SQS::Queue"]
    document = {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}], "DelaySeconds": "0"}
    assert [m.at for m in changes(queue, document)] == [
        ("Tags", 0, "Key"),
        ("Tags", 0, "Value"),
        ("Tags", 1, "Key"),
        ("Tags", 1, "Value"),
        ("DelaySeconds",),
    ]


def test_a_text_that_nobody_chose_is_told_from_one_that_somebody_did() -> None:
    rule = {"Targets": [{"Id": "Id5b662541-6e19-4f4d-90d1-e8a180f720e8"}, {"Id": "archive"}]}

    def found(element: int, text: str) -> bool:
        return generated(rule, Mutation(("Targets", element, "Id"), "changed", text))

    assert found(0, "Ide7a3e9f5-f8ea-4d5a-88ef-6e6d0dde8108")
    assert not found(0, "archive")
    assert not found(1, "Ide7a3e9f5-f8ea-4d5a-88ef-6e6d0dde8108")
