"""What must hold of every generated estate: a clean twin is silent, a mutation is found at its path, unknown is never equal nor missing.

The estate goes through everything that a real one does after it was read: redaction, the store, seals, pairs, changes, verdicts.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from driftscan.catalog import load
from driftscan.jobs.compare import Judged, compare
from driftscan.jobs.context import Context, stamp
from driftscan.model.drift import Verdict
from driftscan.model.resource import Provenance, Resource
from driftscan.model.settings import Account, ComparisonRule, Environment, Settings
from driftscan.model.snapshot import Gap, Header, Listing, Status
from driftscan.model.value import Address, Unknown, member_path, show_path
from driftscan.normalize import Redactor, literals, vocabulary, words
from driftscan.store import Store
from tests.catalog.harness import KEY, on_one_way, spellings
from tests.catalog.mutate import Mutation, excused, mutations
from tests.catalog.twin import HERE, REGIONS, THERE, put
from tests.generated.estate import Estate

ACCOUNTS = {"stage": HERE, "prod": THERE}
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
ENVIRONMENTS = ("stage", "prod")


@dataclass
class Case:
    """One estate and what is wrong with it: (invariant, type, what). Numbers: pairs and what else was looked at."""

    estate: Estate
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def count(self, type: str, column: str, number: int = 1) -> None:
        row = self.counts.setdefault(type, {})
        row[column] = row.get(column, 0) + number

    def fail(self, invariant: str, type: str, what: str) -> None:
        self.failures.append((invariant, type, what))


class Bench:
    """A store with the estate's two environments, into which a changed side can be put again."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        regions = {"stage": (REGIONS[0],), "prod": (estate.region,)}
        self.environments = tuple(
            Environment(name, () if word == name else (word,), (Account("aws", ACCOUNTS[name], regions=regions[name]),))
            for name, word in zip(ENVIRONMENTS, estate.habit.words, strict=True)
        )
        self.settings = Settings("acme", "memory:", self.environments, (ComparisonRule("stage", "prod"),), digest="settings")
        self.store = Store.open("memory:")
        self.redactor = Redactor(load(), KEY, self.settings.reveal)
        self.made = 0
        self.latest = {name: self.put(name, side) for name, side in zip(ENVIRONMENTS, estate.sides, strict=True)}

    def put(self, environment: str, held: Iterable[Resource], denied: str = "", gaps: Sequence[Gap] = ()) -> str:
        """Store a snapshot and return its id. denied: a type whose listing was refused."""
        self.made += 1
        account = ACCOUNTS[environment]
        items = sorted((self.redactor.redact(x) for x in held), key=lambda x: x.address)
        places = {(x.address.account, x.address.region, x.address.type) for x in (y for side in self.estate.sides for y in side)}
        listings = [Listing(a, region, t, Status.DENIED if t == denied else Status.COMPLETE) for a, region, t in places if a == account]
        writer = self.store.begin(environment, f"run-{self.made}")
        writer.add("all", items, sorted(listings), gaps)
        at = stamp(NOW.replace(minute=self.made))
        regions = tuple((a.id, a.regions) for e in self.environments if e.name == environment for a in e.accounts)
        bare = Header(environment, (account,), regions, (at, at), at, "0", load().digest, "", self.redactor.key_id)
        known = {*words(vocabulary(self.settings, bare)), *(n for x in items for n in literals(x))}
        return writer.finish(replace(bare, tokens=self.redactor.tokens(known))).id

    def judged(self, **other: str) -> Judged:
        """stage against prod. other: environment -> the id of another snapshot of it."""
        moment = NOW.replace(hour=7)
        context = Context(self.settings, load(), self.store, lambda: KEY, moment, lambda: moment, "run", lambda _: None, pinned=True)
        infos = {i.id: i for i in self.store.snapshots()}
        ids = {**self.latest, **other}
        return compare(context, infos[ids["stage"]], infos[ids["prod"]])


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
            shown = "; ".join(
                f"{c.op} {show_path(c.path)}: {c.candidate!r:.160} | {c.reference!r:.160}"
                for c in finding.changes
                if c.verdict is Verdict.DRIFT
            )
            case.fail("noise", finding.subject.type, f"{finding.kind} {finding.subject.key}: {shown}")


