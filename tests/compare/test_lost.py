"""A difference that the seals know and the documents do not show never counts as equal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftscan.compare.lost import CODE, lost, shape
from driftscan.model.drift import Change
from driftscan.model.resource import Canonical
from driftscan.model.value import Bag, Keyed, Ref, Seq, Text, Unknown, Value, Word
from tests.compare.estate import QUEUE, Estate, at, changed, named, run, word

SAID = (Change(("*",), Unknown(CODE), Unknown(CODE), CODE),)


def _pair(one: dict[str, Value], other: dict[str, Value]) -> tuple[Canonical, Canonical]:
    return named("stage", QUEUE, "a", one), named("prod", QUEUE, "a", other)


def _without(form: Canonical) -> Canonical:
    return replace(form, body={})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"x": word("dev")}, {"x": word("prod")}),
        ({"x": 1}, {"x": 2}),
        ({"x": Bag((word("dev"), "a"))}, {"x": Bag((word("prod"), "a"))}),
        ({"x": Ref(at("stage", QUEUE, "a-stage"), QUEUE, "a")}, {"x": Ref(at("prod", QUEUE, "other"), QUEUE, "b")}),
    ],
)
def test_documents_that_lack_what_their_seals_were_made_of_are_unknown(one: dict[str, Value], other: dict[str, Value]) -> None:
    c, r = _pair(one, other)
    comparison = run(Estate("stage").add(_without(c)), Estate("prod").add(_without(r)))
    assert changed(comparison) == {c.seal.address: SAID}
    assert SAID not in changed(run(Estate("stage").add(c), Estate("prod").add(r))).values()


def test_documents_that_agree_when_they_are_read_are_believed() -> None:
    c, r = _pair({"x": Text(("a-", Word("stage", "b", "{env}")))}, {"x": "a-b"})
    assert c.seal.digest != r.seal.digest
    assert lost(c, r) == ()
    assert changed(run(Estate("stage").add(c), Estate("prod").add(r))) == {}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Text(("a-", word("stage"))), Text(("a-", word("prod"))), True),
        (Text(("a-", word("stage"))), "a-stage", False),
        (Bag((1, 2)), Bag((2, 1)), True),
        (Seq((1, 2)), Seq((2, 1)), False),
        (1, True, False),
        (Keyed((((word("stage"),), 1),), members=True), Keyed((((word("prod"),), 1),), members=True), True),
        (
            Keyed((((word("stage"),), 1), ((word("prod"),), 1)), members=True),
            Keyed((((word("prod"),), 1), (("x",), 1)), members=True),
            False,
        ),
    ],
)
def test_shapes_know_no_environment(one: Any, other: Any, alike: bool) -> None:
    assert (shape(one) == shape(other)) is alike
