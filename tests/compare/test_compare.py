"""What holds for every comparison: twins are equal, sides can be exchanged, order and names change nothing, one change shows as one."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from driftscan.model.resource import MatchKey, Provenance
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Ref, Seq, Text, Unknown
from tests.compare.estate import KEY, QUEUE, SUBNET, VPC, Estate, at, canonical, changed, mirrored, named, outline, partners, run, word
from tests.compare.generated import Literal, Own, Planned, To, bodies, build, plans, with_body

quick = settings(max_examples=40, deadline=None, derandomize=True)


@quick
@given(plans())
def test_clean_twins_are_equal(plan: list[Planned]) -> None:
    comparison = run(build(plan, "stage", reverse=True), build(plan, "prod"))
    assert len(comparison.compared) == len(plan)
    assert changed(comparison) == {}
    assert comparison.extra == comparison.missing == comparison.ambiguous == comparison.uncompared == ()


@quick
@given(plans(("name", "iac", "none")), plans(("name", "iac", "none")))
def test_exchanging_the_sides_exchanges_the_answer(one: list[Planned], other: list[Planned]) -> None:
    stage, prod = build(one, "stage"), build(other, "prod")
    assert outline(mirrored(run(stage, prod))) == outline(run(prod, stage))


@quick
@given(plans(("name", "none")), st.data())
def test_one_resource_with_another_body_mirrors_too(plan: list[Planned], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(plan) - 1))
    stage, prod = build(with_body(plan, n, data.draw(bodies)), "stage"), build(plan, "prod")
    assert outline(mirrored(run(stage, prod))) == outline(run(prod, stage))


@quick
@given(plans(("name", "iac", "none")), plans(("name", "iac", "none")), st.randoms(use_true_random=False))
def test_the_order_of_the_seals_changes_nothing(one: list[Planned], other: list[Planned], rng: Any) -> None:
    orders = [list(range(len(one))), list(range(len(other)))]
    for o in orders:
        rng.shuffle(o)
    assert run(build(one, "stage", orders[0]), build(other, "prod", orders[1])) == run(build(one, "stage"), build(other, "prod"))


@quick
@given(
    plans(("name", "iac", "none")),
    plans(("name", "iac", "none")),
    st.sampled_from([("blue", "green"), ("green", "blue"), ("us", "eu"), ("tcp", "a")]),
)
def test_the_names_of_the_environments_change_nothing(one: list[Planned], other: list[Planned], words: tuple[str, str]) -> None:
    names = {"stage": words[0], "prod": words[1]}
    before = outline(run(build(one, "stage"), build(other, "prod")))
    after = outline(run(build(one, "stage", words=names), build(other, "prod", words=names)))

    def shape(o: Any) -> Any:
        pairs = {k[:5]: len(v) for k, v in o["compared"].items()}
        return pairs, o["extra"], o["missing"], o["ambiguous"]

    assert shape(before) == shape(after)


MUTATIONS: list[tuple[str, Any, Any, tuple[Any, ...]]] = [
    ("a number", 30, 60, ()),
    ("a truth", True, False, ()),
    ("one is no truth", 1, True, ()),
    ("a text", "a", "b", ()),
    ("null is not absent", {"x": None}, {}, ("x",)),
    ("an empty map is not absent", {"x": {}}, {}, ("x",)),
    ("a map and a text", {"x": 1}, "x", ()),
    ("another environment's word", Own("db-"), Literal("dev"), ()),
    ("a reference", To(0), To(1), ()),
    ("a text for a reference", To(0), "a", ()),
    ("deep in a map", {"x": {"y": {"z": 1}}}, {"x": {"y": {"z": 2}}}, ("x", "y", "z")),
    ("in a list", Seq(("a", "b", "c")), Seq(("a", "x", "c")), (1,)),
    ("inserted into a list", Seq(("a", "b", "c")), Seq(("a", "b", "x", "c")), (2,)),
    ("inside a list's element", Seq(({"p": 1}, {"p": 2})), Seq(({"p": 1}, {"p": 3})), (1, "p")),
    ("added to a set", Bag(("a", "b")), Bag(("b", "c", "a")), (Key(("c",)),)),
    ("a second of the same", Bag(("a", "b")), Bag(("a", "b", "b")), (Key(("b",)),)),
    (
        "inside a set's element",
        Bag(({"Name": "x", "p": 1, "q": To(0)}, {"Name": "y", "p": 1})),
        Bag(({"Name": "y", "p": 2}, {"Name": "x", "p": 1, "q": To(0)})),
        (Key(("y",)), "p"),
    ),
    ("a reference in a set", Bag((To(0), To(1))), Bag((To(0), To(1), To(2))), None),  # type: ignore[list-item]
    ("inside a keyed element", Keyed(((("tcp", "22"), {"r": 1}),)), Keyed(((("tcp", "22"), {"r": 2}),)), (Key(("tcp", "22")), "r")),
    ("a keyed element", Keyed(((("tcp", "22"), 1),)), Keyed(((("tcp", "22"), 1), (("tcp", "80"), 1))), (Key(("tcp", "80")),)),
]


@quick
@given(plans(), st.data(), st.sampled_from(MUTATIONS), st.sampled_from(["Deep", "Other"]), st.booleans())
def test_one_change_in_a_clean_twin_is_that_change_at_that_path(
    plan: list[Planned], data: st.DataObject, mutation: tuple[str, Any, Any, Any], member: str, nested: bool
) -> None:
    plan = [*plan, Planned(VPC, "x", {}), Planned(KEY, "y", {}), Planned(QUEUE, "z", {})]
    n = data.draw(st.integers(0, len(plan) - 4))
    _, before, after, path = mutation
    # references go to the last three resources, which are there for that
    shift = {To(i): To(len(plan) - 3 + i) for i in range(3)}
    wrap = (lambda v: {"In": {member: v}}) if nested else (lambda v: {member: v})
    bodies_of = [plan[n].body | wrap(replaced(v, shift)) for v in (before, after)]
    comparison = run(build(with_body(plan, n, bodies_of[1]), "stage"), build(with_body(plan, n, bodies_of[0]), "prod", reverse=True))
    ((address, changes),) = changed(comparison).items()
    assert address == list(build(plan, "stage").items)[n]
    assert len(changes) == 1
    at_ = ("In", member) if nested else (member,)
    if path is None:
        assert changes[0].path[:-1] == at_
        assert changes[0].op == "added"
    else:
        assert changes[0].path == (*at_, *path)
    assert changes[0].code == ""
    assert not changes[0].order_only


def replaced(value: Any, shift: dict[To, To]) -> Any:
    match value:
        case To():
            return shift[value]
        case dict():
            return {k: replaced(v, shift) for k, v in value.items()}
        case Seq(items) | Bag(items):
            return type(value)(tuple(replaced(v, shift) for v in items))
        case Keyed(items):
            return Keyed(tuple((k, replaced(v, shift)) for k, v in items))
    return value


def test_what_is_alone_is_extra_or_missing() -> None:
    stage = Estate("stage").add(named("stage", QUEUE, "orders", {"a": 1}), named("stage", QUEUE, "fresh", {"b": 2}))
    prod = Estate("prod").add(named("prod", QUEUE, "orders", {"a": 1}), named("prod", QUEUE, "legacy", {"c": 3}))
    comparison = run(stage, prod)
    assert comparison.extra == (at("stage", QUEUE, "fresh-stage"),)
    assert comparison.missing == (at("prod", QUEUE, "legacy-prod"),)
    assert comparison.keys[at("stage", QUEUE, "fresh-stage")] == "fresh-{env}"


def test_nothing_is_missing_where_the_other_side_was_not_read() -> None:
    stage = Estate("stage").add(named("stage", QUEUE, "orders"), named("stage", VPC, "main"))
    prod = Estate("prod", incomplete={QUEUE: "AccessDenied"})
    comparison = run(stage, prod)
    assert comparison.extra == (at("stage", VPC, "main-stage"),)
    assert comparison.uncompared == ((at("stage", QUEUE, "orders-stage"), "AccessDenied"),)


def test_a_whole_account_unread_says_nothing_about_anything() -> None:
    stage = Estate("stage").add(named("stage", QUEUE, "orders"), named("stage", VPC, "main"))
    comparison = run(stage, Estate("prod", incomplete={"*": "AccessDenied"}))
    assert comparison.extra == ()
    assert {code for _, code in comparison.uncompared} == {"AccessDenied"}


def test_an_older_revision_that_the_other_sides_stack_holds_is_not_missing() -> None:
    task = "AWS::ECS::TaskDefinition"

    def arn(env: str, revision: int) -> str:
        return f"arn:aws:ecs:eu-west-1:{env}:task-definition/web:{revision}"

    def key(env: str, stack: str) -> MatchKey:
        return MatchKey("iac", (Text((f"{stack}-", word(env))), "Task"))

    prod = Estate("prod").add(canonical(at("prod", task, "web"), {}, (key("prod", "shop"),), arn=arn("prod", 1)))
    newest = canonical(at("stage", task, "web"), {"image": "other"}, (key("stage", "other"),), arn=arn("stage", 2))
    older = {at("stage", task, arn("stage", 1)): (key("stage", "shop"),)}
    assert run(Estate("stage", named=older).add(newest), prod).uncompared == ((at("prod", task, "web"), "unread"),)
    assert run(Estate("stage").add(newest), prod).missing == (at("prod", task, "web"),)


def test_what_a_stack_still_lists_and_a_complete_listing_lacks_is_missing() -> None:
    def key(env: str) -> MatchKey:
        return MatchKey("iac", (Text(("shop-", word(env))), "Queue"))

    prod = Estate("prod").add(canonical(at("prod", QUEUE, "q"), {}, (key("prod"),)))
    stage = Estate("stage", named={at("stage", QUEUE, "gone"): (key("stage"),)})
    assert run(stage, prod).missing == (at("prod", QUEUE, "q"),)


def test_one_side_incomplete_does_not_hide_what_it_has_alone() -> None:
    """The candidate shows a queue that the complete reference lacks: extra, although more may be unread on the candidate."""
    stage = Estate("stage", incomplete={QUEUE: "Throttling"}).add(named("stage", QUEUE, "fresh"))
    prod = Estate("prod").add(named("prod", QUEUE, "legacy"))
    comparison = run(stage, prod)
    assert comparison.extra == (at("stage", QUEUE, "fresh-stage"),)
    assert comparison.uncompared == ((at("prod", QUEUE, "legacy-prod"), "Throttling"),)


def test_provenance_comes_first() -> None:
    owner = at("stage", VPC, "main-stage")
    stage = Estate("stage").add(
        named("stage", QUEUE, "aws", provenance=Provenance.VENDOR),
        named("stage", QUEUE, "cdk", provenance=Provenance.PLATFORM),
        named("stage", QUEUE, "task", provenance=Provenance.POPULATION, owner=owner),
        named("stage", QUEUE, "eni", provenance=Provenance.CONTROLLER, owner=owner),
    )
    comparison = run(stage, Estate("prod"))
    assert comparison.compared == comparison.extra == ()
    assert [a.id for a in comparison.uncounted[0]] == ["aws-stage", "cdk-stage"]
    assert [a.id for a in comparison.grouped[0]] == ["eni-stage", "task-stage"]


def test_what_a_side_could_not_read_is_never_equal() -> None:
    stage, prod = Estate("stage"), Estate("prod")
    stage.add(named("stage", QUEUE, "orders", {"Policy": Unknown("AccessDenied"), "a": 1}))
    prod.add(named("prod", QUEUE, "orders", {"Policy": Unknown("AccessDenied"), "a": 1}))
    ((_, changes),) = changed(run(stage, prod)).items()
    assert [(c.path, c.code) for c in changes] == [(("Policy",), "AccessDenied")]


def test_an_unread_member_is_unknown_and_nothing_else() -> None:
    stage, prod = Estate("stage"), Estate("prod")
    stage.add(named("stage", QUEUE, "orders", {"Policy": Unknown("AccessDenied"), "a": 1}))
    prod.add(named("prod", QUEUE, "orders", {"Policy": {"Statement": Bag(("x",))}, "a": 2}))
    ((_, changes),) = changed(run(stage, prod)).items()
    assert [(c.path, c.code) for c in changes] == [(("Policy",), "AccessDenied"), (("a",), "")]


def test_a_reference_to_what_is_denied_is_unknown_and_nothing_else_looks_changed() -> None:
    queue = at("stage", QUEUE, "q1")
    stage = Estate("stage").add(canonical(queue, {}), named("stage", VPC, "user", {"Queue": Ref(queue, QUEUE, "q1"), "a": 1}))
    prod = Estate("prod", incomplete={QUEUE: "AccessDenied"}).add(named("prod", VPC, "user", {"Queue": Ref(None, QUEUE, "q2"), "a": 1}))
    comparison = run(stage, prod)
    ((_, changes),) = changed(comparison).items()
    assert [(c.path, c.code) for c in changes] == [(("Queue",), "AccessDenied")]
    assert partners(comparison) == {at("stage", VPC, "user-stage"): at("prod", VPC, "user-prod")}


def test_an_id_that_nothing_explains_is_unknown_where_it_differs_and_equal_where_it_is_the_same() -> None:
    def estates(one: str, other: str) -> Any:
        stage = Estate("stage").add(named("stage", QUEUE, "orders", {"Image": Ref(None, "AWS::EC2::Image", one)}))
        prod = Estate("prod").add(named("prod", QUEUE, "orders", {"Image": Ref(None, "AWS::EC2::Image", other)}))
        return changed(run(stage, prod))

    assert estates("ami-1", "ami-1") == {}
    ((change,),) = estates("ami-1", "ami-2").values()
    assert (change.path, change.code) == (("Image",), "unresolved id")


def test_an_absent_value_is_absent_and_not_null() -> None:
    stage = Estate("stage").add(named("stage", QUEUE, "orders", {"a": None}))
    prod = Estate("prod").add(named("prod", QUEUE, "orders", {}))
    ((change,),) = changed(run(stage, prod)).values()
    assert change.candidate is None
    assert change.reference is ABSENT
    assert change.op == "added"


def test_a_word_glued_to_another_is_no_difference_between_environments_and_one_within() -> None:
    def estate(env: str, text: str, words: tuple[str, ...]) -> Estate:
        return Estate(env, words=words).add(canonical(at(env, QUEUE, "q"), {"Target": text}, (MatchKey("name", ("q",)),), name="q"))

    stage = estate("stage", "jobs.shopstage1.internal", ("stage", "stg"))
    assert changed(run(stage, estate("prod", "jobs.shopprod1.internal", ("prod",)))) == {}
    assert changed(run(stage, estate("prod", "jobs.shopprod2.internal", ("prod",)))) != {}
    assert changed(run(stage, estate("stage", "jobs.shopstg1.internal", ("stage", "stg")), same=True)) != {}


def test_what_is_known_only_by_something_unread_is_neither_missing_nor_extra() -> None:
    vpc, own = at("prod", VPC, "v"), at("stage", VPC, "w")
    stage = Estate("stage", incomplete={VPC: "AccessDenied"})
    stage.add(canonical(at("stage", SUBNET, "s"), {"n": 1}, (MatchKey("name", (Ref(None, VPC, own.id), "10.20.0.0/24")),)))
    prod = Estate("prod").add(canonical(vpc, {}, (MatchKey("name", ("main",)),)))
    prod.add(canonical(at("prod", SUBNET, "t"), {"n": 2}, (MatchKey("name", (Ref(vpc, VPC, vpc.id), "{network}+0.0/24")),)))
    found = run(stage, prod)
    assert (found.extra, [a.type for a in found.missing]) == ((), [])
    assert {(a.type, code) for a, code in found.uncompared} == {(SUBNET, "AccessDenied"), (VPC, "AccessDenied")}
    named_ = run(stage, prod.add(canonical(at("prod", SUBNET, "u"), {"n": 3}, (MatchKey("name", ("public",)),))))
    assert [a.id for a in named_.missing] == ["u"], "what has a name of its own can be looked for"


def test_a_name_that_spells_out_what_was_not_read_is_neither_missing_nor_extra() -> None:
    """Without the listing of its network nobody knows that the first part of the subnet's name is the network's."""
    vpc = at("prod", VPC, "main-prod")
    prod = Estate("prod").add(canonical(vpc, {}, (MatchKey("name", ("main",)),)))
    prod.add(canonical(at("prod", SUBNET, "t"), {"n": 2}, (MatchKey("name", (Ref(vpc, VPC, vpc.id), "data")),)))
    stage = Estate("stage", incomplete={VPC: "AccessDenied"})
    stage.add(canonical(at("stage", SUBNET, "s"), {"n": 1}, (MatchKey("name", ("mainuat", "data")),)))
    stage.add(canonical(at("stage", SUBNET, "x"), {"n": 1}, (MatchKey("name", ("mainuat", "other")),)))
    found = run(stage, prod)
    assert ([a.id for a in found.extra], found.missing) == (["x"], ())
    assert {(a.id, code) for a, code in found.uncompared if a.type == SUBNET} == {("s", "AccessDenied"), ("t", "AccessDenied")}


def test_a_name_that_was_taken_for_something_elses_is_neither_missing_nor_extra() -> None:
    """Stage did not read its networks, and a queue is called like the one that the subnet names."""
    vpc, queue = at("prod", VPC, "main-prod"), at("stage", QUEUE, "main-stage")
    prod = Estate("prod").add(canonical(vpc, {}, (MatchKey("name", ("main",)),)))
    prod.add(canonical(at("prod", SUBNET, "t"), {"n": 2}, (MatchKey("name", (Ref(vpc, VPC, vpc.id), "data")),)))
    stage = Estate("stage", incomplete={VPC: "AccessDenied"}).add(canonical(queue, {}, (MatchKey("name", ("jobs",)),)))
    for text, code in (("main-stage", "AccessDenied"), ("arn:aws:sqs:eu-west-1:111111111111:main-stage", "")):
        stage.add(canonical(at("stage", SUBNET, "s"), {"n": 1}, (MatchKey("name", (Ref(queue, QUEUE, text), "data")),)))
        found = run(stage, prod)
        assert dict(found.uncompared).get(at("stage", SUBNET, "s"), "") == code
        assert (at("stage", SUBNET, "s") in found.extra) is not bool(code)
