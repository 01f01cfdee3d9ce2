"""Whether rules can do what they say: paths exist, something is selected, no two contradict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from driftscan.catalog import Catalog, Spec, paths, tags
from driftscan.catalog.decisions import decide, leaves
from driftscan.catalog.paths import Deep, Member, Star, Step, Where
from driftscan.config.text import nearest
from driftscan.jobs.baselines import ground_of
from driftscan.jobs.context import Context
from driftscan.jobs.sides import resolve
from driftscan.judge.baselines import Ground
from driftscan.judge.expectation import BROKEN, Speech, agreement, expected, fits_schema
from driftscan.judge.globs import fits
from driftscan.judge.places import TAGS
from driftscan.judge.selection import Looked, in_force, selects
from driftscan.model.baseline import BaselineRule, Expectation, Layer
from driftscan.model.settings import Environment, Location
from driftscan.model.value import Address

PROBLEM, NOTE = "problem", "note"
_NOWHERE: Final = Speech("", lambda _: None)
_PAIRS: Final = ("Key", "key", "Name", "name", "TagKey", "tagKey", "ParameterKey", "ParameterName", "AttributeName")
"""Members that name an entry where a list is a map in the canonical form."""


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """What is wrong with a rule. kind: `problem`, or `note` where nothing can be said because the estate has no such thing."""

    location: Location
    rule: str
    kind: str
    text: str
    hint: str = ""


def lint(context: Context) -> list[Complaint]:
    """Every complaint about the configured rules, by file and line. Stored snapshots, the latest of each environment, are looked at."""
    rules = context.settings.baselines
    out = [c for rule in rules for c in shaped(rule, context.catalog, context.settings.environments)]
    grounds = [
        ground_of(context, context.store.snapshot(resolve(context, e.name).id))
        for e in context.settings.environments
        if in_force(rules, e) and context.store.snapshots(e.name)
    ]
    chosen = chosen_by(rules, grounds)
    out += unselective(rules, grounds, chosen)
    out += contradictions(rules, context.settings.environments, chosen)
    return sorted(set(out))


# --------------------------------------------------------------------------------------------- one rule alone


def shaped(rule: BaselineRule, catalog: Catalog, environments: Sequence[Environment] = ()) -> Iterator[Complaint]:
    """Types that the catalogue lacks, environments that nobody configured, and paths that no document of a type has."""
    for glob in rule.select.types:
        if not any(fits(glob, t) for t in catalog.specs):
            near = nearest(glob, catalog.specs)
            yield Complaint(
                rule.location, rule.id, PROBLEM, f"no type fits `{glob}`", f"did you mean {near}?" if near else "see `driftscan types`"
            )
    for glob in rule.select.environments if environments else ():
        words = [w for e in environments for w in e.words]
        if not any(fits(glob, w) for w in words):
            near = nearest(glob, words)
            yield Complaint(
                rule.location,
                rule.id,
                PROBLEM,
                f"no environment fits `{glob}`",
                f"did you mean {near}?" if near else f"configured: {words[0]}",
            )
    specs = [s for t, s in catalog.specs.items() if any(fits(glob, t) for glob in rule.select.types)]
    for expectation in (*rule.expect, *rule.select.where):
        found = [(s, unknown_path(expectation.path, s)) for s in specs]
        wrong = [(s, said) for s, said in found if said is not None]
        if wrong and len(wrong) == len(found):  # of several types, one that has it is enough
            spec, (text, hint) = wrong[0]
            yield Complaint(expectation.location or rule.location, rule.id, PROBLEM, f"{spec.type}: {text}", hint)


def unknown_path(text: str, spec: Spec) -> tuple[str, str] | None:
    """What is wrong with a path in documents of a type, and what to write; None where it can be there and is compared."""
    steps = paths.parse(text).steps
    if steps[0] == Member(TAGS) and len(steps) > 1:
        return None if tags.path(spec.compare) is not None else ("the type has no tags", "take the type out of the selection")
    known = leaves(spec.type)
    if not known or isinstance(steps[0], Deep):
        return None
    where = tags.path(spec.compare)
    if where is not None and steps[0] == where.steps[0]:
        return None
    documents = [d.members for d in spec.compare.documents]
    into = [d.members for d in (*spec.compare.defaults, *spec.compare.within)]
    forms = [paths.parse(leaf).steps for leaf in known]
    members = tuple(s for s in steps if not isinstance(s, Where))
    if any(members[: len(d)] == d for d in (*documents, *into)):
        return None
    if any(_leads(steps, form) for form in forms):
        return _dropped(steps, spec)
    names = {_spelled(form[:n]) for form in forms for n in range(1, len(form) + 1)}
    near = nearest(_spelled(steps), names)
    return f"no document of it has `{text}`", f"did you mean `{near}`?" if near else f"see `driftscan types --only {spec.type}`"


def _dropped(steps: Sequence[Step], spec: Spec) -> tuple[str, str] | None:
    decision = decide(spec, _spelled(tuple(s for s in steps if not isinstance(s, Deep))))
    if decision.outcome != "dropped":
        return None
    return f"`{_spelled(steps)}` is not compared ({decision.reason}), so nothing stands there", "expect something that people configure"


def _leads(steps: Sequence[Step], form: Sequence[Step]) -> bool:
    """Whether a path leads to a leaf of the vendor's shape or to something above it; below a list of pairs it may name an entry."""
    if not steps:
        return True
    if not form:
        return False
    head, rest = steps[0], steps[1:]
    if isinstance(head, Deep):
        return any(_leads(rest, form[n:]) for n in range(len(form) + 1))
    if isinstance(form[0], Where):
        entry = len(form) == 2 and isinstance(form[1], Member) and form[1].name in _PAIRS
        return (isinstance(head, Where) and _leads(rest, form[1:])) or (entry and isinstance(head, Member | Star) and not rest)
    if isinstance(form[0], Star):
        return isinstance(head, Member | Star) and _leads(rest, form[1:])
    return head == form[0] and _leads(rest, form[1:])


