from __future__ import annotations

from driftscan.judge.ids import finding_id, unique
from driftscan.model.drift import Change
from driftscan.model.finding import Kind
from tests.judge.estate import QUEUE, Estate


def ids(*changes: Change, key: str = "orders") -> list[str]:
    estate = Estate()
    estate.pair(key, *changes)
    return [f.id for f in estate.judge().findings]


def test_an_id_does_not_depend_on_values_paths_or_addresses() -> None:
    assert ids(Change(("A",), 1, 2)) == ids(Change(("A",), 3, 4), Change(("B",), 1, 2))
    assert ids(Change(("A",), 1, 2)) != ids(Change(("A",), 1, 2), key="bills")


def test_everything_in_a_name_counts() -> None:
    base = ("stage..prod", Kind.CHANGED, QUEUE, "orders", ())
    others = [
        ("dev..stage", *base[1:]),
        (base[0], Kind.MISSING, *base[2:]),
        (*base[:2], "AWS::SNS::Topic", *base[3:]),
        (*base[:3], "bills", ()),
        (*base[:4], ("A",)),
    ]
    made = {finding_id(*b) for b in (base, *others)}
    assert len(made) == 6
    assert all(len(i) == 16 and set(i) <= set("0123456789abcdef") for i in made)


def test_the_contract_of_an_id() -> None:
    assert finding_id("stage..prod", Kind.CHANGED, QUEUE, "orders") == "2a24a31425c3b0f0"


def test_resources_that_share_a_key_are_numbered_by_address() -> None:
    def estate(order: list[int]) -> Estate:
        made = Estate()
        for n in order:
            made.keys[made.alone(1, f"id{n}")] = "twin"
        return made

    ahead, back = ({f.subject.reference: f.id for f in estate(o).judge().findings} for o in ([1, 2, 3], [3, 2, 1]))
    assert ahead == back
    assert len(set(ahead.values())) == 3
    first = finding_id("stage..prod", Kind.MISSING, QUEUE, "twin")
    assert sorted(ahead.values()) == sorted(unique(first, n) for n in range(3))
