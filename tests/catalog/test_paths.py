"""Paths select what they say; templates render what they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftscan.catalog import paths
from driftscan.catalog.paths import parse, render
from driftscan.errors import DriftscanError
from driftscan.model.value import ABSENT

DOCUMENT = {
    "A": {"B": 1, "a.b": 2},
    "L": [{"K": "x", "V": True, "M": {"one": 1, "two": 2}}, {"K": "y", "V": False, "M": {"one": 3}}],
    "N": [["p", "q"], ["r"]],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A.B", [(("A", "B"), 1)]),
        ("A.'a.b'", [(("A", "a.b"), 2)]),
        ('A."a.b"', [(("A", "a.b"), 2)]),
        ("L[].K", [(("L", 0, "K"), "x"), (("L", 1, "K"), "y")]),
        ("L[V=false].K", [(("L", 1, "K"), "y")]),
        ("L[K=x].M.*", [(("L", 0, "M", "one"), 1), (("L", 0, "M", "two"), 2)]),
        ("N[][]", [(("N", 0, 0), "p"), (("N", 0, 1), "q"), (("N", 1, 0), "r")]),
        ("**.one", [(("L", 0, "M", "one"), 1), (("L", 1, "M", "one"), 3)]),
        ("L.K", []),
        ("A[].B", []),
        ("X.Y", []),
    ],
)
def test_a_path_selects(text: str, found: list[object]) -> None:
    assert parse(text).select(DOCUMENT) == found
    assert parse(text).first(DOCUMENT) == (found[0][1] if found else ABSENT)  # type: ignore[index]


@pytest.mark.parametrize("text", ["", ".", "A.", ".A", "A..B", "[]", "A[", "A[K", "A[K]", "A[=V]", "A'B'", "A.'B", "A]B.", "A[]B"])
def test_what_is_no_path_says_so(text: str) -> None:
    with pytest.raises(DriftscanError, match="is no path") as caught:
        parse(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "path", "matches", "covers"),
    [
        ("A[].B", ("A", "B"), True, True),
        ("A.B", ("A", "[]", "B"), True, True),
        ("A", ("A", "B", "C"), False, True),
        ("A.*.C", ("A", "anything", "C"), True, True),
        ("**.C", ("A", "B", "C"), True, True),
        ("**.C", ("C",), True, True),
        ("**.C", ("C", "D"), False, True),
        ("A[K=V]", ("A",), False, False),
        ("A.B", ("A",), False, False),
        ("A.B", ("A", "C"), False, False),
    ],
)
def test_a_path_means_member_paths(text: str, path: tuple[str, ...], matches: bool, covers: bool) -> None:
    assert parse(text).matches(path) is matches
    assert parse(text).covers(path) is covers


@given(
    st.recursive(
        st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["A", "B", "x.y"]), inner, max_size=3),
        max_leaves=12,
    )
)
def test_what_deep_selects_stands_where_it_says(value: object) -> None:
    for at, found in parse("**.A").select(value):
        there = value
        for step in at:
            there = there[step]  # type: ignore[index]
        assert there == found
        assert at[-1] == "A"
        assert parse("**.A").matches([s for s in at if isinstance(s, str)])


SCOPE = {"account": "333333333333", "region": "eu-west-1", "partition": "aws"}
ITEM = {"Name": "orders", "Nested": {"Id": 7}, "List": ["a", "b"], "Path": "/hostedzone/Z1", "scope": {"account": "x"}}


@pytest.mark.parametrize(
    ("template", "rendered"),
    [
        ("arn:{scope.partition}:x:{scope.region}:{scope.account}:{Name}/{Nested.Id}", "arn:aws:x:eu-west-1:333333333333:orders/7"),
        ("{Nested.Id}", 7),
        ("{List}", ["a", "b"]),
        ("{List[]}", "a"),
        ("{parent.Id}", "p"),
        ("{parent.parent.Id}", "g"),
        ("{parent.parent.parent.Id}", ABSENT),
        ("{Missing}", ABSENT),
        ("x-{Missing}", ABSENT),
        ("x-{List}", ABSENT),
        (5, 5),
        (True, True),
        ({"a": "{Name}", "b": "{Missing}"}, {"a": "orders"}),
        (["{Name}", "{Missing}", "{Nested.Id}"], ["orders", 7]),
        ("plain", "plain"),
        ("hostedzone/{Path/}", "hostedzone/Z1"),
        ("{Name/}", "orders"),
        ("{Nested.Id/}", 7),
        ("{parent.Id/}", "p"),
    ],
)
def test_a_template_renders(template: object, rendered: object) -> None:
    assert render(template, ITEM, [{"Id": "p"}, {"Id": "g"}], SCOPE) == rendered


def test_arguments_say_what_is_missing() -> None:
    args = {"A": "{Name}", "B": "{Missing}", "C": [1, "{Nested.Id}"]}
    assert paths.render_args(args, ITEM, (), SCOPE) == ({"A": "orders", "C": [1, 7]}, ("B",))


def test_a_path_or_template() -> None:
    assert paths.locate("Nested.Id", ITEM) == 7
    assert paths.locate("n/{Nested.Id}", ITEM) == "n/7"
    assert paths.locate("Gone", ITEM) is ABSENT


@pytest.mark.parametrize(
    ("name", "arn"), [("/orders/url", "p:parameter/orders/url"), ("url", "p:parameter/url"), ("//url", "p:parameter//url")]
)
def test_a_slash_between_text_and_value_is_written_once(name: str, arn: str) -> None:
    assert paths.locate("p:parameter/{Name}", {"Name": name}) == arn
    assert render("p:parameter/{Name}", {"Name": name}) == f"p:parameter/{name}"


def test_an_open_brace_is_an_error() -> None:
    with pytest.raises(DriftscanError, match="stays open"):
        paths.holes("a{b")


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [("ru*", "running", True), ("true", True, True), ("7", 7, True), ("A", "a", False), ("*", ["x"], False), ("null", None, True)],
)
def test_globs_hold_for_leaves(pattern: str, value: object, fits: bool) -> None:
    assert paths.glob(pattern, value) is fits