def _found(case: Case, bench: Bench, clean: Judged, r: random.Random) -> None:
    """One mutation of one resource of one side is shown at its path, or the resource as one without counterpart."""
    environment, raw = _drawn(bench, clean, r)
    if raw is None:
        return
    spec = load().specs[raw.address.type]
    wanted = [m for m in mutations(spec, raw.value) if not excused(spec, raw.value, m)]
    if not wanted:
        return
    mutation = r.choice(wanted)
    case.count(spec.type, "injected")
    changed = replace(raw, value=mutation.apply(raw.value))
    judged = bench.judged(**{environment: bench.put(environment, _instead(bench, environment, changed))})
    if _shown(judged, _side(environment), bench.redactor.address(raw.address), mutation, raw):
        case.count(spec.type, "found")
        case.count(spec.type, "right path")
    else:
        case.fail("mutation", spec.type, f"{environment} {raw.address.id}: {mutation}")


def _shown(judged: Judged, side: str, address: Address, mutation: Mutation, raw: Resource) -> bool:
    for c in judged.comparison.compared:
        if getattr(c.pair, side) == address:
            ways = [member_path(change.path) for change in c.changes]
            return any(on_one_way(way, p) for way in ways for p in spellings(mutation, raw.value))
    single = (*judged.comparison.extra, *judged.comparison.missing)
    among = [a for group in judged.comparison.ambiguous for a in (*group.candidates, *group.references)]
    return address in single or address in among


def _denied(case: Case, bench: Bench, clean: Judged, r: random.Random) -> None:
    """A type whose listing is refused on one side: none of it is drift or equal, and nothing else starts to differ."""
    environment = r.choice(ENVIRONMENTS)
    held = case.estate.sides[ENVIRONMENTS.index(environment)]
    type = r.choice(sorted({x.address.type for x in held}))
    left = [x for x in held if not _below(x, type, {y.address: y for y in held})]
    first = next(x for x in held if x.address.type == type).address
    gap = Gap(first.account, first.region, type, load().specs[type].service, "List", "AccessDenied", "x:List", "grant x:List")
    judged = bench.judged(**{environment: bench.put(environment, left, type, [gap])})
    known = {f.id for f in clean.judgement.findings if f.verdict is Verdict.DRIFT}
    below = {x.address.type for x in held} - {x.address.type for x in left}
    for f in judged.judgement.findings:
        if f.verdict is Verdict.DRIFT and f.id not in known and f.subject.type not in below - {type}:
            case.fail("denied", type, f"{environment}: {f.kind} {f.subject.type} {f.subject.key}")
    for row in judged.judgement.ledger:
        if row.type == type and row.equal:
            case.fail("denied", type, f"{environment}: {row.equal} are called equal")


def _below(x: Resource, type: str, held: dict[Address, Resource]) -> bool:
    """Whether a resource is of a type, or was listed under one that is."""
    return x.address.type == type or (x.parent is not None and x.parent in held and _below(held[x.parent], type, held))


def _unread(case: Case, bench: Bench, clean: Judged, r: random.Random) -> None:
    """One member that could not be read: the pair is not equal, and what is unread is no drift."""
    environment, raw = _drawn(bench, clean, r)
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
    judged = bench.judged(**{environment: bench.put(environment, _instead(bench, environment, changed), gaps=[gap])})
    address, side = bench.redactor.address(at), _side(environment)
    known = {f.id for f in clean.judgement.findings if f.verdict is Verdict.DRIFT}
    case.count(spec.type, "unread members")
    for c in judged.comparison.compared:
        if getattr(c.pair, side) == address and not c.changes:
            case.fail("unknown", spec.type, f"{environment} {at.id}: equal although {member} is not known")
    for f in judged.judgement.findings:
        if f.verdict is Verdict.DRIFT and f.id not in known:
            what = f"{f.kind} {f.subject.type} {f.subject.key}"
            case.fail("unknown", spec.type, f"{environment} {at.id}: {member} is not known, and {what} is drift")


def _drawn(bench: Bench, clean: Judged, r: random.Random) -> tuple[str, Resource | None]:
    """A side, and one of its resources that somebody declared and that is paired."""
    environment = r.choice(ENVIRONMENTS)
    side = _side(environment)
    seals = getattr(clean.comparison, side).seals
    paired = {getattr(c.pair, side) for c in clean.comparison.compared}
    held = bench.estate.sides[ENVIRONMENTS.index(environment)]
    fit = [x for x in held if (a := bench.redactor.address(x.address)) in paired and seals[a].provenance is Provenance.DECLARED]
    return environment, r.choice(fit) if fit else None


def _instead(bench: Bench, environment: str, changed: Resource) -> list[Resource]:
    return [changed if x.address == changed.address else x for x in bench.estate.sides[ENVIRONMENTS.index(environment)]]


def _side(environment: str) -> str:
    return "candidate" if environment == "stage" else "reference"
