from __future__ import annotations

import random

from driftscan.normalize.canonical import SET
from driftscan.normalize.sketch import SIZE, sketch


def document(n: int) -> dict[str, object]:
    rng = random.Random(n)
    return {"A": {f"m{i}": rng.randrange(1000) for i in range(40)}, "L": {SET: [{"x": i} for i in range(20)]}}


def test_a_sketch_is_small_sorted_and_the_same_in_each_process() -> None:
    found = sketch(document(1))
    assert len(found) == SIZE
    assert list(found) == sorted(set(found))
    assert sketch({"A": "x", "B": 1}) == tuple(sorted((*sketch({"A": "x"}), *sketch({"B": 1}))))


def test_likeness_shows() -> None:
    one = document(1)
    near = {**one, "A": {**one["A"], "m0": -1}}  # type: ignore[dict-item]
    shared = len(set(sketch(one)) & set(sketch(near)))
    assert shared > 28
    assert len(set(sketch(one)) & set(sketch({"Q": document(2)}))) == 0


def test_types_and_places_count() -> None:
    assert sketch({"A": "1"}) != sketch({"A": 1}) != sketch({"B": 1})
    assert sketch({"A": True}) != sketch({"A": 1})
