"""The name of a likely rename shows as changed, once."""

from __future__ import annotations

from driftscan.catalog import Catalog
from driftscan.catalog.spec import Identity, Spec
from driftscan.compare.rename import renamed
from driftscan.model.drift import Change
from driftscan.model.value import Ref, Text
from tests.compare.estate import QUEUE, at, canonical

EMPTY = Catalog(specs={}, digest="")


def test_the_match_key_says_where_the_name_stands() -> None:
    spec = Spec(QUEUE, "queue", "capacity", identity=Identity(match=(("parent", "QueueName"), ("tags.Name",))))
    c, r = (canonical(at(e, QUEUE, e), name=n).seal for e, n in (("stage", "new"), ("prod", "old")))
    assert renamed(c, r, (), Catalog(specs={QUEUE: spec}, digest="")) == (Change(("QueueName",), "new", "old"),)


def test_of_several_parts_the_one_that_is_called_a_name_is_shown() -> None:
    spec = Spec(QUEUE, "queue", "capacity", identity=Identity(match=(("parent", "Config.Name", "Type", "SetIdentifier"),)))
    c, r = (canonical(at(e, QUEUE, e), name=n).seal for e, n in (("stage", "new"), ("prod", "old")))
    catalog = Catalog(specs={QUEUE: spec}, digest="")
    change = Change(("Config", "Name"), "new", "old")
    assert renamed(c, r, (), catalog) == (change,)
    assert renamed(c, r, (Change(("Config", "Name"), "a", "b"),), catalog) == (Change(("Config", "Name"), "a", "b"),)


def test_a_change_that_shows_the_name_is_enough() -> None:
    c, r = (canonical(at(e, QUEUE, e), name=n).seal for e, n in (("stage", "orders-new"), ("prod", "orders-old")))
    change = Change(("RoleName",), "orders-new", "orders-old")
    assert renamed(c, r, (change,), EMPTY) == (change,)


def test_a_name_tag_that_changed_is_enough() -> None:
    c, r = (canonical(at(e, QUEUE, e), name=n).seal for e, n in (("stage", "orders-new"), ("prod", "orders-old")))
    change = Change(("Tags", "Name"), "orders-new", "orders-old")
    assert renamed(c, r, (change,), EMPTY) == (change,)


def test_what_nobody_named_was_not_renamed() -> None:
    c, r = (canonical(at(e, QUEUE, e), name=n, rename=False).seal for e, n in (("stage", "x-1"), ("prod", "x-2")))
    assert renamed(c, r, (), EMPTY) == ()


def test_a_name_that_was_cut_and_closed_with_a_hash_was_not_renamed() -> None:
    c = canonical(at("stage", QUEUE, "autoscalingmultiaz-stage-50-9c7e"), name="autoscalingmultiaz-{env}-50-9c7e").seal
    r = canonical(at("prod", QUEUE, "autoscalingmultiaz-prod-506-8b3e"), name="autoscalingmultiaz-{env}-506-8b3e").seal
    assert renamed(c, r, (), EMPTY) == ()


def test_a_word_that_is_glued_to_a_name_renames_nothing() -> None:
    c, r = (canonical(at(e, QUEUE, e), name=n).seal for e, n in (("stage", "ordersstage"), ("prod", "ordersprod")))
    assert renamed(c, r, (), EMPTY, (("stage",), ("prod",))) == ()
    assert renamed(c, r, (), EMPTY, (("stage",), ("live",))) == (Change(("Name",), "ordersstage", "ordersprod"),)


def test_an_id_that_nobody_can_tell_does_not_stand_for_the_name() -> None:
    c, r = (canonical(at(e, QUEUE, e), name=n, rename=False).seal for e, n in (("stage", "vpc-0f1e-jobs"), ("prod", "altered-jobs")))
    unread = Change(("VpcId",), "vpc-0f1e", "vpc-5c5e", "unread type")
    assert renamed(c, r, (unread,), EMPTY) == (Change(("Name",), "vpc-0f1e-jobs", "altered-jobs"), unread)
    half = Change(("VpcId",), "vpc-0f1e", "vpc-5c5e")
    assert renamed(c, r, (half,), EMPTY)[0].path == ("Name",)


def test_where_both_documents_spell_the_name_out_they_say_whether_it_differs() -> None:
    c, r = (canonical(at(e, QUEUE, e), name=n).seal for e, n in (("stage", "Jobs.one"), ("prod", "Jobs.other")))
    change = Change(("Name",), "Jobs.one", "Jobs.other")
    assert renamed(c, r, (), EMPTY, documents=({"Name": "jobs"}, {"Name": "jobs"})) == ()
    assert renamed(c, r, (), EMPTY, documents=({"Name": "jobs"}, {})) == (change,)
    itself = Ref(c.address, QUEUE, "Jobs.one", "name")
    assert renamed(c, r, (), EMPTY, documents=({"Name": Text((itself, "/"))}, {"Name": "jobs"})) == (change,)
