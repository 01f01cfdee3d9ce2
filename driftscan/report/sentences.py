"""The words above the numbers: the verdict in one sentence, and what weakens it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from driftscan.model.report import Claim, ReportBaseline, ReportComparison, ReportControl, ReportFinding, ReportGap, RuleLook, Run, Share
from driftscan.model.snapshot import Snapshot
from driftscan.model.words import count, percent
from driftscan.report.idle import SOON


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sentences are made of."""

    run: Run
    snapshots: tuple[Snapshot, ...]
    comparisons: tuple[ReportComparison, ...]
    findings: tuple[ReportFinding, ...]
    gaps: tuple[ReportGap, ...]
    listings: Share
    rules: tuple[RuleLook, ...]
    min_coverage: float
    baselines: tuple[ReportBaseline, ...] = ()
    controls: tuple[ReportControl, ...] = ()

    def of(self, comparison: ReportComparison) -> list[ReportFinding]:
        return [f for f in self.findings if f.comparison == comparison.name]


def tone(facts: Facts) -> str:
    """`drift` where something differs; `unknown` where nothing does but not all was seen; else `same`."""
    if any(f.is_drift for f in facts.findings):
        return "drift"
    blind = facts.gaps or any(f.is_unsure for f in facts.findings) or facts.listings.part < facts.listings.whole
    judged = any(c.comparable for c in facts.comparisons) or (not facts.comparisons and facts.baselines)
    return "unknown" if blind or not judged or any(b.unsure for b in facts.baselines) else "same"


def verdict(facts: Facts) -> str:
    """`stage is not a rehearsal of prod: 12 differences, 2 critical, in 804 pairs; 3 % of listings unread`."""
    made = [f"{c.headline}: {c.numbers}" if c.numbers else c.headline for c in claims(facts)] or ["nothing was compared"]
    return "; ".join([*made, reach(facts)])


def claims(facts: Facts) -> tuple[Claim, ...]:
    """One per comparison, in their order, then one per baseline that is not kept; where nothing is compared, one per baseline.

    Promises that are broken are one more, where a finding of their own says so: what comparisons and baselines found stands above.
    """
    kept = (_kept(facts, b) for b in facts.baselines if b.broken or not facts.comparisons)
    return (*(_claim(facts, c) for c in facts.comparisons), *kept, *_broken(facts))


def reach(facts: Facts) -> str:
    """How much was read, and whether there is an earlier run to compare with."""
    read = facts.listings
    if not read.whole:
        said = "no listing was read"
    elif read.part < read.whole:
        said = f"{percent(read.whole - read.part, read.whole)} of listings unread"
    else:
        said = "every listing read"
    if facts.run.previous_run:
        return said
    return said + ("; first run in this store" if _without_history(facts) else "; no earlier final run to compare with")


def _claim(facts: Facts, c: ReportComparison) -> Claim:
    findings = facts.of(c)
    drift = [f for f in findings if f.is_drift]
    unsure = sum(f.is_unsure for f in findings)
    undecided = f", {unsure:,} undecided" if unsure else ""
    if c.kind == "history":
        environment, _, since = c.candidate.partition("@")[0], *c.reference.partition("@")[1:]
        same, other = f"{environment} is unchanged since {since}", f"{environment} changed since {since}"
    else:
        same, other = f"{c.candidate} is a rehearsal of {c.reference}", f"{c.candidate} is not a rehearsal of {c.reference}"
    pairs = f"in {count(c.paired, 'pair')}"
    if drift:
        by = Counter(f.severity for f in drift)
        worst = "".join(f", {by[s]:,} {s}" for s in ("critical", "high") if by[s])
        return Claim(c.name, other, f"{count(len(drift), 'difference')}{worst}{',' if worst else ''} {pairs}{undecided}")
    if not c.comparable:
        return Claim(c.name, f"{c.candidate} could not be compared with {c.reference}", undecided.removeprefix(", "))
    incomplete = unsure or facts.listings.part < facts.listings.whole
    return Claim(c.name, f"{same} as far as it could be seen" if incomplete else same, f"no difference {pairs}{undecided}")


