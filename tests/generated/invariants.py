"""What must hold of every generated estate: a clean twin is silent, a mutation is found at its path, unknown is never equal nor missing.

The estate goes through everything that a real one does after it was read: redaction, the store, seals, pairs, changes, verdicts.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

from driftscan.catalog import load
from driftscan.jobs.compare import Judged, compare
from driftscan.jobs.context import Context, stamp
from driftscan.model.drift import Verdict
from driftscan.model.finding import Finding
from driftscan.model.resource import Provenance, Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Gap, Header, Listing, Status
from driftscan.model.value import Address, Unknown, member_path, show_path
from driftscan.normalize import Redactor, literals, vocabulary, words
from driftscan.store import Store
from tests.catalog.harness import KEY, on_one_way, spellings
from tests.catalog.mutate import Mutation, excused, mutations
from tests.catalog.twin import put
from tests.generated.estate import Estate
from tests.generated.mutations import drawn

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
SIDES = ("candidate", "reference")


@dataclass
class Case:
    """One estate and what is wrong with it: (invariant, type, what). Numbers: pairs and what else was looked at."""

    estate: Estate
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    kind: str = ""
    """Of the mutation that was tried."""

    def count(self, type: str, column: str, number: int = 1) -> None:
        row = self.counts.setdefault(type, {})
        row[column] = row.get(column, 0) + number

    def fail(self, invariant: str, type: str, what: str) -> None:
        self.failures.append((invariant, type, what))


class Bench:
    """A store with the estate's two environments, into which a changed side can be put again. Sides: 0 stage, 1 prod."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.environments = tuple(
            Environment(words[0], words[1:], tuple(Account("aws", a, regions=estate.regions(side)) for a in estate.accounts(side)))
            for side, words in enumerate(estate.habit.words)
        )
        names = [e.name for e in self.environments]
        self.settings = Settings("acme", "memory:", self.environments, (ComparisonRule(*names),), digest="settings")
        self.store = Store.open("memory:")
        self.redactor = Redactor(load(), KEY, self.settings.reveal)
        self.made = 0
        self.redacted: dict[int, Resource] = {}
        self.places = tuple({(x.address.account, x.address.region, x.address.type) for x in held} for held in estate.sides)
        types = {x.address.type: x.address for held in estate.sides for x in held}
        for side, places in enumerate(self.places):  # what one side holds was listed on the other too
            for type in types.keys() - {t for _, _, t in places}:
                region = types[type].region
                places.add((estate.accounts(side)[0], region if region == "global" else estate.regions(side)[0], type))
        self.latest = [self.put(side, held) for side, held in enumerate(estate.sides)]

    def put(self, side: int, held: Iterable[Resource], denied: Collection[str] = (), gaps: Sequence[Gap] = ()) -> str:
        """Store a snapshot and return its id. denied: types whose listings were refused."""
        self.made += 1
        environment, accounts = self.environments[side].name, self.estate.accounts(side)
        items = sorted((self._redact(x) for x in held), key=lambda x: x.address)
        listings = [Listing(a, region, t, Status.DENIED if t in denied else Status.COMPLETE) for a, region, t in self.places[side]]
        writer = self.store.begin(environment, f"run-{self.made}")
        writer.add("all", items, sorted(listings), gaps)
        at = stamp(NOW.replace(minute=self.made))
        regions = tuple((a, self.estate.regions(side)) for a in accounts)
        bare = Header(environment, accounts, regions, (at, at), at, "0", load().digest, "", self.redactor.key_id)
        known = {*words(vocabulary(self.settings, bare)), *(n for x in items for n in literals(x))}
        return writer.finish(replace(bare, tokens=self.redactor.tokens(known))).id

    def _redact(self, x: Resource) -> Resource:
        """A resource of the estate once, a changed one as it is now."""
        if not self.redacted:
            self.redacted = {id(y): self.redactor.redact(y) for side in self.estate.sides for y in side}
        found = self.redacted.get(id(x))
        return self.redactor.redact(x) if found is None else found

    def judged(self, side: int = 0, other: str = "") -> Judged:
        """stage against prod. other: the id of another snapshot of a side."""
        moment = NOW.replace(hour=7)
        context = Context(self.settings, load(), self.store, lambda: KEY, moment, lambda: moment, "run", lambda _: None, pinned=True)
        infos = {i.id: i for i in self.store.snapshots()}
        ids = [other if other and n == side else latest for n, latest in enumerate(self.latest)]
        return compare(context, infos[ids[0]], infos[ids[1]])


