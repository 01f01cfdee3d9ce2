"""Paths of rules in canonical documents: what is not there is an answer as well."""

from __future__ import annotations

import pytest

from driftscan.catalog import load, paths
from driftscan.judge.places import pattern_of, places, spelled
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Seq, Unknown, Value, Word, show_path

BODY = {
    "A": {"B": 1, "a.b": 2},
    "Rules": Bag(({"Days": 1}, {"Name": "x", "Days": 7}, {"Name": "y"})),
    "Ports": Keyed(((("22",), {"Port": 22}), (("80",), {"Port": 80}))),
    "Layers": Seq(("one", "two")),
    "Empty": Bag(()),
    "Gone": Unknown("AccessDenied"),
    "Map": Keyed((((Word("prod", "prod", "{env}"),), 1), (("other",), 2)), members=True),
}


def found(path: str) -> list[tuple[str, Value]]:
    return [(show_path(p), v) for p, v in places(BODY, paths.parse(path))]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("A.B", [("A.B", 1)]),
        ("A.'a.b'", [('A["a.b"]', 2)]),
        ("A.C", [("A.C", ABSENT)]),
        ("C.D.E", [("C.D.E", ABSENT)]),
        ("C.D[].E", [("C.D", ABSENT)]),
        ("Rules[].Days", [("Rules[#1].Days", 1), ("Rules[#2].Days", 7), ("Rules[#3].Days", ABSENT)]),
        ("Rules[Name=x].Days", [("Rules[#2].Days", 7)]),
        ("Rules[Name=z].Days", []),
        ("Ports[].Port", [("Ports[22].Port", 22), ("Ports[80].Port", 80)]),
        ("Layers[]", [("Layers[0]", "one"), ("Layers[1]", "two")]),
        ("Empty[].X", []),
        ("Gone.X[].Y", [("Gone", Unknown("AccessDenied"))]),
        ("Map.prod", [("Map.prod", 1)]),
        ("Map.'{env}'", [('Map["{env}"]', 1)]),
        ("Map.*", [('Map["{env}"]', 1), ("Map.other", 2)]),
        ("A.*", [("A.B", 1), ('A["a.b"]', 2)]),
        ("**.Days", [("Gone", Unknown("AccessDenied")), ("Rules[#1].Days", 1), ("Rules[#2].Days", 7)]),
        ("A.**.Nothing", []),
    ],
)
def test_places(path: str, wanted: list[tuple[str, Value]]) -> None:
    assert found(path) == wanted


def test_tags_stand_wherever_the_type_keeps_them() -> None:
    specs = load().specs
    for type, member in (("AWS::RDS::DBInstance", "TagList"), ("AWS::SQS::Queue", "Tags"), ("AWS::ECS::Service", "tags")):
        pattern = pattern_of("tags.Owner", specs[type])
        assert pattern is not None
        assert places({member: {"Owner": "me"}}, pattern) == [((member, "Owner"), "me")]
    assert pattern_of("tags.Owner", specs["AWS::IAM::AccountPasswordPolicy"]) is None
    assert pattern_of("tags.Owner", None) is None


def test_a_path_shows_itself_where_nothing_stands() -> None:
    assert spelled(paths.parse("A.B[].C[K=v].*")) == ("A", "B", Key(("",)), "C", Key(("K=v",)), "*")
    assert show_path(spelled(paths.parse("Rules[].Days"))) == "Rules[].Days"
