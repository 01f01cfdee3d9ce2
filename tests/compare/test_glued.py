"""What two texts must have in common for their environments' words to be taken out of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.compare.glued import alike

STAGE, PROD = ("stage", "staging", "stg"), ("prod", "production", "live")


@pytest.mark.parametrize(
    ("candidate", "reference", "expected"),
    [
        ("shopstage{account}.{region}", "shopprod{account}.{region}", True),
        ("ShopStage1", "ShopProd1", True),
        ("stagingshop", "productionshop", True),
        ("same", "same", True),
        ("backstage", "backstage", True),
        ("shopstage1", "shopprod2", False),
        ("shopstage", "shop", False),
        ("shopprod", "shopstage", False),  # each names the other
        ("upstagings", "upproductions", False),
        ("multistageb", "multiprodb", False),
        ("profilestage", "profileprod", True),
        ("prodstage", "prodprod", True),  # the other one's word, and a part of the name
        ('{"cluster": "shopstage"}', '{"cluster": "shopprod"}', True),
        ("{prod}stage", "{stage}prod", False),  # what stands in a placeholder is nobody's text
    ],
)
def test_texts(candidate: str, reference: str, expected: bool) -> None:
    assert alike(candidate, reference, STAGE, PROD) is expected
    assert alike(reference, candidate, PROD, STAGE) is expected


@given(st.text(st.sampled_from("abs1-."), max_size=8), st.text(st.sampled_from("abs1-."), max_size=8))
def test_without_words_nothing_is_alike_but_the_same(one: str, other: str) -> None:
    assert alike(one, other, STAGE, PROD) is (one == other)
    assert alike(one, other, (), ()) is (one == other)


def test_short_words_stand_in_others_by_chance() -> None:
    assert not alike("cloudeu", "cloudus", ("eu",), ("us",))
