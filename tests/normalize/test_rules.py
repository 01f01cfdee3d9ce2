from __future__ import annotations

import pytest

from driftscan.catalog.paths import parse
from driftscan.normalize.rules import SILENT, Place, Rule, root


def at(place: Place, *steps: str) -> Place:
    """`[]` enters an element; `[K=V]` one whose member K is V; a pair's value is `Name=Value`."""
    for step in steps:
        if step.startswith("["):
            key, _, value = step[1:-1].partition("=")
            place = place.element({key: value} if key else {})
        elif "=" in step:
            place = place.pair(*step.split("="))
        else:
            place = place.member(step)
    return place


@pytest.mark.parametrize(
    ("path", "steps", "means"),
    [
        ("A.B", ("A", "B"), True),
        ("A.B", ("A",), False),
        ("A[].B", ("A", "[]", "B"), True),
        ("A.*", ("A", "x"), True),
        ("A.*.B", ("A", "x", "B"), True),
        ("**.B", ("A", "[]", "x", "B"), True),
        ("**.B", ("B",), True),
        ("A.**.B", ("A", "B"), True),
        ("A[K=v].B", ("A", "[K=v]", "B"), True),
        ("A[K=v].B", ("A", "[K=w]", "B"), False),
        ("'a.b'.C", ("a.b", "C"), True),
        ("A.x", ("A", "x=Value"), True),
        ("A[].Value", ("A", "x=Value"), True),
        ("A[Key=x].Value", ("A", "x=Value"), True),
        ("A[Key=x].Value", ("A", "y=Value"), False),
    ],
)
def test_paths_mean_places(path: str, steps: tuple[str, ...], means: bool) -> None:
    place = at(root([Rule("ignore", parse(path), "state")]), *steps)
    assert place.ignored == ("state" if means else "")


def test_below_what_no_rule_names_all_is_silent() -> None:
    place = root([Rule("ordered", parse("A"))])
    assert place.member("A").ordered
    assert place.member("B") is SILENT
    assert place.member("B").member("C").element({}) is SILENT


def test_a_flag_of_the_vendor_counts_until_a_spec_reveals_it() -> None:
    assert root([Rule("flagged", parse("A"))]).member("A").sensitive
    assert not root([Rule("flagged", parse("A")), Rule("reveal", parse("A"))]).member("A").sensitive
    assert root([Rule("sensitive", parse("A"))]).member("A").sensitive


def test_defaults_stand_where_their_last_structure_must_exist() -> None:
    place = root([Rule("default", parse("A.B"), 1), Rule("default", parse("L[].C.D"), 2)])
    assert place.defaults == ((("A", "B"), 1),)
    assert place.member("A").defaults == ()
    assert at(place, "L", "[]").defaults == ((("C", "D"), 2),)


def test_a_map_of_free_names_is_told_from_a_structure() -> None:
    place = root([Rule("sensitive", parse("A.*"))])
    assert place.member("A").free
    assert not place.free


def test_what_absence_means_within_a_structure_is_asked_only_where_the_structure_is() -> None:
    place = root(
        [
            Rule("within", parse("Probe.Interval"), 30),
            Rule("within", parse("L[].Probe.Interval"), 5),
            Rule("within", parse("**.Mount.ReadOnly"), False),
        ]
    )
    assert place.defaults == ()
    assert place.member("Probe").defaults == ((("Interval",), 30),)
    assert at(place, "L", "[]").defaults == ()
    assert at(place, "L", "[]", "Probe").defaults == ((("Interval",), 5),)
    assert at(place, "X", "[]", "Mount").defaults == ((("ReadOnly",), False),)