def examine(estate: Estate) -> Case:
    """Try the three invariants on one estate."""
    case, bench = Case(estate), Bench(estate)
    r = random.Random(f"examine/{estate.seed}")
    clean = bench.judged()
    _silent(case, bench, clean)
    _found(case, bench, clean, r)
    _denied(case, bench, clean, r)
    _unread(case, bench, clean, r)
    return case


def _silent(case: Case, bench: Bench, clean: Judged) -> None:
    """The clean twin: every pair is the right one, or one in which nothing differs (copies that nothing tells apart); nothing is drift."""
    truth = {bench.redactor.address(a): bench.redactor.address(b) for a, b in case.estate.counterparts().items()}
    for c in clean.comparison.compared:
        right = truth.get(c.pair.candidate) == c.pair.reference
        case.count(c.pair.candidate.type, "right" if right else "wrong" if c.changes else "alike")
        if not right and c.changes:
            case.fail("pair", c.pair.candidate.type, f"{c.pair.candidate.id} | {c.pair.reference.id} ({c.pair.reason})")
    for group in clean.comparison.ambiguous:
        case.count(group.type, "ambiguous", len(group.references))
    for finding in clean.judgement.findings:
        if finding.verdict is Verdict.DRIFT:
            case.count(finding.subject.type, "false drift")
            case.fail("noise", finding.subject.type, _said(finding))


def _said(finding: Finding) -> str:
    """What is drift of a finding, in words."""
    drifted = [c for c in finding.changes if c.verdict is Verdict.DRIFT]
    shown = "; ".join(f"{c.op} {show_path(c.path)}: {c.candidate!r:.160} | {c.reference!r:.160}" for c in drifted)
    return f"{finding.kind} {finding.subject.type} {finding.subject.key}: {shown}"


def _found(case: Case, bench: Bench, clean: Judged, r: random.Random) -> None:
    """One mutation of one resource of one side is shown at its path, or the resource as one without counterpart."""
    side, raw = _drawn(bench, clean, r)
    if raw is None:
        return
    spec = load().specs[raw.address.type]
    found = drawn(r, spec, raw.value)
    if found is None:
        return
    mutation, value = found
    case.count(spec.type, "injected")
    case.kind = mutation.kind
    judged = bench.judged(side, bench.put(side, _instead(bench, side, replace(raw, value=value))))
    longer = value if "added" in mutation.kind else raw.value
    addresses = [
        bench.redactor.address(x[n].address) for x in zip(*case.estate.sides, strict=True) if x[side] is raw for n in (side, 1 - side)
    ]
    if _shown(judged, SIDES[side], *addresses, mutation, longer):
        case.count(spec.type, "found")
        case.count(spec.type, "right path")
    else:
        case.fail("mutation", spec.type, f"{SIDES[side]} {raw.address.id}: {mutation}")


def _shown(judged: Judged, side: str, address: Address, other: Address, mutation: Mutation, document: object) -> bool:
    """other: the counterpart, which is left alone where the mutation says that somebody else made the resource."""
    for c in judged.comparison.compared:
        if getattr(c.pair, side) == address:
            ways = [member_path(change.path) for change in c.changes]
            return any(on_one_way(way, p) for way in ways for p in spellings(mutation, document))
    single = (*judged.comparison.extra, *judged.comparison.missing)
    among = [a for group in judged.comparison.ambiguous for a in (*group.candidates, *group.references)]
    return address in single or address in among or other in single or other in among


