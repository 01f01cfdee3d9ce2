"""Nothing in a name moves the cursor, turns the line around or hides."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.formats.text import focus, printable, shorten

ANY = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("größe 大きい 🚚", "größe 大きい 🚚"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("a\x00b\nc\td\r", "a\\0b\\nc\\td\\r"),
        ("\x9b1m", "\\x9b1m"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_printable_keeps_what_is_asked_for() -> None:
    assert printable("a\nb\tc\x1b", keep="\n\t") == "a\nb\tc\\x1b"


@given(ANY)
def test_printable_draws_and_encodes(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"} for c in shown)
    assert printable(shown) == shown


@given(ANY, st.integers(1, 60))
def test_shorten_fits_and_keeps_what_fits(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or (len(text) > limit and "…" in short)


@given(ANY, ANY, st.integers(6, 60))
def test_focus_fits(one: str, other: str, limit: int) -> None:
    a, b = focus(one, other, limit)
    assert len(a) <= limit
    assert len(b) <= limit


def test_focus_shows_where_two_long_texts_differ() -> None:
    head = "x" * 500
    a, b = focus(f"{head}30{head}", f"{head}60{head}", 40)
    assert "30" in a
    assert "60" in b
    assert a.startswith("…")


def test_focus_leaves_short_texts_alone() -> None:
    assert focus("30", "60", 10) == ("30", "60")
