"""What pydantic found, told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import Field, ValidationError

from driftscan.config.document import Strict
from driftscan.config.problems import first_problem
from driftscan.config.text import read


class Inner(Strict):
    size: int = Field(ge=1)


class Outer(Strict):
    name: str
    inner: Inner
    items: list[Inner] = Field(default_factory=list, min_length=1)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("name: a\ninner: {size: 0}\n", (2, 15), "`size`: input should be greater than or equal to 1", "write a number of at least 1"),
        ("name: a\ninner: {sise: 1, size: 1}\n", (2, 9), "unknown key `sise`", "did you mean `size`?"),
        ("inner: {size: 1}\n", (1, 1), "`name` is missing", "write `name:` and its value"),
        ("name: a\ninner: 1\n", (2, 8), "`inner` has to be a map of keys and values", "indented"),
        ("name: a\ninner: {size: 1}\nitems: 1\n", (3, 8), "`items` has to be a list", "lines that begin with `- `"),
        ("name: a\ninner: {size: 1}\nitems: []\n", (3, 8), "`items` is too short", "at least 1 element"),
    ],
)
def test_a_problem_has_a_place_and_a_next_step(tmp_path: Path, text: str, place: tuple[int, int], message: str, hint: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    document = read(tmp_path / "a.yaml")
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(document.data)
    error = first_problem(document, (), caught.value, Outer)
    assert (error.line, error.column) == place
    assert message in error.message
    assert hint in error.hint


def test_the_first_in_the_file_is_told_and_the_others_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\nzzz: 1\ninner: {size: 0}\n")
    document = read(tmp_path / "a.yaml")
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(document.data)
    error = first_problem(document, (), caught.value, Outer)
    assert (error.line, error.hint.endswith("1 more problem in this file")) == (2, True)