def _denied(case: Case, bench: Bench, clean: Judged, r: random.Random) -> None:
    """A type whose listing is refused on one side: none of it is drift or equal, and nothing else starts to differ."""
    side = r.randrange(2)
    held = case.estate.sides[side]
    type = r.choice(sorted({x.address.type for x in held}))
    left = [x for x in held if not _below(x, type, {y.address: y for y in held})]
    first = next(x for x in held if x.address.type == type).address
    gap = Gap(first.account, first.region, type, load().specs[type].service, "List", "AccessDenied", "x:List", "grant x:List")
    denied = _listed_under(type)  # a type under another is no more complete than that one's listing
    judged = bench.judged(side, bench.put(side, left, denied, [gap]))
    known = {f.id for f in clean.judgement.findings if f.verdict is Verdict.DRIFT}
    for f in judged.judgement.findings:
        if f.verdict is Verdict.DRIFT and f.id not in known:
            case.fail("denied", type, f"{SIDES[side]}: {_said(f)}")
    gone = {x.address.type for x in held} - {x.address.type for x in left}
    for row in judged.judgement.ledger:
        if row.type in gone and row.equal:
            case.fail("denied", type, f"{SIDES[side]}: {row.equal} of {row.type} are called equal")


@cache
def _listed_under(type: str) -> frozenset[str]:
    """A type, and every type that is listed under it, at whatever depth."""
    below = {s.type for s in load().of("aws").values() if type in s.parent and s.type != type}
    return frozenset({type}).union(*map(_listed_under, below))


def _below(x: Resource, type: str, held: dict[Address, Resource]) -> bool:
    """Whether a resource is of a type, or was listed under one that is."""
    return x.address.type == type or (x.parent is not None and x.parent in held and _below(held[x.parent], type, held))


def _unread(case: Case, bench: Bench, clean: Judged, r: random.Random) -> None:
    """One member that could not be read: the pair is not equal, and what is unread is no drift."""
    side, raw = _drawn(bench, clean, r)
    if raw is None:
        return
    spec = load().specs[raw.address.type]
    identity = {p.split(".")[0].split("[")[0] for alternative in (*spec.identity.match, spec.identity.id) for p in alternative}
    heads = {m.at[0] for m in mutations(spec, raw.value) if not excused(spec, raw.value, m)} - identity
    heads -= {h for h in heads if h in (spec.identity.arn or "") or h in (spec.compare.tags or "")}
    if not heads:
        return
    member = str(r.choice(sorted(map(str, heads))))
    changed = replace(raw, value=put(raw.value, (member,), Unknown("AccessDenied")))
    at = raw.address
    gap = Gap(
        at.account,
        at.region,
        at.type,
        spec.service,
        "Describe",
        "AccessDenied",
        "x:Get",
        "grant x:Get",
        bench.redactor.address(at),
        (member,),
    )
    judged = bench.judged(side, bench.put(side, _instead(bench, side, changed), gaps=[gap]))
    address = bench.redactor.address(at)
    known = {f.id for f in clean.judgement.findings if f.verdict is Verdict.DRIFT}
    case.count(spec.type, "unread members")
    for c in judged.comparison.compared:
        if getattr(c.pair, SIDES[side]) == address and not c.changes:
            case.fail("unknown", spec.type, f"{SIDES[side]} {at.id}: equal although {member} is not known")
    for f in judged.judgement.findings:
        if f.verdict is Verdict.DRIFT and f.id not in known:
            case.fail("unknown", spec.type, f"{SIDES[side]} {at.id}: {member} is not known, and this is drift: {_said(f)}")


def _drawn(bench: Bench, clean: Judged, r: random.Random) -> tuple[int, Resource | None]:
    """A side, and one of its resources that somebody declared and that is paired."""
    side = r.randrange(2)
    seals = getattr(clean.comparison, SIDES[side]).seals
    paired = {getattr(c.pair, SIDES[side]) for c in clean.comparison.compared}
    held = bench.estate.sides[side]
    fit = [x for x in held if (a := bench.redactor.address(x.address)) in paired and seals[a].provenance is Provenance.DECLARED]
    return side, r.choice(fit) if fit else None


def _instead(bench: Bench, side: int, changed: Resource) -> list[Resource]:
    return [changed if x.address == changed.address else x for x in bench.estate.sides[side]]
