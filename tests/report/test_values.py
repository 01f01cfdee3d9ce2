"""Canonical values as plain JSON."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.model.value import ABSENT, Address, Bag, Keyed, Opaque, Redacted, Ref, Seq, Text, Unknown, Word
from driftscan.report.values import wire

RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "out"),
    [
        (Seq((1, 2)), [1, 2]),
        (Bag(("b", "a")), ["b", "a"]),
        (Keyed(((("tcp", 22), {"Port": 22}),)), [{"Port": 22}]),
        (Unknown("AccessDenied"), {"unknown": "AccessDenied"}),
        (Redacted("secret", ("aabbccddeeff",), "k"), {"redacted": {"kind": "secret", "text": "«secret aabbccdd»", "key_id": "k"}}),
        (
            Redacted("setting", ("=https://", "#0011223344", "=.org"), "k"),
            {"redacted": {"kind": "setting", "text": "https://«00112233».org", "key_id": "k"}},
        ),
        (Opaque("aabbccddeeff", "k"), {"redacted": {"kind": "setting", "text": "«aabbccdd»", "key_id": "k"}}),
        (Text(("x-", Word("prod", "prod", "{env}"))), "x-prod"),
        (Text(("x-", Opaque("aabbccddeeff", "k"))), {"redacted": {"kind": "setting", "text": "x-«aabbccdd»", "key_id": "k"}}),
        (Ref(Address("T", "1", "r", "i"), "T", "arn:i"), "arn:i"),
        (Word("prod", "PRD", "{ENV}"), "PRD"),
        ({"unknown": "x"}, {"literal": {"unknown": "x"}}),
        ({"redacted": Unknown("y")}, {"literal": {"redacted": {"unknown": "y"}}}),
        ({"literal": 1}, {"literal": {"literal": 1}}),
        ({"unknown": "x", "more": 1}, {"unknown": "x", "more": 1}),
        (math.inf, "inf"),
        (True, True),
        (None, None),
    ],
)
def test_wire(value: Any, out: Any) -> None:
    assert wire(value) == out


def test_absent_stays() -> None:
    assert wire(ABSENT) is ABSENT


@given(RAW)
def test_what_was_raw_can_be_told_from_marks(value: Any) -> None:
    """Undoing `literal` gives the value back: no raw object is ever read as a mark, no mark as an object."""

    def undo(wired: Any) -> Any:
        if isinstance(wired, dict):
            if len(wired) == 1 and "literal" in wired:
                wired = wired["literal"]
            else:
                assert not (len(wired) == 1 and next(iter(wired)) in ("unknown", "redacted"))
            return {k: undo(v) for k, v in wired.items()}
        return [undo(v) for v in wired] if isinstance(wired, list) else wired

    assert undo(wire(value)) == value
    json.dumps(wire(value), allow_nan=False)


def test_a_map_whose_names_hold_words_is_a_map() -> None:
    assert wire(Keyed((((Word("prod", "prod", "{env}"),), 1), (("b",), 2)), members=True)) == {"prod": 1, "b": 2}
