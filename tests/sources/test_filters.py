"""Conditions and `latest` on raw documents."""

from __future__ import annotations

from driftscan.catalog import paths
from driftscan.catalog.spec import Check, Compare, Filter, Latest, Spec
from driftscan.model.value import Unknown
from driftscan.sources.aws import filters

SCOPE = {"account": "1", "region": "r", "partition": "aws"}


def check(path: str, *globs: str) -> Check:
    return Check(paths.parse(path), globs)


def spec(keep: tuple[tuple[Check, ...], ...] = (), skip: tuple[tuple[Check, ...], ...] = (), tags: str | None = None) -> Spec:
    return Spec("A::B::C", "t", "iam", filter=Filter(keep, skip), compare=Compare(tags=tags))


def test_keep_and_skip() -> None:
    s = spec(((check("Owner", "{scope.account}"),),), ((check("State", "deleting", "deleted"),),))
    assert filters.kept(s, {"Owner": "1", "State": "on"}, [], SCOPE) is True
    assert filters.kept(s, {"Owner": "2"}, [], SCOPE) is False
    assert filters.kept(s, {}, [], SCOPE) is False
    assert filters.kept(s, {"Owner": "1", "State": "deleted"}, [], SCOPE) is False


def test_an_empty_glob_fits_what_is_missing() -> None:
    s = spec(((check("Owner", "{scope.account}", ""),),))
    assert filters.kept(s, {}, [], SCOPE) is True
    assert filters.kept(s, {"Owner": ""}, [], SCOPE) is True
    assert filters.kept(s, {"Owner": "2"}, [], SCOPE) is False
    assert filters.kept(s, {"Owner": Unknown("Timeout")}, [], SCOPE) == Unknown("Timeout")


def test_a_condition_is_all_of_its_checks_and_a_list_is_any() -> None:
    s = spec(skip=((check("Type", "NS", "SOA"), check("Name", "{parent.Name}")),))
    assert filters.kept(s, {"Type": "NS", "Name": "a."}, [{"Name": "a."}], SCOPE) is False
    assert filters.kept(s, {"Type": "NS", "Name": "b.a."}, [{"Name": "a."}], SCOPE) is True


def test_what_could_not_be_read_decides_nothing() -> None:
    s = spec(((check("Manager", "CUSTOMER"),),))
    assert filters.kept(s, {"Manager": Unknown("AccessDenied")}, [], SCOPE) == Unknown("AccessDenied")
    s = spec(skip=((check("A", "x"), check("B", "y")),))
    assert filters.kept(s, {"A": Unknown("Timeout"), "B": "z"}, [], SCOPE) is True, "the other check fails anyway"
    assert filters.kept(s, {"A": Unknown("Timeout"), "B": "y"}, [], SCOPE) == Unknown("Timeout")


def test_tags_by_name() -> None:
    s = spec(skip=((check("tags.'aws:autoscaling:groupName'", "*"),),), tags="Tags")
    assert filters.kept(s, {"Tags": [{"Key": "aws:autoscaling:groupName", "Value": "g"}]}, [], SCOPE) is False
    assert filters.kept(s, {"Tags": [{"Key": "Name", "Value": "g"}]}, [], SCOPE) is True
    assert filters.kept(s, {}, [], SCOPE) is True
    assert filters.kept(s, {"Tags": Unknown("AccessDenied")}, [], SCOPE) == Unknown("AccessDenied")


def test_latest_of_each_group() -> None:
    items = [{"N": "f", "V": "9"}, {"N": "f", "V": "10"}, {"N": "g", "V": "1"}, {"N": "g"}]
    chosen = filters.latest(Latest(paths.parse("V"), ("N",)), items, lambda i: i, lambda _: None)
    assert chosen == [{"N": "f", "V": "10"}, {"N": "g", "V": "1"}]
    times = [{"C": "2026-01-02T00:00:00Z"}, {"C": "2026-01-10T00:00:00Z"}, {"C": "2026-01-03T00:00:00Z"}]
    assert filters.latest(Latest(paths.parse("C"), ("parent",)), times, lambda i: i, lambda _: 1) == [times[1]]
    assert filters.latest(Latest(paths.parse("C"), ("parent",)), times, lambda i: i, lambda i: i["C"]) == times
