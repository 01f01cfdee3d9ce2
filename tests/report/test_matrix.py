"""The matrix counts what its comparison counts, by service and aspect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Consequence, Kind
from driftscan.model.value import ABSENT
from driftscan.model.words import service_of
from driftscan.report.matrix import matrix
from tests.report import sample


@pytest.mark.parametrize(
    ("type", "service"),
    [("AWS::SQS::Queue", "SQS"), ("AWS::EC2::VPC", "EC2"), ("compute.googleapis.com/Firewall", "compute"), ("odd", "odd")],
)
def test_service_of(type: str, service: str) -> None:
    assert service_of(type) == service


def test_rows_sum_up_to_the_two_numbers_of_the_comparison() -> None:
    report = sample.report()
    for c, m in zip(report.comparisons, report.summary.matrices, strict=True):
        assert m.comparison == c.name
        assert sum(r.agreeing for r in m.rows) == c.agreeing
        assert sum(r.comparable for r in m.rows) == c.comparable


def test_one_sided_resources_count_as_judged_with_what_hangs_on_them() -> None:
    hanging = (Consequence("AWS::SNS::Topic", sample._locator(sample.STAGE, "AWS::SNS::Topic", "t")),)
    one = sample.finding(Kind.EXTRA, Severity.LOW, "network", "AWS::EC2::NatGateway", "n", "n", consequences=hanging)
    for verdict, numbers in ((Verdict.DRIFT, (0, 2)), (Verdict.EXPECTED, (2, 2)), (Verdict.UNKNOWN, (0, 0))):
        found = replace(one, verdict=verdict)
        judgement = sample.judged([found], {})
        row = replace(judgement.ledger[0], type="AWS::SNS::Topic")
        made = matrix(replace(judgement, ledger=(*judgement.ledger, row)), [found], sample.catalog())
        assert (sum(r.agreeing for r in made.rows), sum(r.comparable for r in made.rows)) == numbers


def test_cells_say_how_much_differs_how_badly_and_where_nothing_can() -> None:
    made = sample.report().summary.matrices[0]
    rows = {r.service: {c.aspect: c for c in r.cells} for r in made.rows}
    assert made.rows[0].service in ("EC2", "S3")
    assert (rows["EC2"]["network"].drift, rows["EC2"]["network"].severity) == (2, "critical")
    assert (rows["IAM"]["iam"].severity, rows["IAM"]["metadata"].severity) == ("high", "low")
    assert rows["RDS"]["capacity"].drift == 0
    assert rows["RDS"]["capacity"].severity is ABSENT
    assert rows["SQS"]["capacity"].unknown == 1
    assert "network" not in rows["SQS"]
    assert set(made.aspects) == {a for cells in rows.values() for a in cells}


def test_gaps_belong_to_no_cell() -> None:
    assert "GlobalTable" not in {r.service for r in sample.report().summary.matrices[0].rows}
    gap = next(f for f in sample.findings() if f.kind == Kind.GAP)
    assert matrix(sample.judged([], {}), [gap], sample.catalog()).rows == ()
