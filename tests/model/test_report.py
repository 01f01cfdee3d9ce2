"""Values as people read them, and headings."""

from __future__ import annotations

from typing import Any

import pytest

from driftscan.model.report import Share, show_value
from driftscan.model.value import ABSENT
from tests.report import sample


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("prod", "prod"),
        ("", '""'),
        ("60", '"60"'),
        ("1e3", '"1e3"'),
        ("true", '"true"'),
        ("not set", '"not set"'),
        (" a", '" a"'),
        (60, "60"),
        (True, "true"),
        (None, "null"),
        (ABSENT, "not set"),
        ([], "[]"),
        ({"b": 1, "a": "ü"}, '{"a": "ü", "b": 1}'),
        ({"unknown": "AccessDenied"}, "unknown (AccessDenied)"),
        ({"redacted": {"kind": "secret", "text": "«secret aa»", "key_id": "k"}}, "«secret aa»"),
        ({"literal": {"unknown": "x"}}, '{"unknown": "x"}'),
        ([{"unknown": "in flux"}, {"literal": {"redacted": {"unknown": "y"}}}], '["unknown (in flux)", {"redacted": "unknown (y)"}]'),
    ],
)
def test_show_value(value: Any, shown: str) -> None:
    assert show_value(value) == shown


def test_text_and_number_look_different() -> None:
    assert show_value("60") != show_value(60)
    assert show_value("null") != show_value(None)
    assert show_value("not set") != show_value(ABSENT)


def test_share_of_nothing_is_nothing() -> None:
    assert Share(0, 0).value == 0.0
    assert Share(3, 4).value == 0.75


def test_heading_stops_before_the_change_that_the_title_tells() -> None:
    by_key = {f.resource.key: f for f in sample.report().findings}
    assert by_key["invoices"].heading == "S3 bucket invoices"
    assert by_key["billing"].heading == "Stalled promotion: Lambda function billing"
    assert by_key["orders-dlq"].heading == by_key["orders-dlq"].title
