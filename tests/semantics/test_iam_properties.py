"""The comparison against request by request evaluation, on random policies over a small world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.iam import Access, Proof, compare, parse
from driftscan.semantics.iam.proof import Difference, Excess
from tests.semantics.iam_evaluate import Asked, Universe, allowed, like, listed, said

ACTIONS = ["*", "sqs:*", "sqs:Get*", "SQS:getqueueurl", "sqs:DeleteQueue", "s?s:*Queue", "*:Get*", "new:*", "new:A*", "new:A", "sqs:Odd"]
LISTED = ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:DeleteQueue", "sqs:SendMessage", "s3:GetObject", "s3:PutObject"]
UNLISTED = ["new:A", "new:AB", "new:B", "sqs:Odd"]
STRANGE = ["new:*", "new:A*", "new:A", "sqs:Odd"]
"""Of `ACTIONS`, the patterns that no listed action matches."""
RESOURCES = ["".join(t) for n in (1, 2) for t in product("abx", repeat=n)] + ["aab", "aba", "bab", "axb", "bxa"]
PRINCIPALS = [("AWS", "1"), ("AWS", "{account}"), ("Service", "1"), ("Service", "ec2"), ("AWS", "*")]
WHOM = ["*", {"AWS": "*"}, {"AWS": "1"}, {"AWS": ["arn:aws:iam::{account}:root"]}, {"Service": ["1", "ec2"]}, {"AWS": "1", "Service": "1"}]
CONTEXTS = [
    {"aws:k": k, "aws:mfa": mfa, "aws:tags": tags}
    for k in (None, ("a",), ("ab",), ("b",), ("x",))
    for mfa, tags in ((None, None), (("true",), ("a",)), (("false",), ("a", "b")), (None, ("a", "x")), (("true",), ("x",)))
]
CONDITIONS: list[tuple[str, str, list[Any]]] = [
    *((op, "aws:K", values) for op in ("StringEquals", "StringNotEquals", "StringEqualsIfExists") for values in (["a"], ["a", "b"])),
    ("StringLike", "aws:k", ["a*"]),
    ("StringNotLike", "aws:k", ["?"]),
    ("Null", "aws:k", [True]),
    ("Null", "aws:k", ["false"]),
    ("Bool", "aws:mfa", [True]),
    ("BoolIfExists", "aws:mfa", ["false"]),
    *(
        (f"{q}:{op}", "aws:tags", values)
        for q in ("ForAllValues", "ForAnyValue")
        for op in ("StringEquals", "StringNotEquals")
        for values in (["a"], ["a", "b"])
    ),
]

patterns = st.text("ab*?", min_size=1, max_size=3)


def some(values: Sequence[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for op, key, values in draw(st.lists(st.sampled_from(CONDITIONS), max_size=2)):
        out.setdefault(op, {})[key] = values
    return out


@st.composite
def statements(draw: st.DrawFn, named: bool) -> dict[str, Any]:
    out: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    out[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(some(ACTIONS))
    out[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(st.lists(patterns, min_size=1, max_size=2))
    if named:
        out[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(st.sampled_from(WHOM))
    if condition := draw(conditions()):
        out["Condition"] = condition
    return out


def documents(named: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(statements(named), max_size=3).map(lambda s: {"Version": "2012-10-17", "Statement": s})


@dataclass(frozen=True)
class Policies:
    """The documents of one side, by layer."""

    layers: list[list[dict[str, Any]]]
    named: bool

    @property
    def access(self) -> Access:
        parsed = [[parse(d) for d in layer] for layer in self.layers]
        if self.named:
            return Access.resource(parsed[0][0])
        return Access.identity(parsed[0], None if len(parsed) < 2 else parsed[1][0], [layer[0] for layer in parsed[2:]])


identities = st.builds(
    lambda own, rest: Policies([own, *([d] for d in rest)], False),
    st.lists(documents(), min_size=1, max_size=2),
    st.lists(documents(), max_size=2),
)
resources = st.builds(lambda d: Policies([[d]], True), documents(named=True))


@st.composite
def near(draw: st.DrawFn) -> tuple[Policies, Policies]:
    """Two sides that share all but one statement, which one of them lacks or has otherwise."""
    one = draw(st.one_of(identities, resources))
    layers = [[{**d, "Statement": list(d["Statement"])} for d in layer] for layer in one.layers]
    document = draw(st.sampled_from([d for layer in layers for d in layer]))
    others = draw(st.lists(statements(one.named), max_size=1))
    at = draw(st.integers(0, len(document["Statement"])))
    document["Statement"][at : at + draw(st.integers(0, 1))] = others
    return one, Policies(layers, one.named)


pairs = st.one_of(st.tuples(identities, identities), st.tuples(resources, resources), near(), near())


def world(*sides: Policies) -> Universe:
    """An action that the list lacks is in the world when a pattern is written for such."""
    written = [
        p
        for side in sides
        for layer in side.layers
        for d in layer
        for s in d["Statement"]
        for p in listed(s.get("Action", s.get("NotAction")))
    ]
    strange = [p for p in written if p in STRANGE]
    actions = [*LISTED, *(a for a in UNLISTED if any(like(p.lower(), a.lower()) for p in strange))]
    return Universe(actions, RESOURCES, PRINCIPALS if sides[0].named else [None], CONTEXTS)


def alone(proof: Proof) -> tuple[Universe, Asked]:
    """The world of a proof's example."""
    e = proof.example
    return Universe([e.action], [e.resource], [e.principal], [dict(e.context)]), (e.action, e.resource, e.principal, 0)


