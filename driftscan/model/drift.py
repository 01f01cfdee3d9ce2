"""Pairs, changes, comparisons: what `compare` finds and `judge` judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from driftscan.model.resource import MatchKey, Seal
from driftscan.model.settings import PairRule
from driftscan.model.value import ABSENT, Address, Path, Ref, Value


class Verdict(StrEnum):
    """Of a change, exactly one; a finding carries the worst of its changes, in this order."""

    DRIFT = "drift"
    UNKNOWN = "unknown"
    EXPECTED = "expected"
    WAIVED = "waived"


class Severity(StrEnum):
    """Worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Pair:
    """The same logical resource on two sides. reason: `declared`, `address` (the same
    environment), `iac`, `name`, `tags`, `structure`; confidence in (0, 1].

    key: the logical key, environment-free, stable over runs: what a finding's id is made of.
    """

    candidate: Address
    reference: Address
    reason: str
    confidence: float
    key: str


class Relation(StrEnum):
    """Of two sets of what is allowed (or of where traffic goes)."""

    EQUAL = "equal"
    CANDIDATE_WIDER = "candidate_wider"
    REFERENCE_WIDER = "reference_wider"
    INCOMPARABLE = "incomparable"

    @classmethod
    def of(cls, candidate: bool, reference: bool) -> Relation:
        """What it is where (the candidate, the reference) holds something that the other does not."""
        if candidate:
            return cls.INCOMPARABLE if reference else cls.CANDIDATE_WIDER
        return cls.REFERENCE_WIDER if reference else cls.EQUAL

    @property
    def mirrored(self) -> Relation:
        """The same, asked from the other side."""
        swap = {Relation.CANDIDATE_WIDER: Relation.REFERENCE_WIDER, Relation.REFERENCE_WIDER: Relation.CANDIDATE_WIDER}
        return swap.get(self, self)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a policy, a set of firewall rules or a route table says as a whole, on two sides that spell it differently.

    more: what only (the candidate, the reference) allows, in words; of routes, where each sends what the other sends elsewhere.
    exposed: whether that opens (the candidate, the reference) to everybody.
    respelled: each side holds something that the other lacks, so that an equal meaning is one thing written in two ways: statements
    split, merged, reordered. Where only one side holds more, somebody added what another rule covers.
    """

    kind: str
    relation: Relation
    more: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    exposed: tuple[bool, bool] = (False, False)
    respelled: bool = False

    @property
    def same(self) -> bool:
        """One thing, written in two ways."""
        return self.relation is Relation.EQUAL and self.respelled


@dataclass(frozen=True, slots=True)
class Change:
    """One difference inside a pair.

    candidate / reference: canonical values, `ABSENT` where that side has none.
    code: why it is unknown (`AccessDenied`, `unread type`, `unresolved id`, `other key`, ...), empty where both sides are known.
    order_only: the two lists differ in nothing but order. meaning: of what the change is a part of, where that could be told.
    """

    path: Path
    candidate: Value = ABSENT
    reference: Value = ABSENT
    code: str = ""
    order_only: bool = False
    meaning: Meaning | None = None

    @property
    def op(self) -> str:
        """`added` = only the candidate has the value."""
        if self.reference is ABSENT:
            return "added"
        return "removed" if self.candidate is ABSENT else "changed"


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair and its changes; none means equal."""

    pair: Pair
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Entitled:
    """What a pair of principals may do altogether, where their policies differ somewhere. through: the changed pairs that it stands on.

    beside: what bounds them too and was not taken in, with the reason; empty where everything was.
    """

    pair: Pair
    meaning: Meaning
    through: tuple[Pair, ...]
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Resources that could not be paired safely: shown with their candidates, never guessed."""

    type: str
    candidates: tuple[Address, ...]
    references: tuple[Address, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Rewired:
    """What the two of a pair refer to at one place, where they do not refer to each other's counterparts.

    path: the members that lead there. only: references of the candidate and of the reference that the other side lacks there.
    """

    pair: Pair
    path: tuple[str, ...]
    only: tuple[tuple[Ref, ...], tuple[Ref, ...]]


@dataclass(frozen=True, slots=True)
class Untold:
    """A place of a pair of which nobody can say whether both refer to the same. code: why; type: of what it refers to, where known."""

    pair: Pair
    path: tuple[str, ...]
    code: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Topology:
    """Two sides compared as graphs of resources and references, where they are not one graph.

    uneven: what could not be paired and is more on one side, or hangs together in another way.
    """

    rewired: tuple[Rewired, ...] = ()
    untold: tuple[Untold, ...] = ()
    uneven: tuple[Ambiguous, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """What became of a declared pair. problem: why it pairs nothing, in words, or empty; ambiguous: because it names several resources."""

    rule: PairRule
    problem: str = ""
    ambiguous: bool = False


def every(cloud: str) -> str:
    """What stands for all types of a cloud (`aws`, `gcp`) where listings are not complete."""
    return f"{cloud}:*"


def lost(incomplete: Mapping[str, str], type: str) -> str:
    """Why a whole account of a type's cloud could not be read; empty where all were. type: a name or a glob, empty for any."""
    clouds = ("aws",) if "::" in type else ("gcp",) if "/" in type else ("aws", "gcp")
    return next((code for name in ("*", *map(every, clouds)) if (code := incomplete.get(name))), "")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison as `compare` saw it: seals by address, and per type why a listing is not complete (code), if so.

    An incomplete type `aws:*` or `gcp:*` stands for all of that cloud's (a whole account or project that could not be read), `*` for all.
    named: resources that a stack listing names and that nobody reads, with their keys: references to them can still agree.
    roles: account id or region -> its role in this environment (`home`, `2`, a name of the region map); where it is empty,
    roles follow the number of resources. They break ties between equal keys, and never prevent a pair.
    words: what names the environment in texts.
    """

    environment: str
    snapshot_id: str
    seals: Mapping[Address, Seal] = field(hash=False)
    incomplete: Mapping[str, str] = field(hash=False)
    named: Mapping[Address, tuple[MatchKey, ...]] = field(default_factory=dict, hash=False)
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)
    words: tuple[str, ...] = ()

    def why(self, type: str) -> str:
        """Why the listing of a type is not complete; empty where it is. A type of no name may be any."""
        return self.incomplete.get(type) or lost(self.incomplete, type)


@dataclass(frozen=True)
class Comparison:
    """Everything two sides have in common and not. keys: logical keys of what is in no pair.

    extra: only the candidate has it; missing: only the reference has it (both with complete listings on the other side).
    uncompared: addresses whose counterpart could not be looked for, with the code. grouped: members of populations and
    controllers, per side. uncounted: vendor and platform resources, per side. declared: every declared pair, in the configuration's order.
    alike: what is extra or missing and interchangeable with others -> all of them, (candidates, references): any could be the one.
    entitled: of the pairs of principals whose policies differ, what each side may do altogether, where that could be told.
    topology: what of it differs as a graph, or cannot be told.
    copies: what is extra or missing only because its side runs one resource in more regions -> the other side's resource it agrees with.
    """

    candidate: Side
    reference: Side
    compared: tuple[Compared, ...]
    extra: tuple[Address, ...]
    missing: tuple[Address, ...]
    ambiguous: tuple[Ambiguous, ...]
    uncompared: tuple[tuple[Address, str], ...] = ()
    grouped: tuple[tuple[Address, ...], tuple[Address, ...]] = ((), ())
    uncounted: tuple[tuple[Address, ...], tuple[Address, ...]] = ((), ())
    keys: Mapping[Address, str] = field(default_factory=dict, hash=False)
    copies: Mapping[Address, Address] = field(default_factory=dict, hash=False)
    declared: tuple[Declared, ...] = ()
    alike: Mapping[Address, tuple[tuple[Address, ...], tuple[Address, ...]]] = field(default_factory=dict, hash=False)
    entitled: tuple[Entitled, ...] = ()
    topology: Topology = field(default_factory=Topology)
