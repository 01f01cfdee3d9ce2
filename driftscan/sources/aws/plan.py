"""Units of work, and the least number of calls they take, before any is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from driftscan.catalog import Catalog
from driftscan.catalog.spec import ListCall, Spec
from driftscan.sources.aws.models import Models
from driftscan.sources.aws.unit import GLOBAL, Plan, ResolvedAccount, Unit


def units(accounts: Iterable[ResolvedAccount], specs: Mapping[str, Spec], models: Models) -> list[tuple[Unit, tuple[Spec, ...]]]:
    """Every unit with its types, sorted. A service without an endpoint in a region has no unit there."""
    found: dict[Unit, list[Spec]] = {}
    for account in accounts:
        if account.gap is not None:
            continue
        for spec in specs.values():
            if spec.scope != "region":
                found.setdefault(Unit(account.id, GLOBAL, spec.service), []).append(spec)
                continue
            if any(call.home for call in spec.lists):
                found.setdefault(Unit(account.id, GLOBAL, spec.service), []).append(spec)
            if spec.singleton or any(not call.home for call in spec.lists):
                for region in account.regions:
                    if models.exists(spec.service, region):
                        found.setdefault(Unit(account.id, region, spec.service), []).append(spec)
    return [(unit, tuple(sorted(found[unit], key=lambda s: s.type))) for unit in sorted(found)]


def plan(work: Sequence[tuple[Unit, tuple[Spec, ...]]], models: Models, catalog: Catalog) -> Plan:
    """The plan of some units."""
    counts = tuple((unit, at_least(unit, specs, models)) for unit, specs in work)
    bulk = {(unit.account, unit.region) for unit, specs in work if any(s.compare.tags == "tagging-api" for s in specs)}
    types = {spec.type for _, specs in work for spec in specs}
    items = tuple((name, per_item(catalog.specs[name], models)) for name in sorted(types))
    return Plan(counts, len(bulk), tuple((name, n) for name, n in items if n))


def at_least(unit: Unit, specs: Iterable[Spec], models: Models) -> int:
    """One page of each listing that hangs below no parent, one call of each setting; equal calls count once."""
    calls: set[tuple[str, str, bytes, str | None]] = set()
    for spec in specs:
        if spec.parent:
            continue
        for call in spec.lists or spec.details:
            home = call.home if isinstance(call, ListCall) else None
            if spec.lists and (home is None) == (unit.region == GLOBAL and spec.scope == "region"):
                continue
            values: Sequence[str | None] = (None,)
            if call.each is not None:
                values = call.each.values or models.enum(call.service, call.operation, call.each.arg)
            args = orjson.dumps(call.args, option=orjson.OPT_SORT_KEYS)
            calls.update((call.service, call.operation, args, v) for v in values)
    return len(calls)


def per_item(spec: Spec, models: Models) -> int:
    """Calls that each resource of a type adds at most: its details, bulk ones left out."""
    if spec.singleton:
        return 0
    total = 0
    for detail in spec.details:
        if not detail.join:
            total += 1 if detail.each is None else len(detail.each.values or models.enum(detail.service, detail.operation, detail.each.arg))
    return total
