"""Policy variables: nobody knows what they stand for, so that what is said of patterns with them holds whatever that is."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.iam import Access, compare, parse

USER, TAG = "${aws:username}", "${aws:PrincipalTag/team}"
BUCKET = "arn:aws:s3:::b/"
TEXTS = ["".join(t) for n in range(5) for t in product("ab", repeat=n)]
MEANT = ["", "a", "b", "ab", "bba"]
PATTERNS = st.lists(st.sampled_from(["a", "b", "*", "?", USER, TAG]), max_size=4).map("".join)
WITHIN = {Relation.EQUAL, Relation.REFERENCE_WIDER}


def relation(candidate: str, reference: str) -> Relation | None:
    def access(pattern: str) -> Access:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": BUCKET + pattern}
        return Access.identity([parse({"Version": "2012-10-17", "Statement": [statement]})])

    return compare(access(candidate), access(reference)).relation


def texts(pattern: str, user: str, team: str) -> set[str]:
    """The texts that a pattern matches where its variables stand for these, which hold no wildcards."""
    plain = pattern.replace(USER, user).replace(TAG, team)
    return {t for t in TEXTS if fnmatchcase(t, plain)}


@settings(max_examples=300, deadline=None)
@given(PATTERNS, PATTERNS)
def test_what_is_said_holds_whatever_the_variables_stand_for(candidate: str, reference: str) -> None:
    found = relation(candidate, reference)
    for user, team in product(MEANT, repeat=2):
        ours, theirs = texts(candidate, user, team), texts(reference, user, team)
        if found in WITHIN:
            assert ours <= theirs
        if found in {Relation.EQUAL, Relation.CANDIDATE_WIDER}:
            assert theirs <= ours


@settings(max_examples=300, deadline=None)
@given(PATTERNS)
def test_a_wildcard_in_the_place_of_a_variable_is_wider_or_the_same(pattern: str) -> None:
    assert relation(pattern, pattern.replace(USER, "*")) in WITHIN
    assert relation(pattern, pattern.replace(USER, "*").replace(TAG, "*")) in WITHIN
    assert relation(pattern, pattern) is Relation.EQUAL


@settings(max_examples=200, deadline=None)
@given(PATTERNS, st.integers(0, 6), st.sampled_from([USER, TAG]))
def test_a_variable_in_the_place_of_nothing_but_a_star_is_narrower(pattern: str, at: int, variable: str) -> None:
    """Wherever the variable is put, the star at its place matches all that it can stand for."""
    parts = pattern.split("*")
    at = min(at, len(parts) - 1)
    wide, narrow = ("*".join(parts[:at]) + middle + "*".join(parts[at:]) for middle in ("/*/", f"/{variable}/"))
    assert relation(narrow, wide) is Relation.REFERENCE_WIDER
    assert relation(wide, narrow) is Relation.CANDIDATE_WIDER


@pytest.mark.parametrize(
    ("candidate", "reference", "wanted"),
    [
        (f"{USER}/*", "*", Relation.REFERENCE_WIDER),
        (USER, "*", Relation.REFERENCE_WIDER),
        (f"home/{USER}/*", "home/*", Relation.REFERENCE_WIDER),
        (f"{TAG}/{USER}", f"{TAG}/*", Relation.REFERENCE_WIDER),
        (USER, TAG, Relation.INCOMPARABLE),
        (USER, "?*", Relation.INCOMPARABLE),
        (f"{USER}/*", f"{USER}/*", Relation.EQUAL),
    ],
)
def test_a_variable_equals_itself_alone_and_lies_in_a_star(candidate: str, reference: str, wanted: Relation) -> None:
    """Nobody knows whether a variable stands for some letter at all, so that it lies in no mark."""
    assert relation(candidate, reference) is wanted
    assert relation(reference, candidate) is wanted.mirrored
