"""The accuracy command tells right pairs from wrong ones, and never passes for want of data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy.__main__ import _missed
from benchmarks.accuracy.truth import outcomes

QUEUE = "AWS::SQS::Queue"
TWINS: dict[str, Any] = {
    "twins": [
        {
            "slug": "shop",
            "sides": {"stage": {"region": "eu-west-1"}, "prod": {"region": "eu-west-1"}},
            "pairs": [
                {"type": QUEUE, "logical_id": n, "stage": f"http://127.0.0.1/1/{n}-s", "prod": f"http://127.0.0.1/2/{n}-p"} for n in "abcde"
            ],
        }
    ]
}


def at(id: str) -> dict[str, str]:
    return {"account": "1", "region": "eu-west-1", "id": f"https://sqs.amazonaws.com/{'1' if id.endswith('s') else '2'}/{id}"}


def test_every_pair_of_the_truth_has_one_outcome() -> None:
    pairs = [
        {"type": QUEUE, "candidate": at("a-s"), "reference": at("a-p")},
        {"type": QUEUE, "candidate": at("b-s"), "reference": at("x-p")},
    ]
    findings = [
        {"kind": "ambiguous", "resource": {"type": QUEUE}, "among": {"candidate": [at("c-s")], "reference": [at("c-p")]}},
        {"kind": "missing", "resource": {"type": QUEUE, "reference": at("d-p")}},
    ]
    found = {o.logical_id: o.outcome for o in outcomes(TWINS, pairs, {"findings": findings})}
    assert found == {"a": "right", "b": "wrong", "c": "ambiguous", "d": "unpaired", "e": "unread"}


def test_a_goal_is_missed_below_a_share_and_above_a_count() -> None:
    met = {"noise": 0, "right pairs": 0.98, "wrong pairs": 0, "recall": 0.97}
    assert _missed("hidden", met) == []
    assert _missed("hidden", met | {"noise": 1, "recall": 0.969}) == ["noise 1, goal at most 0", "recall 0.969, goal at least 0.97"]
    assert _missed("hidden", met | {"recall": None}) == ["recall None, goal at least 0.97"]


@pytest.mark.parametrize("there", [False, True], ids=["no folder", "an empty folder"])
def test_absent_data_is_an_error_and_no_pass(tmp_path: Path, there: bool) -> None:
    data = tmp_path if there else tmp_path / "nowhere"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.accuracy", "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"--data {data}: ")
    assert done.stderr.count("\n") == 1
