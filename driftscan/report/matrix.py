"""Parity by service and aspect: where a comparison agrees, and what kind of promise is broken where it does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from driftscan.catalog import Catalog
from driftscan.catalog.spec import ASPECTS
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import Finding, Judgement, Kind
from driftscan.model.report import Cell, Matrix, MatrixRow
from driftscan.model.value import ABSENT
from driftscan.model.words import service_of

_RANK = {s: i for i, s in enumerate(Severity)}
_ONE_SIDED = (Kind.MISSING, Kind.EXTRA)


def matrix(judgement: Judgement, findings: Iterable[Finding], catalog: Catalog) -> Matrix:
    """The comparison as rows of services, worst first. findings: the comparison's own, as its report shows them."""
    mine = [f for f in findings if f.kind != Kind.GAP]
    numbers = _numbers(judgement, mine)
    drift: Counter[tuple[str, str]] = Counter()
    unknown: Counter[tuple[str, str]] = Counter()
    worst: dict[tuple[str, str], Severity] = {}
    for f in mine:
        for aspect, severity in _aspects(f, Verdict.DRIFT).items():
            at = service_of(f.subject.type), aspect
            drift[at] += 1
            worst[at] = min(worst.get(at, severity), severity, key=_RANK.__getitem__)
        for aspect in _aspects(f, Verdict.UNKNOWN):
            unknown[service_of(f.subject.type), aspect] += 1
    has: defaultdict[str, set[str]] = defaultdict(set)
    for row in judgement.ledger:
        has[service_of(row.type)] |= _possible(row.type, catalog)
    for f in mine:
        has[service_of(f.subject.type)] |= {c.aspect for c in f.changes} if f.kind == Kind.CHANGED else {f.aspect}
    used = set().union(*has.values())
    aspects = (*(a for a in ASPECTS if a in used), *sorted(used - set(ASPECTS)))
    rows = [
        MatrixRow(
            service,
            *numbers.get(service, (0, 0)),
            tuple(
                Cell(a, drift[service, a], unknown[service, a], str(worst[service, a]) if (service, a) in worst else ABSENT)
                for a in aspects
                if a in has[service]
            ),
        )
        for service in sorted(has)
    ]
    wanted = [r for r in rows if r.comparable or any(c.drift or c.unknown for c in r.cells)]
    return Matrix(judgement.name, aspects, tuple(sorted(wanted, key=_order)))


def _order(row: MatrixRow) -> tuple[int, int, int, str]:
    """By the worst difference, then by how much differs, then by name."""
    ranks = [_RANK[Severity(c.severity)] for c in row.cells if c.severity is not ABSENT]
    return min(ranks, default=len(_RANK)), -sum(c.drift for c in row.cells), -sum(c.unknown for c in row.cells), row.service


def _numbers(judgement: Judgement, findings: Iterable[Finding]) -> Mapping[str, tuple[int, int]]:
    """Service -> (agreeing, comparable), counted as the comparison counts them."""
    agreeing: Counter[str] = Counter()
    comparable: Counter[str] = Counter()
    for row in judgement.ledger:
        agreeing[service_of(row.type)] += row.equal + row.expected
        comparable[service_of(row.type)] += row.equal + row.expected + row.waived + row.drift + row.extra + row.missing
    for f in findings:
        if f.kind in _ONE_SIDED:
            for type in (f.subject.type, *(x.type for x in f.consequences)):
                agreeing[service_of(type)] += f.verdict == Verdict.EXPECTED
                comparable[service_of(type)] -= f.verdict == Verdict.UNKNOWN
    return {service: (agreeing[service], comparable[service]) for service in comparable}


def _aspects(f: Finding, verdict: Verdict) -> dict[str, Severity]:
    """Aspect -> worst severity of what has that verdict in a finding."""
    if f.kind != Kind.CHANGED or not f.changes:
        return {f.aspect: f.severity} if f.verdict == verdict and (f.kind != Kind.AMBIGUOUS or verdict == Verdict.UNKNOWN) else {}
    out: dict[str, Severity] = {}
    for c in f.changes:
        if c.verdict == verdict:
            out[c.aspect] = min(out.get(c.aspect, c.severity), c.severity, key=_RANK.__getitem__)
    return out


def _possible(type: str, catalog: Catalog) -> set[str]:
    """The aspects that a type's members have."""
    spec = catalog.spec(type)
    if spec is None:
        return set()
    return {spec.aspect, *spec.compare.aspects.values(), *(("metadata",) if spec.compare.tags else ())}
