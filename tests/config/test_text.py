"""YAML with places."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.config.text import Mark, entry_lines, nearest, read


def test_scalars_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    text = "a: no\nb: 0644\nc: 12:30\nd: 2026-12-31\ne: ~\nf: true\ng: 1.5\nh: 'x'\ni: 0o17\nj: |\n  line\n"
    path = tmp_path / "f.yaml"
    path.write_text(text)
    data = read(path).data
    assert data == {"a": "no", "b": 644, "c": "12:30", "d": "2026-12-31", "e": None, "f": True, "g": 1.5, "h": "x", "i": 15, "j": "line\n"}
    assert [type(v) for v in data.values()] == [str, int, str, str, type(None), bool, float, str, int, str]


def test_every_key_and_element_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("a:\n  - {b: 1, c: [x, y]}\n  -\n    d: 2\n")
    marks = read(path).marks
    assert marks["a",].key == (1, 1)
    assert marks["a", 0].value == (2, 5)
    assert marks["a", 0, "c"] == Mark((2, 12), (2, 15))
    assert marks["a", 0, "c", 1].value == (2, 19)
    assert marks["a", 1, "d"] == Mark((4, 5), (4, 8))


def test_an_unknown_place_falls_back_to_what_is_around_it(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("a:\n  b: 1\n")
    found = read(path)
    assert found.mark(("a", "b", "c", 3)) == found.mark(("a", "b"))
    assert found.mark(("x",)) == Mark((1, 1), (1, 1))


def test_anchors_and_merges(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("x: &d {role: r}\ny:\n  <<: *d\n  aws: 'a'\nz: *d\n")
    data = read(path).data
    assert data["y"] == {"role": "r", "aws": "a"}
    assert data["z"] == {"role": "r"}


@pytest.mark.parametrize(("word", "expected"), [("Stage", "stage"), ("stgae", "stage"), ("xyz", ""), ("", "")])
def test_the_nearest_word(word: str, expected: str) -> None:
    assert nearest(word, ["prod", "stage"]) == expected


ENTRIES = """\
expected:
  - id: a  # 2
    values: {x: 1,
      y: 2}

  # about b
  - id: b  # 7
    reason: |
      several

      lines
    nested:
      - k: v

other: [{id: &z c}, {id: d,
  e: f}]
last:
- id: g
  values: [*z, *z]
"""


@pytest.mark.parametrize(
    ("line", "lines"),
    [(2, (2, 4)), (7, (7, 13)), (13, (13, 13)), (15, (15, 16)), (18, (18, 19)), (1, None), (3, None), (6, None), (99, None)],
)
def test_an_entry_ends_with_its_last_member(line: int, lines: tuple[int, int] | None) -> None:
    for text in (ENTRIES, ENTRIES.rstrip("\n"), ENTRIES + "\n# the end\n\n"):
        assert entry_lines(text, line) == lines


def test_no_yaml_has_no_entry_and_aliases_that_multiply_are_lines_like_others() -> None:
    assert entry_lines("a: [", 1) is None
    doubled = "".join(f"- k: &a{n + 1}\n  - *a{n}\n  - *a{n}\n" for n in range(40))
    assert entry_lines(f"- k: &a0 x\n{doubled}", 2 + 3 * 39) == (119, 121)