def _spelled(steps: Sequence[Step]) -> str:
    out = ""
    for step in steps:
        match step:
            case Member(name):
                out += f".{name}" if "." not in name else f".'{name}'"
            case Where():
                out += "[]"
            case Star():
                out += ".*"
            case Deep():
                out += ".**"
    return out.removeprefix(".")


# --------------------------------------------------------------------------------------------- rules and snapshots


def chosen_by(rules: Iterable[BaselineRule], grounds: Sequence[Ground]) -> Mapping[Location, frozenset[Address]]:
    """Where a rule stands -> the resources of the snapshots that it selects, or may select."""
    wanted = tuple(rules)
    out: dict[Location, set[Address]] = {r.location: set() for r in wanted}
    for ground in grounds:
        mine = [r for chain in in_force(wanted, ground.environment).values() for r in chain]
        for type in ground.types:
            here = [r for r in mine if any(fits(g, type) for g in r.select.types)]
            if not here:
                continue
            for form in ground.forms(type):
                looked = Looked(form, ground.keys[form.seal.address], ground.spec(type), ground.speech, ground.settings.owners)
                for rule in here:
                    if selects(rule.select, looked) != BROKEN:
                        out[rule.location].add(form.seal.address)
    return {at: frozenset(found) for at, found in out.items()}


def unselective(
    rules: Sequence[BaselineRule], grounds: Sequence[Ground], chosen: Mapping[Location, frozenset[Address]]
) -> Iterator[Complaint]:
    """Rules that select nothing: a problem where they mean something of their own and there are resources of the type, else a note."""
    for rule in rules:
        mine = [g for g in grounds if rule in in_force((rule,), g.environment).get(rule.id, ())]
        if not mine:
            yield Complaint(
                rule.location, rule.id, NOTE, "no stored snapshot is of an environment that it is about", "run `driftscan scan`"
            )
        elif not chosen[rule.location] and not rule.absent and not (rule.count is not None and not rule.count.least):
            names = ", ".join(g.environment.name for g in mine)
            there = sorted({t for g in mine for t in g.types if any(fits(glob, t) for glob in rule.select.types)})
            if there:
                many = sum(1 for g in mine for a in g.seals if a.type in there)
                hint = "look at key, tags, owner, provenance and where"
                kind = PROBLEM if _particular(rule) else NOTE
                yield Complaint(
                    rule.location, rule.id, kind, f"selects none of {many} resources of {', '.join(there[:3])} in {names}", hint
                )
            else:
                yield Complaint(rule.location, rule.id, NOTE, f"there is no {' or '.join(rule.select.types)} in {names}")


