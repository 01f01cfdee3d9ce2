"""`check`: the latest snapshots against their rules, and `diff` against one file of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

import driftscan
from driftscan.errors import UsageError
from driftscan.jobs.check import check
from driftscan.jobs.context import Context
from driftscan.jobs.run import diff
from tests.jobs.estate import context, queue, snapshot
from tests.jobs.test_baselines import settings

AT = "2026-11-01T06:00:00Z"


def base(folder: Path, name: str = "prod", **prod: object) -> Context:
    made = context(settings=settings(folder, name=name))
    snapshot(made.store, "stage", AT, [queue("stage")])
    snapshot(made.store, "prod", AT, [queue("prod", **prod)])
    return made


def as_json(made: Context, folder: Path, *environments: str, fail_on: str | None = None) -> tuple[int, dict[str, object]]:
    code = check(made, environments, outputs=[("json", str(folder / "check.json"))], fail_on=fail_on)
    return code, json.loads((folder / "check.json").read_bytes())


def test_the_report_is_valid_and_holds_what_was_found(tmp_path: Path) -> None:
    code, found = as_json(base(tmp_path, VisibilityTimeout="30"), tmp_path, "stage", "prod")
    schema = json.loads((Path(driftscan.__file__).parent / "schemas" / "report.schema.json").read_text())
    jsonschema.validate(found, schema, cls=jsonschema.Draft202012Validator)
    assert code == 0
    (row,) = found["baselines"]  # type: ignore[misc]
    assert (row["environment"], row["rules"][0]["broken"]) == ("prod", 1)
    (finding,) = found["findings"]  # type: ignore[misc]
    assert (finding["kind"], finding["comparison"], finding["rule"]) == ("baseline", "prod..baseline", "visible")
    assert finding["location"] == {"file": str(tmp_path / "prod.yaml"), "line": 2}
    assert (finding["changes"][0]["candidate"], finding["changes"][0]["reference"]) == (30, 60)
    assert found["summary"]["verdict"].startswith("prod breaks its baseline: 1 of 1 rule broken, 1 finding, 1 high")  # type: ignore[index]


@pytest.mark.parametrize(("fail_on", "code"), [(None, 0), ("critical", 0), ("high", 3), ("low", 3)])
def test_fail_on(tmp_path: Path, fail_on: str | None, code: int) -> None:
    assert as_json(base(tmp_path, VisibilityTimeout="30"), tmp_path, "prod", fail_on=fail_on)[0] == code


def test_a_baseline_that_is_kept(tmp_path: Path) -> None:
    code, found = as_json(base(tmp_path), tmp_path, "prod", fail_on="info")
    assert (code, found["findings"], found["summary"]["tone"]) == (0, [], "same")  # type: ignore[index]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    made = base(tmp_path, VisibilityTimeout="30")
    _, one = as_json(made, tmp_path, "prod")
    _, two = as_json(replace(made, run_id="other"), tmp_path, "prod")
    assert one == two


def test_on_the_screen_it_is_a_tree(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    check(base(tmp_path, VisibilityTimeout="30"), ["prod"])
    text = capsysbinary.readouterr().out.decode()
    assert "prod.yaml:2" in text
    assert "is 30, must be 60" in text


class TestNothingToDo:
    def test_no_rules_at_all(self) -> None:
        with pytest.raises(UsageError, match="no rules are configured"):
            check(context(), ["prod"])

    def test_none_about_the_environment(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no rule is about stage") as caught:
            check(base(tmp_path), ["stage"])
        assert "role: prod" in caught.value.hint

    def test_no_snapshot(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no snapshot of prod"):
            check(context(settings=settings(tmp_path)), ["prod"])


class TestDiff:
    @pytest.mark.parametrize("sides", [("prod", "baseline:mine"), ("baseline:mine", "prod")])
    def test_a_side_may_be_a_baseline(self, tmp_path: Path, sides: tuple[str, str]) -> None:
        made = base(tmp_path, "mine", VisibilityTimeout="30")
        assert diff(made, *sides, outputs=[("json", str(tmp_path / "diff.json"))], fail_on="high") == 3
        assert len(json.loads((tmp_path / "diff.json").read_bytes())["findings"]) == 1

    def test_an_older_snapshot_too(self, tmp_path: Path) -> None:
        made = base(tmp_path, "mine", VisibilityTimeout="30")
        snapshot(made.store, "prod", "2026-11-20T06:00:00Z", [queue("prod")])
        out = [("json", str(tmp_path / "diff.json"))]
        assert diff(made, "prod", "baseline:mine", outputs=out, fail_on="high") == 0
        assert diff(made, "prod~1", "baseline:mine", outputs=out, fail_on="high") == 3

    def test_a_baseline_that_nobody_has(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no baseline 'min'") as caught:
            diff(base(tmp_path, "mine"), "prod", "baseline:min")
        assert caught.value.hint == "did you mean baseline:mine?"
