from __future__ import annotations

import pytest

from driftscan.judge.stages import backwards, stage_of
from driftscan.model.settings import ComparisonRule, Environment
from tests.judge.estate import settings


@pytest.mark.parametrize(
    ("candidate", "reference", "expected"),
    [
        ("stage", "prod", False),
        ("prod", "stage", True),
        ("dev", "prod", False),
        ("prod", "dev", True),
        ("prod", "prod", False),
        ("prod", "elsewhere", False),
        ("elsewhere", "dev", False),
    ],
)
def test_which_comparisons_go_against_the_order_of_promotion(candidate: str, reference: str, expected: bool) -> None:
    assert backwards(candidate, reference, settings()) is expected


def test_a_configured_comparison_says_what_the_order_is() -> None:
    listed = tuple(Environment(name, (), ()) for name in ("prod", "stage"))
    given = settings(environments=listed)
    assert not backwards("stage", "prod", given)
    assert backwards("prod", "stage", given)
    assert stage_of("stage", "prod", given).last
    assert backwards("stage", "prod", settings(environments=listed, comparisons=()))


@pytest.mark.parametrize(
    ("candidate", "reference", "last"),
    [("stage", "prod", True), ("dev", "stage", False), ("prod", "prod", True), ("dev", "elsewhere", True)],
)
def test_where_a_comparison_stands(candidate: str, reference: str, last: bool) -> None:
    chain = (ComparisonRule("dev", "stage"), ComparisonRule("stage", "prod"))
    stage = stage_of(candidate, reference, settings(comparisons=chain))
    assert (stage.last, stage.same) == (last, candidate == reference)


def test_without_comparisons_the_last_environment_of_the_file_is_last() -> None:
    assert stage_of("dev", "prod", settings(comparisons=())).last
    assert not stage_of("dev", "stage", settings(comparisons=())).last
