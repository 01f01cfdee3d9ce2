"""The shape of a rule: what belongs together, and what one value for many stands for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from driftscan.config.baseline import CountEntry, RuleEntry, SelectEntry

LEAST: dict[str, Any] = {"id": "a", "select": {"type": "AWS::S3::Bucket"}, "expect": {"Name": "x"}, "reason": "y"}


def test_one_text_stands_for_a_list_of_one() -> None:
    entry = SelectEntry.model_validate({"type": "a", "environment": "b", "provenance": "vendor"})
    assert (entry.type, entry.environment, entry.provenance) == (["a"], ["b"], ["vendor"])


@pytest.mark.parametrize("value", [True, ["Name"], False, []])
def test_optional_is_all_or_some_paths(value: object) -> None:
    assert RuleEntry.model_validate({**LEAST, "optional": value}).optional == value


def test_a_rule_that_overrides_needs_no_selection() -> None:
    assert RuleEntry.model_validate({**{k: v for k, v in LEAST.items() if k != "select"}, "override": "replace"}).select is None


@pytest.mark.parametrize(
    "more",
    [
        {"select": None},
        {"expect": {}},
        {"absent": True},
        {"optional": ["Other"]},
        {"optional": 1},
        {"expect": {}, "closed": True, "optional": True},
    ],
)
def test_what_does_not_fit_together(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RuleEntry.model_validate({**LEAST, **more})


@pytest.mark.parametrize(
    "count", [{}, {"per": "account"}, {"min": 2, "max": 1}, {"exactly": 1, "min": 1}, {"min": -1}, {"min": "1"}, {"min": 1, "per": "zone"}]
)
def test_counts_that_are_none(count: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CountEntry.model_validate(count)
