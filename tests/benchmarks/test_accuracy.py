"""`python -m benchmarks.accuracy`: absent data fails, a pair's outcome is what was shown of it, and a missed goal is exit code 1."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import bench, generated, recorded, twins
from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.truth import outcomes
from tests.generated import estate as estates

QUEUE, ROLE = "AWS::SQS::Queue", "AWS::IAM::Role"


def test_absent_data_is_one_line_and_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        [],
        ["--data", str(tmp_path / "none")],
        ["--data", str(tmp_path), "--hide-iac"],
        ["--data", str(tmp_path), "--part", "recorded"],
    ):
        assert main(arguments) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "--data" in said.err


def test_a_missing_module_of_the_bench_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in bench.NEEDED["twins"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.setitem(bench.MODULES, "twins", ("json", "no_such_module"))
    with pytest.raises(bench.AbsentError, match="no_such_module"):
        bench.check(tmp_path, "twins")


def test_a_judge_that_fails_is_no_figure(tmp_path: Path) -> None:
    (tmp_path / "judge.py").write_text("raise SystemExit('the server did not start')")
    with pytest.raises(bench.FailedError, match="the server did not start"):
        bench.judge(tmp_path / "judge.py", tmp_path / "out", ())


def test_generated_estates_need_no_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--part", "generated", "--cases", "3", "--seed", "1", "--output", str(tmp_path / "out.json")]) == 0
    assert "met     drift on clean twins 0" in capsys.readouterr().out
    made = json.loads((tmp_path / "out.json").read_text())["generated"]
    assert made["notes"]["cases"] == 3
    assert made["total"]["injected"] == made["total"]["found"] == 3
    assert made["total"]["right"] > 3


def test_several_processes_examine_the_same_estates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated, "AT_ONCE", 3)
    alone, together = generated.run(6, 1), generated.run(6, 1, jobs=2)
    assert alone.rows == together.rows
    assert {n: v for n, v in alone.notes.items() if n != "cases a minute"} == {
        n: v for n, v in together.notes.items() if n != "cases a minute"
    }


def test_an_estate_whose_twin_is_none_misses_its_goal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    made = estates.estate(7, ["AWS::SQS::Queue"])
    queue = made.sides[1][0]
    worse = replace(queue, value={**queue.value, "DelaySeconds": "17"})
    monkeypatch.setattr(estates, "estate", lambda _: replace(made, sides=(made.sides[0], (worse, *made.sides[1][1:]))))
    assert main(["--part", "generated", "--cases", "1", "--seed", "7"]) == 1
    said = capsys.readouterr().out
    assert "MISSED  drift on clean twins" in said
    assert "held: a clean twin is silent 0" in said
    assert "seed 7: noise: AWS::SQS::Queue" in said


def _twins(*pairs: tuple[str, str, str]) -> dict[str, Any]:
    sides = {"stage": {"region": "us-east-1"}, "prod": {"region": "us-west-2"}}
    return {"twins": [{"slug": "t", "sides": sides, "pairs": [{"logical_id": s, "type": t, "stage": s, "prod": p} for t, s, p in pairs]}]}


def _at(id: str, region: str, **more: str) -> dict[str, str]:
    return {"region": region, "id": id, **more}


def _paired(type: str, stage: str, prod: str) -> dict[str, Any]:
    return {"type": type, "candidate": _at(stage, "us-east-1"), "reference": _at(prod, "us-west-2")}


def test_every_pair_has_one_outcome() -> None:
    truth = _twins(
        (QUEUE, "http://x:1/1/a", "http://x:1/2/a"),
        (QUEUE, "b", "b2"),
        (QUEUE, "c", "c2"),
        (QUEUE, "d", "d2"),
        (QUEUE, "e", "e2"),
        (ROLE, "f", "f2"),
    )
    pairs = [_paired(QUEUE, "http://y:2/1/a", "http://y:2/2/a"), _paired(QUEUE, "b", "c2"), _paired(QUEUE, "c", "b2")]
    among = {"candidate": [_at("d", "us-east-1")], "reference": [_at("d2", "us-west-2"), _at("z", "us-west-2")]}
    findings = [
        {"kind": "ambiguous", "resource": {"type": QUEUE}, "among": among},
        {"kind": "missing", "resource": {"type": QUEUE, "candidate": None, "reference": _at("e2", "us-west-2")}},
    ]
    found = {o.logical_id[-1]: o for o in outcomes(truth, pairs, {"findings": findings})}
    assert {k: o.outcome for k, o in found.items()} == {
        "a": "right", "b": "wrong", "c": "wrong", "d": "ambiguous", "e": "unpaired", "f": "apart",
    }  # fmt: skip
    assert found["b"].found == ("c2", "c")


def test_a_name_in_two_regions_is_the_one_of_its_region() -> None:
    pairs = [
        {"type": QUEUE, "candidate": _at("a", "us-west-2"), "reference": _at("other", "us-west-2")},
        {"type": QUEUE, "candidate": _at("a", "us-east-1"), "reference": _at("a2", "us-west-2")},
    ]
    assert [o.outcome for o in outcomes(_twins((QUEUE, "a", "a2")), pairs, {"findings": []})] == ["right"]


def test_the_number_of_a_revision_names_nothing() -> None:
    pairs = [_paired(QUEUE, "arn:x/other:1", "arn:x/another:1")]
    assert [o.outcome for o in outcomes(_twins((QUEUE, "arn:x/mine:1", "arn:x/yours:1")), pairs, {"findings": []})] == ["apart"]


def _judged(**drift: Any) -> dict[str, Any]:
    clean = {"noise": 1, "noise_around": 0, "noise_by_type": {QUEUE: 1}, "around_by_type": {}, "sample": [], "unknown_or_ambiguous": 0}
    said = {"missed": [], "wrong_field": [], "change_shown_as_add_or_remove": [], "recall": 1.0, "field_recall": 1.0, **drift}
    return {"clean": clean, "drift": said}


def test_twins_are_counted_by_type_and_held_to_their_goals() -> None:
    found = list(outcomes(_twins((QUEUE, "a", "a2"), (QUEUE, "b", "b2")), [_paired(QUEUE, "a", "a2")], {"findings": []}))
    truth = {"drifts": [{"id": i, "resource_type": t} for i, t in (("1", QUEUE), ("2", QUEUE), ("3", ROLE))]}
    missed = _judged(missed=[{"id": "1"}], wrong_field=[{"id": "3"}], recall=0.98, field_recall=0.97)
    part = twins.part(missed, found, truth, hidden=False)
    assert part.rows[QUEUE] == {"right": 1, "apart": 1, "false drift": 1, "injected": 2, "found": 1, "right path": 1}
    assert part.rows[ROLE] == {"injected": 1, "found": 1}
    assert {g.name for g in part.goals if not g.met} == {"noise", "recall", "right field"}
    assert {g.name for g in twins.part(missed, found, truth, hidden=True).goals if not g.met} == {"noise"}


def test_nothing_measured_meets_no_goal() -> None:
    part = twins.part(_judged(), [], {"drifts": []}, hidden=True)
    assert "pairs right" in {g.name for g in part.goals if not g.met}
    assert "nothing to measure" in part.table()


def test_recorded_answers_are_held_to_their_goals() -> None:
    lost = {"service": "ec2", "op": "DescribeVpcs"}
    planted = {"planted": 4, "missed": [lost], "unread": [lost], "found": 2, "right_field": 2, "recall": 0.5, "recall_of_read": 0.6667}
    result = {"aws open": {"findings": 1, "by_type": {QUEUE: 1}, "sample": []}, "aws open-mut": planted}
    report = {"comparisons": [{"kind": "parity", "paired": 100}, {"kind": "baseline", "paired": 900}], "findings": []}
    part = recorded.part(result, report)
    assert part.total() == {"false drift": 1, "injected": 4, "found": 2, "right path": 2}
    assert part.rows["ec2:DescribeVpcs"] == {"injected": 2}
    assert {(g.name, g.value) for g in part.goals if not g.met} == {("noise of all pairs", 0.01), ("recall over what is read", 0.6667)}