def directions(d: Difference, candidate: Policies, reference: Policies) -> list[tuple[Excess, Policies, Policies]]:
    return [(d.candidate, candidate, reference), (d.reference, reference, candidate)]


@settings(max_examples=150)
@given(pairs)
def test_the_relation_is_that_of_the_sets_of_allowed_requests(pair: tuple[Policies, Policies]) -> None:
    """Nothing that the small world shows is missed, and what it does not show is proved by an example."""
    found = compare(*(p.access for p in pair))
    assert not found.undecided
    universe = world(*pair)
    for excess, wider, narrower in directions(found, *pair):
        differing = allowed(wider.layers, universe) - allowed(narrower.layers, universe)
        assert bool(excess.proofs) or not differing
        for proof in excess.proofs:
            one, asked = alone(proof)
            assert asked in allowed(wider.layers, one), str(proof)
            assert asked not in allowed(narrower.layers, one), str(proof)
    ahead, behind = bool(found.candidate.proofs), bool(found.reference.proofs)
    assert found.relation is {
        (False, False): Relation.EQUAL, (True, False): Relation.CANDIDATE_WIDER,
        (False, True): Relation.REFERENCE_WIDER, (True, True): Relation.INCOMPARABLE,
    }[ahead, behind]  # fmt: skip


@settings(max_examples=150)
@given(pairs)
def test_a_proof_says_no_more_than_holds_and_together_they_say_all(pair: tuple[Policies, Policies]) -> None:
    found = compare(*(p.access for p in pair))
    universe = world(*pair)
    for excess, wider, narrower in directions(found, *pair):
        differing = allowed(wider.layers, universe) - allowed(narrower.layers, universe)
        spoken: set[Asked] = set()
        for proof in excess.proofs:
            assert said(proof, universe) <= differing, str(proof)
            spoken |= said(proof, universe)
        whole = not excess.more and not any(p.more_actions for p in excess.proofs)
        assert not whole or spoken == differing


@settings(max_examples=100)
@given(pairs)
def test_exchanging_the_sides_exchanges_the_answer(pair: tuple[Policies, Policies]) -> None:
    one, other = (p.access for p in pair)
    assert compare(one, other) == compare(other, one).mirrored()
    assert compare(one, one).relation is Relation.EQUAL


def respelled(statement: Mapping[str, Any], data: st.DataObject) -> list[dict[str, Any]]:
    """Statements that say together what one says."""
    s = dict(statement)
    for name in ("Action", "NotAction"):
        if name in s:
            s[name] = [data.draw(st.sampled_from([a.upper(), a.lower(), a])) for a in data.draw(st.permutations(s[name]))]
            if "sqs:*" in s[name]:
                s[name] = [*s[name], "sqs:Send*"]
    for name in ("Resource", "NotResource"):
        s[name] = [r.replace("*", "**") for r in s[name]] if name in s else []
        if not s[name]:
            del s[name]
    if s.get("Principal") == "*":
        s["Principal"] = {"AWS": "*", "Service": "ec2"}
    if "Condition" in s:
        s["Condition"] = {op: {k.upper(): [*v, *v] for k, v in tests.items()} for op, tests in reversed(s["Condition"].items())}
    for name in ("Action", "Resource"):
        if len(s.get(name, ())) > 1:
            return [{**s, name: one} for one in s[name]]
    return [s, s]


@settings(max_examples=100)
@given(pairs, st.data())
def test_splitting_order_repetition_letter_case_and_redundant_wildcards_change_nothing(
    pair: tuple[Policies, Policies], data: st.DataObject
) -> None:
    one, other = pair
    layers = [
        [
            {**d, "Statement": data.draw(st.permutations([n for s in d["Statement"] for n in respelled(s, data)]))}
            for d in data.draw(st.permutations(layer))
        ]
        for layer in one.layers
    ]
    again = Policies(layers, one.named)
    assert compare(one.access, again.access).relation is Relation.EQUAL
    assume(len(again.access.layers[0]) < 12)
    assert compare(again.access, other.access).relation is compare(one.access, other.access).relation
