from __future__ import annotations

from driftscan.judge.groups import groups
from driftscan.model.drift import Change, Severity, Verdict
from driftscan.model.finding import Finding, Kind, Subject
from driftscan.model.value import ABSENT, Key
from tests.judge.estate import ROLE, Estate


def test_one_tag_missing_on_many_is_one_decision() -> None:
    estate = Estate()
    for key in ("a", "b", "c"):
        estate.pair(key, Change(("Tags", "CostCenter"), ABSENT, f"c-{key}"))
    estate.pair("d", Change(("Tags", "Team"), ABSENT, "x"))
    estate.pair("e", Change(("Tags", "CostCenter"), "x", ABSENT))
    estate.pair("f", Change(("Tags", "CostCenter"), ABSENT, "x"), type=ROLE)
    judged = estate.judge()
    (group,) = judged.groups
    assert group.title == "SQS queue: Tags.CostCenter missing on 3 resources"
    assert (group.path, group.type, group.verdict, group.severity) == ("Tags.CostCenter", "AWS::SQS::Queue", Verdict.DRIFT, Severity.LOW)
    assert group.findings == tuple(f.id for f in judged.findings if f.subject.key in "abc" and f.subject.type == group.type)
    assert {f.group for f in judged.findings if f.id in group.findings} == {group.id}
    assert len({f.group for f in judged.findings}) == 4


def test_elements_values_and_sides_that_agree_do_not_split_a_group() -> None:
    estate = Estate()
    estate.pair("a", Change(("R", Key(("22",)), "Description"), "x", "y"))
    estate.pair("b", Change(("R", Key(("80",)), "Description"), "p", "q"))
    (group,) = estate.judge().groups
    assert group.path == "R[].Description"
    assert group.title == "SQS queue: R[].Description different on 2 resources"


def test_several_paths_are_counted() -> None:
    estate = Estate()
    for key in ("a", "b"):
        estate.pair(key, Change(("A",), 1, 2), Change(("B",), 1, 2))
    assert estate.judge().groups[0].title == "SQS queue: A different and 1 more on 2 resources"


def test_shape_tells_groups_apart() -> None:
    estate = Estate()
    estate.pair("a", Change(("A",), 1, 2))
    estate.pair("b", Change(("A",), "x", "y"))
    assert estate.judge().groups == ()


def test_missing_resources_of_a_type() -> None:
    estate = Estate()
    for key in ("a", "b"):
        estate.alone(1, key)
    estate.alone(0, "c")
    (group,) = estate.judge().groups
    assert group.title == "SQS queue: missing on 2 resources"


def test_findings_that_could_not_be_read_again_are_a_group_too() -> None:
    """They have no changes any more."""
    subject = Subject("AWS::SQS::Queue", "orders")
    those = [
        Finding(f"id{n}", Kind.CHANGED, Verdict.UNKNOWN, Severity.LOW, "capacity", "stage..prod", "v", "g", "t", subject) for n in (1, 2)
    ]
    (group,) = groups(those, lambda type: type)
    assert (group.path, group.title) == ("", "AWS::SQS::Queue: not read again on 2 resources")