def _particular(rule: BaselineRule) -> bool:
    """Whether a rule means resources that its author knows: those of organisations and roles are written for estates of any shape."""
    s = rule.select
    return rule.layer is Layer.APPLICATION or s.keys != ("*",) or bool(s.owners or s.accounts)


def contradictions(
    rules: Sequence[BaselineRule], environments: Sequence[Environment], chosen: Mapping[Location, frozenset[Address]]
) -> Iterator[Complaint]:
    """Pairs of rules that no resource can keep: about the same resources, and never both true."""
    for one, other in combinations(rules, 2):
        if other.override == "replace" and one.id == other.id:
            continue
        if not any(_forces(one, e) and _forces(other, e) for e in environments):
            continue
        same = one.select == other.select or bool(chosen.get(one.location, frozenset()) & chosen.get(other.location, frozenset()))
        if same and (said := opposed(one, other)):
            place = f"{one.location.file}:{one.location.line}"
            yield Complaint(other.location, other.id, PROBLEM, f"contradicts rule {one.id} in {place}: {said}", "keep one of the two")


def _forces(rule: BaselineRule, environment: Environment) -> bool:
    return bool(in_force((rule,), environment))


def opposed(one: BaselineRule, other: BaselineRule) -> str:
    """Why two rules about the same resources cannot both hold, or empty."""
    for absent, wanted in ((one, other), (other, one)):
        if absent.absent and wanted.count is not None and wanted.count.least:
            return "one wants none, the other some"
    if one.count is not None and other.count is not None and one.count.per == other.count.per and one.select == other.select:
        most = min((c.most for c in (one.count, other.count) if c.most is not None), default=None)
        if most is not None and max(one.count.least or 0, other.count.least or 0) > most:
            return f"{one.count}, and {other.count}"
    theirs = {e.path: e for e in other.expect}
    for mine in one.expect:
        against = theirs.get(mine.path)
        if against is not None and _disjoint(mine, against):
            return f"{mine.path} {expected(mine)}, and {expected(against)}"
    return ""


def _disjoint(one: Expectation, other: Expectation) -> bool:
    """Whether surely no value fits both."""
    if (one.schema is None and one.written is None) or (other.schema is None and other.written is None):
        set_, unset = (other, one) if one.schema is None and one.written is None else (one, other)
        return not set_.optional and not (set_.schema is None and set_.written is None) and unset.written is None
    ours, theirs = _literals(one), _literals(other)
    if ours is not None and theirs is not None:
        return not any(agreement(a, b, _NOWHERE) != BROKEN for a in map(_plain, ours) for b in theirs)
    for literals, schema in ((ours, other.schema), (theirs, one.schema)):
        if literals is not None and schema is not None:
            return not any(fits_schema(schema, literal) for literal in literals)
    return _bounds_disjoint(one.schema or {}, other.schema or {})


def _literals(e: Expectation) -> list[Any] | None:
    if e.schema is None:
        return [e.written]
    return list(e.schema["enum"]) if "enum" in e.schema else [e.schema["const"]] if "const" in e.schema else None


def _plain(value: Any) -> Any:
    """A literal of a file as a canonical value."""
    return (
        tuple(map(_plain, value))
        if isinstance(value, list)
        else {k: _plain(v) for k, v in value.items()}
        if isinstance(value, dict)
        else value
    )


def _bounds_disjoint(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    for low, high in ((one, other), (other, one)):
        for least, most in (("minimum", "maximum"), ("minItems", "maxItems"), ("minLength", "maxLength")):
            if least in low and most in high and low[least] > high[most]:
                return True
    return False
