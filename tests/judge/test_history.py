from __future__ import annotations

from driftscan.judge import History, NoHistory
from tests.judge.estate import Past, address


def test_nothing_is_known_without_stored_snapshots() -> None:
    history: History = NoHistory()
    assert list(history.past(address("prod", "x"), ("A",))) == []
    assert list(history.counterpart(address("prod", "x"), "stage")) == []


def test_anything_that_answers_is_a_history() -> None:
    history: History = Past({(address("prod", "x"), ("A",)): [(30, 1)]})
    assert [value for _, value in history.past(address("prod", "x"), ("A",))] == [1]
