"""`--only`: the part of a judged comparison that is about some types. What is compared with what stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from driftscan.catalog import Catalog
from driftscan.jobs.compare import Judged
from driftscan.jobs.types import narrowed
from driftscan.model.drift import Verdict
from driftscan.model.finding import Judgement, Kind
from driftscan.model.resource import Resource
from driftscan.model.snapshot import Gap, Header, Listing, Snapshot
from driftscan.model.value import Address


class Part:
    """The resources of some types of a snapshot, seen as a snapshot."""

    def __init__(self, whole: Snapshot, types: frozenset[str]) -> None:
        self._whole, self._types = whole, types

    @property
    def id(self) -> str:
        return self._whole.id

    @property
    def digest(self) -> str:
        return self._whole.digest

    @property
    def header(self) -> Header:
        return self._whole.header

    @property
    def listings(self) -> tuple[Listing, ...]:
        return tuple(x for x in self._whole.listings if x.type in self._types or x.type == "*")

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(g for g in self._whole.gaps if g.type in self._types or g.type == "*")

    def types(self) -> Mapping[str, int]:
        return {t: n for t, n in self._whole.types().items() if t in self._types}

    def resources(self, type: str | None = None) -> Iterator[Resource]:
        if type is None:
            for name in self.types():
                yield from self._whole.resources(name)
        elif type in self._types:
            yield from self._whole.resources(type)

    def resource(self, address: Address) -> Resource:
        if address.type not in self._types:
            raise KeyError(address)
        return self._whole.resource(address)


def narrow(judged: Judged, catalog: Catalog, only: Iterable[str]) -> Judged:
    """The findings, groups and ledger rows of the types that fit one of the globs. Raises UsageError where a glob fits no type."""
    globs = tuple(only)
    types = frozenset(narrowed(catalog, globs).specs)
    if not globs:
        return judged
    held = frozenset(t for s in judged.snapshots for t in s.types() if any(fnmatchcase(t, g) for g in globs))
    wanted = types | held
    first, second = judged.snapshots
    return replace(judged, judgement=_judgement(judged.judgement, wanted), snapshots=(Part(first, wanted), Part(second, wanted)))


def _judgement(whole: Judgement, types: frozenset[str]) -> Judgement:
    findings = tuple(f for f in whole.findings if f.subject.type in types or any(g.type in types or g.type == "*" for g in f.gaps))
    ids = {f.id for f in findings}
    ledger = tuple(row for row in whole.ledger if row.type in types)
    groups = tuple(g for g in whole.groups if ids.issuperset(g.findings))
    one_sided = [f.verdict for f in findings if f.kind in (Kind.EXTRA, Kind.MISSING)]
    equal = sum(row.equal for row in ledger)
    paired = sum(row.equal + row.expected + row.waived + row.unknown + row.drift for row in ledger)
    return replace(
        whole,
        findings=findings,
        ledger=ledger,
        groups=groups,
        paired=paired,
        equal=equal,
        agreeing=equal + sum(row.expected for row in ledger) + one_sided.count(Verdict.EXPECTED),
        comparable=paired - sum(row.unknown for row in ledger) + len(one_sided) - one_sided.count(Verdict.UNKNOWN),
        extra=sum(row.extra for row in ledger),
        missing=sum(row.missing for row in ledger),
    )
