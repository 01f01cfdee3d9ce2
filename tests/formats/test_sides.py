"""Two values side by side: what differs is marked, what is the same is kept or folded, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from driftscan.formats.sides import CONTEXT, DIFFERS, SAME, Shown, lines, sides, whole
from driftscan.model.value import ABSENT

TEXTS = st.text(alphabet="ab1.:/ -\n", max_size=30)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=5),
    max_leaves=25,
)


def unfolded(shown: Shown) -> str:
    """All of a value: context stands between lines, without a line break of its own."""
    out = ""
    for i, (mark, text) in enumerate(shown.segments):
        out += text + ("\n" if mark == CONTEXT and i < len(shown.segments) - 1 else "")
    return out


def test_words_that_differ_between_what_is_shared() -> None:
    candidate, reference = sides("registry/app@sha256:2222", "registry/app@sha256:1111")
    assert candidate.segments == ((SAME, "registry/app@sha256:"), (DIFFERS, "2222"))
    assert reference.segments == ((SAME, "registry/app@sha256:"), (DIFFERS, "1111"))


def test_words_are_not_cut() -> None:
    candidate, _ = sides("the quick fox", "the quiet fox")
    assert candidate.segments == ((SAME, "the "), (DIFFERS, "quick"), (SAME, " fox"))


def test_values_that_share_nothing_have_no_marks() -> None:
    assert [s.segments for s in sides(30, 60)] == [((SAME, "30"),), ((SAME, "60"),)]


def test_absent_masked_unknown() -> None:
    candidate, reference = sides(ABSENT, {"unknown": "AccessDenied"})
    assert (candidate.kind, reference.kind) == ("absent", "unknown")
    assert reference.text == "unknown (AccessDenied)"
    assert whole({"redacted": {"kind": "secret", "text": "«secret 0c1d»", "key_id": "k"}}).kind == "masked"
    assert whole({"literal": {"unknown": "x"}}).kind == ""


def test_of_a_wide_structure_only_what_differs_and_its_neighbours_stay() -> None:
    one = {f"Member{n}": {"Value": n, "Text": "as before, and long enough"} for n in range(12)}
    candidate, reference = sides(one, {**one, "Member6": {"Value": 6, "Text": "changed, and long enough"}})
    marks = [mark for mark, _ in candidate.segments]
    assert marks == [CONTEXT, SAME, DIFFERS, SAME, CONTEXT]
    assert reference.segments[2] == (DIFFERS, '    "Text": "changed, and long enough",\n')
    assert lines(candidate.segments[0][1]) == f"{candidate.segments[0][1].count(chr(10)) + 1} lines alike"
    assert json.loads(unfolded(candidate)) == one


def test_what_steers_drawing_is_written_out_and_line_breaks_stay() -> None:
    assert whole("a\nb\u202ec\x1b[31m").text == "a\nb\\u202ec\\x1b[31m"


@given(VALUES, VALUES)
def test_nothing_is_lost(one: Any, other: Any) -> None:
    for value, shown in zip((one, other), sides(one, other), strict=True):
        assert unfolded(shown) == whole(value).text


@given(VALUES)
def test_equal_values_have_no_difference(value: Any) -> None:
    assert all(mark != DIFFERS for shown in sides(value, value) for mark, _ in shown.segments)