def _kept(facts: Facts, b: ReportBaseline) -> Claim:
    """Whether an environment is what its rules say."""
    findings = [f for f in facts.findings if f.comparison == b.comparison and f.verdict == "drift"]
    unsure = f", {count(b.unsure, 'rule')} undecided" if b.unsure else ""
    if b.broken:
        by = Counter(f.severity for f in findings)
        worst = "".join(f", {by[s]:,} {s}" for s in ("critical", "high") if by[s])
        numbers = f"{b.broken:,} of {count(len(b.rules), 'rule')} broken, {count(len(findings), 'finding')}{worst}{unsure}"
        return Claim(b.comparison, f"{b.environment} breaks its baseline", numbers)
    held = f"{count(len(b.rules), 'rule')}, none broken{unsure}"
    return Claim(b.comparison, f"{b.environment} keeps its baseline{' as far as it could be seen' if b.unsure else ''}", held)


def _broken(facts: Facts) -> tuple[Claim, ...]:
    found = Counter(f.comparison for f in facts.findings if f.kind == "control" and f.verdict == "drift")
    failed = [f"{c.id} in {c.environment}" for c in facts.controls if c.status == "FAIL" and found[f"{c.environment}..{c.id}"]]
    if not failed:
        return ()
    headline = f"{count(len(failed), 'promise')} {'is' if len(failed) == 1 else 'are'} broken"
    return (Claim("", headline, f"{', '.join(failed)}; {count(found.total(), 'finding')}"),)


def _without_history(facts: Facts) -> bool:
    return all(s.header.previous is None for s in facts.snapshots)


def notes(facts: Facts) -> tuple[str, ...]:
    """What a reader must know before trusting the verdict, one sentence each; most serious first."""
    out = []
    for environment, account, code in sorted({(g.environment, g.account, g.code) for g in facts.gaps if g.type == "*"}):
        out.append(f"Account {account} of {environment} could not be read at all ({code}): nothing here speaks for it.")
    vanished = (f for f in facts.findings if f.kind == "gap" and f.severity == "critical" and f.verdict == "unknown")
    out += [f"{f.title}: what was known of it stays open, and nothing here speaks for it." for f in vanished]
    read = facts.listings
    if read.whole and read.value < facts.min_coverage:
        least = f"below the minimum of {facts.min_coverage * 100:g} %"
        out.append(f"Only {read.part:,} of {count(read.whole, 'listing')} were read, {least}: what is not shown may still be there.")
    if not facts.comparisons:
        pass  # rules ask no past
    elif not facts.run.previous_run and _without_history(facts):
        what = "every finding counts as new, and nobody can say who moved"
        out.append(f"This store holds no earlier snapshot: {what}. If there was a store last month, restore it and run again.")
    elif not facts.run.previous_run:
        out.append("This store holds no final run of an earlier period: every finding counts as new.")
    flux = sum(any(c.code == "in flux" for c in f.changes) for f in facts.findings)
    if flux:
        out.append(
            f"{count(flux, 'resource')} moved while being read, and {'is' if flux == 1 else 'are'} undecided: scan when nothing deploys."
        )
    stalled = sum(f.promotion == "stalled promotion" for f in facts.findings)
    if stalled:
        out.append(f"{count(stalled, 'promotion')} stalled: older than promotion.max_age, and still only in the candidate.")
    broken = Counter(r.use for r in facts.rules if r.use in ("expired", "malformed", "dead"))
    if broken:
        uses = ", ".join(f"{n} {use}" for use, n in sorted(broken.items()))
        verb = "holds" if broken.total() == 1 else "hold"
        out.append(f"{count(broken.total(), 'rule or waiver', 'rules and waivers')} no longer {verb}: {uses}.")
    ending = sum(r.use == "ending" for r in facts.rules)
    if ending:
        verb = "ends" if ending == 1 else "end"
        out.append(
            f"{count(ending, 'waiver')} {verb} within {SOON} days: what {'it accepts' if ending == 1 else 'they accept'} is drift then."
        )
    idle = sum(r.kind == "pair" for r in facts.rules)
    if idle:
        out.append(f"{count(idle, 'declared pair')} {'pairs' if idle == 1 else 'pair'} nothing: see the rules to look at.")
    return tuple(out)
