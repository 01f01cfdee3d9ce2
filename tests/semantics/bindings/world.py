"""A world small enough to ask about every request: a few people, places and conditions, as the bits of a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product

from hypothesis import strategies as st

from driftscan.model.drift import Relation
from driftscan.semantics.bindings import Grant, Place

POOL = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci"
PEOPLE: Mapping[str, frozenset[str]] = {
    "someone": frozenset({"allUsers"}),
    "an account": frozenset({"allUsers", "allAuthenticatedUsers"}),
    "another of acme": frozenset({"allUsers", "allAuthenticatedUsers", "domain:acme.com"}),
    "ann": frozenset({"allUsers", "allAuthenticatedUsers", "domain:acme.com", "user:ann@acme.com"}),
    "bob": frozenset({"allUsers", "allAuthenticatedUsers", "user:bob@other.com"}),
    "one of the group": frozenset({"allUsers", "allAuthenticatedUsers", "group:ops@acme.com"}),
    "run": frozenset({"allUsers", "allAuthenticatedUsers", "serviceAccount:run@p.iam.gserviceaccount.com"}),
    "build": frozenset({"allUsers", f"principalSet:{POOL}/*", f"principal:{POOL}/subject/main"}),
    "another build": frozenset({"allUsers", f"principalSet:{POOL}/*"}),
}
"""Who there is, and by which members a policy means them. Written down here a second time, by hand."""
MEMBERS = sorted({m for by in PEOPLE.values() for m in by})
PLACES: tuple[Place, ...] = (("o",), ("o", "p"), ("o", "p", "r"), ("o", "q"))
CONDITIONS = ("", "x", "y")
FACTS = tuple(frozenset(c for c, holds in zip("xy", both, strict=True) if holds) for both in product((False, True), repeat=2))

REQUESTS = tuple(product(PEOPLE, PLACES, FACTS))

grants = st.builds(
    Grant, st.just(""), st.sampled_from(MEMBERS), st.sampled_from(CONDITIONS), st.sampled_from(PLACES)
)  # the role is set by who draws


def mask(holds: Callable[[str, Place, frozenset[str]], bool]) -> int:
    """The requests that a test holds for, as bits."""
    return sum(1 << n for n, request in enumerate(REQUESTS) if holds(*request))


def reached(grant: Grant) -> int:
    """The requests that a grant allows its role's permissions for."""
    return mask(
        lambda who, place, facts: (
            grant.member in PEOPLE[who] and place[: len(grant.place)] == grant.place and (not grant.condition or grant.condition in facts)
        )
    )


def relation(candidate: Iterable[int], reference: Iterable[int]) -> Relation | None:
    """Of what two sides allow: for each permission the bits of its requests."""
    more = [False, False]
    for c, r in zip(candidate, reference, strict=True):
        more[0] |= bool(c & ~r)
        more[1] |= bool(r & ~c)
    return {
        (False, False): Relation.EQUAL,
        (True, False): Relation.CANDIDATE_WIDER,
        (False, True): Relation.REFERENCE_WIDER,
        (True, True): Relation.INCOMPARABLE,
    }[more[0], more[1]]


def of_all(found: Iterable[Relation | None]) -> Relation | None:
    """The one answer for several readings."""
    every = set(found)
    for one in (Relation.CANDIDATE_WIDER, Relation.REFERENCE_WIDER):
        if every <= {Relation.EQUAL, one}:
            return one if one in every else Relation.EQUAL
    return Relation.INCOMPARABLE if every == {Relation.INCOMPARABLE} else None


def subsets(of: str) -> Iterator[frozenset[str]]:
    """All but the empty one."""
    for n in range(1, 1 << len(of)):
        yield frozenset(c for i, c in enumerate(of) if n >> i & 1)
