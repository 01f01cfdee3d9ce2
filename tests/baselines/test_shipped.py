"""Every rule that ships holds where it should and is broken where it should, and all of them are free of what lint finds."""

from __future__ import annotations

from pathlib import Path

import pytest

import driftscan
from driftscan.catalog import load
from driftscan.config.baselines import load_baselines
from driftscan.jobs.lint import contradictions, shaped
from driftscan.judge.baselines import judge_baselines
from driftscan.model.baseline import ROLES, BaselineJudgement, RuleCoverage
from driftscan.model.drift import Verdict
from driftscan.model.snapshot import Status
from tests.baselines.examples import EXAMPLES, Document
from tests.judge.ground import ENVIRONMENTS, ground, resource

FOLDER = Path(driftscan.__file__).parent / "baselines"
FILES = sorted(FOLDER.glob("*.yaml"))
RULES = load_baselines(FILES)
CASES = [pytest.param(r.baseline, r.id, id=f"{r.baseline}/{r.id}") for r in RULES]


def environment_of(baseline: str) -> str:
    return baseline if baseline in ROLES else "prod"


def judged(baseline: str, id: str, document: Document | None) -> tuple[RuleCoverage, BaselineJudgement]:
    """What the one rule (with those it overrides) says about an environment that holds the document, or nothing."""
    environment = environment_of(baseline)
    type = EXAMPLES[baseline, id].type
    mine = tuple(r for r in RULES if r.id == id and r.baseline in (baseline, "organization"))
    held = [] if document is None else [resource(type, "one", document, environment)]
    judgement = judge_baselines(ground(held, environment, listed={type: Status.COMPLETE}), mine)
    return next(c for c in judgement.coverage if c.baseline == baseline), judgement


def test_they_are_the_repositorys_own() -> None:
    top = Path(__file__).parents[2] / "baselines"
    assert top.resolve() == FOLDER.resolve()
    assert {f.stem for f in FILES} == {"organization", *ROLES}


def test_every_rule_has_an_example() -> None:
    assert {(r.baseline, r.id) for r in RULES} == set(EXAMPLES)


def test_every_reason_names_the_adr() -> None:
    assert [r.id for r in RULES if not r.reason.startswith("ADR-033, ") or not r.reason.endswith(".")] == []


@pytest.mark.parametrize(("baseline", "id"), CASES)
def test_it_holds_where_it_should(baseline: str, id: str) -> None:
    for document in EXAMPLES[baseline, id].keeps:
        row, judgement = judged(baseline, id, document)
        assert row.selected == row.held > 0, document
        assert [f.title for f in judgement.findings] == []


@pytest.mark.parametrize(("baseline", "id"), CASES)
def test_it_is_broken_where_it_should(baseline: str, id: str) -> None:
    rule = next(r for r in RULES if (r.baseline, r.id) == (baseline, id))
    breaks = EXAMPLES[baseline, id].breaks
    assert breaks or rule.count is not None
    for document in (*breaks, *([None] if rule.count is not None else [])):
        row, judgement = judged(baseline, id, document)
        assert row.broken == 1, document
        (finding,) = [f for f in judgement.findings if f.location == rule.location]
        assert (finding.verdict, finding.severity, finding.rule) == (Verdict.DRIFT, rule.severity, id)


def test_lint_is_silent() -> None:
    assert [c for rule in RULES for c in shaped(rule, load(), ENVIRONMENTS)] == []
    assert list(contradictions(RULES, ENVIRONMENTS, {})) == []
