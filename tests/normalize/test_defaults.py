from __future__ import annotations

from driftscan.model.value import Unknown
from driftscan.normalize.defaults import fill

DEFAULTS = ((("Timeout",), 3), (("Tracing", "Mode"), "PassThrough"))


def test_absence_is_filled_in_with_the_structures_on_the_way() -> None:
    assert fill({}, DEFAULTS) == {"Timeout": 3, "Tracing": {"Mode": "PassThrough"}}
    assert fill({"Timeout": None, "Tracing": {"X": 1}}, DEFAULTS) == {"Timeout": 3, "Tracing": {"X": 1, "Mode": "PassThrough"}}


def test_what_is_there_stays() -> None:
    value = {"Timeout": 0, "Tracing": {"Mode": ""}}
    assert fill(value, DEFAULTS) is value


def test_what_could_not_be_read_is_not_filled_in() -> None:
    value = {"Timeout": 1, "Tracing": Unknown("AccessDenied")}
    assert fill(value, DEFAULTS) == value
