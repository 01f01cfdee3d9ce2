from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.judge.globs import covers, fits
from driftscan.model.value import Key, Path, show_path

RULE: Path = ("IpPermissions", Key(("tcp", "22", "22")), "IpRanges", Key(("0.0.0.0/0",)), "Description")


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("orders", "orders", True),
        ("orders", "orders-dlq", False),
        ("ord*", "orders", True),
        ("*", "", True),
        ("order?", "orders", True),
        ("Order*", "orders", False),
        ("stage..prod/*", "stage..prod/AWS::SQS::Queue/a", True),
        ("stage..prod/*", "stageXXprod/AWS::SQS::Queue/a", False),
        ("a[tcp/22/22]", "a[tcp/22/22]", True),
        ("a[bc]", "ab", False),
        ("*", "two\nlines", True),
    ],
)
def test_texts(glob: str, text: str, expected: bool) -> None:
    assert fits(glob, text) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("IpPermissions", True),
        ("IpPermissions[]", True),
        ("IpPermissions[].IpRanges[]", True),
        ("IpPermissions.IpRanges.Description", True),
        ("IpPermissions[].IpRanges[].Description", True),
        ("IpPermissions[tcp/22/22].IpRanges[0.0.0.0/0]", True),
        ("IpPermissions[tcp/*/22]", True),
        ("IpPermissions[FromPort=22]", True),
        ("IpPermissions[FromPort=23]", False),
        ("IpPermissions[tcp/23/23]", False),
        ("IpPermissionsEgress", False),
        ("IpRanges", False),
        ("**.IpRanges", True),
        ("**.Description", True),
        ("*", True),
        ("*.IpRanges", True),
        ("Ip*", True),
        ("IpPermissions[].IpRanges[].Description.More", False),
    ],
)
def test_paths(pattern: str, expected: bool) -> None:
    assert covers(pattern, RULE) is expected


def test_a_pattern_below_a_path_does_not_cover_it() -> None:
    assert not covers("BucketEncryption.Rules[].SSEAlgorithm", ("BucketEncryption",))


@pytest.mark.parametrize("pattern", ['Tags["kubernetes.io/name"]', "Tags.'kubernetes.io/name'", 'Tags."kubernetes.io/name"', "Tags"])
def test_names_with_dots(pattern: str) -> None:
    assert covers(pattern, ("Tags", "kubernetes.io/name"))
    assert not covers(pattern + ".x", ("Tags", "kubernetes.io/name"))


steps = st.one_of(
    st.text(alphabet="abcXYZ_-:", min_size=1, max_size=6),
    st.integers(0, 9),
    st.lists(st.text(alphabet="abc0/.", min_size=1, max_size=4), min_size=1, max_size=3).map(lambda p: Key(tuple(p))),
)


@given(st.text(alphabet="abcXYZ_-:", min_size=1, max_size=6), st.lists(steps, max_size=4))
def test_a_path_as_shown_covers_itself(first: str, rest: list[object]) -> None:
    path: Path = (first, *rest)  # type: ignore[assignment]
    assert covers(show_path(path), path)
    assert covers(show_path(path[:1]), path)
