"""The statements of two sides, each once, and what every part of a request tells apart among them.

A set of statements is an integer, bit n for the n-th. Each function returns classes: the statements they satisfy, and what lies in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from driftscan.semantics.iam import actions, conditions, glob
from driftscan.semantics.iam.access import Access
from driftscan.semantics.iam.cells import Side
from driftscan.semantics.iam.conditions import Case
from driftscan.semantics.iam.describe import matchings
from driftscan.semantics.iam.errors import TooMany
from driftscan.semantics.iam.operators import KeyTest
from driftscan.semantics.iam.proof import Matching
from driftscan.semantics.iam.statement import EVERYONE, Names, Principal, Principals, Statement


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Actions that the list lacks.

    names: how policies write them. meant: the patterns, in lower case, that mean them and no listed action. example: one of them.
    """

    names: Matching
    meant: tuple[str, ...]
    example: str


@dataclass(slots=True)
class Actions:
    """`known`: a set of listed actions; `unlisted`: others that are treated alike."""

    known: int
    unlisted: list[Unlisted]


class Shapes:
    """Statements without their effect. Their order hangs on what they say alone."""

    def __init__(self, sides: Sequence[Access]) -> None:
        self._number: dict[tuple[object, ...], int] = {}
        self.statements: list[Statement] = []
        found = [s for side in sides for layer in side.layers for s in layer]
        for s in sorted((one for whole in found for one in _apart(whole)), key=repr):
            if _shape(s) not in self._number:
                self._number[_shape(s)] = len(self.statements)
                self.statements.append(s)
        self._lacking: set[Unlisted] = set()
        self.spelled: dict[str, str] = {}
        for name in sorted({n for s in found for n in s.spelled}, reverse=True):
            self.spelled[name.lower()] = name

    def side(self, access: Access) -> Side:
        """A side over these statements."""
        return Side(tuple(sorted({self._set(layer) for layer in access.allows})), self._set(access.denies))

    def _set(self, statements: Iterable[Statement]) -> int:
        return sum(1 << n for n in {self._number[_shape(one)] for s in statements for one in _apart(s)})

    def merged(self, held: int, sides: Sequence[Side]) -> tuple[int, list[Side]]:
        """The same where the action is given: statements that differ in nothing else are one then."""
        first: dict[tuple[object, ...], int] = {}
        into = [(1 << n, 1 << first.setdefault(_shape(s)[1:], n)) for n, s in self._of(held)]

        def mapped(those: int) -> int:
            out = 0
            for bit, other in into:
                if those & bit:
                    out |= other
            return out

        return mapped(held), [Side(tuple(map(mapped, side.layers)), mapped(side.deny)) for side in sides]

    def _of(self, held: int) -> list[tuple[int, Statement]]:
        return [(n, s) for n, s in enumerate(self.statements) if held >> n & 1]

    def actions(self) -> tuple[list[tuple[int, Actions]], str]:
        """Classes of actions by the statements that they satisfy, and why they are not all, where they are not."""
        classes: dict[int, int] = {0: actions.every()}
        for names, those in self._by_actions.items():
            bits = 0
            for pattern in names.values:
                bits |= actions.matching(pattern)
            if names.but:
                bits = actions.every() & ~bits
            split: dict[int, int] = {}
            for held, members in classes.items():
                for mask, part in ((held | those, members & bits), (held, members & ~bits)):
                    if part:
                        split[mask] = split.get(mask, 0) | part
            classes = split
        out = {held: Actions(members, []) for held, members in classes.items()}
        why = ""
        try:
            for held, unlisted in self._unlisted():
                out.setdefault(held, Actions(0, [])).unlisted.append(unlisted)
        except TooMany as e:
            why = str(e)
        return sorted(out.items()), why

    @cached_property
    def _by_actions(self) -> dict[Names, int]:
        out: dict[Names, int] = defaultdict(int)
        for n, s in enumerate(self.statements):
            out[s.actions] |= 1 << n
        return out

    def _unlisted(self) -> list[tuple[int, Unlisted]]:
        """Patterns that no listed action fits mean actions that the list lacks: they are told apart as texts, service by service."""
        patterns = sorted({p for names in self._by_actions for p in names.values})
        by_service: dict[str, list[str]] = defaultdict(list)
        for p in patterns:
            if not actions.matching(p):
                by_service[_service(p)].append(p)
        if any(_wild(service) for service in by_service):
            groups = [([p for those in by_service.values() for p in those], patterns)]
        else:
            wide = [p for p in patterns if _wild(_service(p))]
            groups = [(those, [*wide, *(p for p in patterns if _service(p) == service)]) for service, those in sorted(by_service.items())]
        out = [u for strange, near in groups for u in self._lack(sorted(strange), sorted(near))]
        self._lacking = {u for _, u in out}
        return out

    def _lack(self, strange: Sequence[str], near: Sequence[str]) -> list[tuple[int, Unlisted]]:
        found = glob.classes(tuple(glob.glob(p) for p in near))
        odd = sum(1 << n for n, p in enumerate(near) if p in strange)
        at = {p: n for n, p in enumerate(near)}
        masks = [mask for mask, _ in found]
        spelled = [self.spelled.get(p, p) for p in near]
        out = []
        for i, (mask, example) in enumerate(found):
            if mask & odd:
                held = 0
                for names, those in self._by_actions.items():
                    if any(p in at and mask >> at[p] & 1 for p in names.values) != names.but:
                        held |= those
                meant = tuple(p for p in strange if mask >> at[p] & 1)
                out.append((held, Unlisted(matchings(spelled, masks, frozenset((i,)))[0], meant, self.spelled.get(example, example))))
        return out

    def said(self, those: Actions) -> tuple[list[Matching], list[Matching]]:
        """A set of actions in words: patterns, and single names. What lies in a pattern, is not in the list and not meant is taken out."""
        patterns, names = actions.compressed(those.known, self.spelled.values())
        other = {p for u in self._lacking.difference(those.unlisted) for p in u.meant}
        wide = []
        for pattern, without in patterns:
            but = {self.spelled.get(p, p) for p in other if 3 in _ways(pattern, p)}
            wide.append(Matching((pattern,), tuple(sorted(but.union(without)))))
        open_ = [m.patterns[0] for m in wide if not m.but]
        unlisted = sorted({u.names for u in those.unlisted if not any(2 not in _ways(p, u.names.patterns[0]) for p in open_)})
        return wide, [*unlisted, *(Matching((n,)) for n in names)]

    def principals(self, held: int) -> list[tuple[int, Principal]]:
        """Everybody whom one of these statements names, and `("AWS", "*")` for anybody else."""
        those = [(n, s.principals) for n, s in self._of(held) if s.principals is not None]
        named = {p for _, principals in those for p in principals.values} | {EVERYONE}
        free = held & ~sum(1 << n for n, _ in those)
        return [(free | sum(_is_of(p, principals) << n for n, principals in those), p) for p in sorted(named)]

    def resources(self, held: int) -> tuple[list[tuple[int, int, str]], list[str]]:
        """Classes of resources as (statements, patterns, example), and the patterns. Raises `TooMany`."""
        those = [(n, s.resources) for n, s in self._of(held) if s.resources is not None]
        patterns = sorted({p for _, names in those for p in names.values})
        at = {p: n for n, p in enumerate(patterns)}
        sets = [(n, sum(1 << at[p] for p in names.values), names.but) for n, names in those]
        free = held & ~sum(1 << n for n, _ in those)
        found = glob.classes(tuple(map(_resource, patterns)))
        return [(free | sum((bool(mask & own) != but) << n for n, own, but in sets), mask, example) for mask, example in found], patterns

    def keys(self, held: int) -> list[tuple[tuple[KeyTest, ...], list[tuple[int, Case]]]]:
        """Per condition key that these statements test: the tests, and the classes of its values. Raises `TooMany`."""
        tests: dict[str, set[KeyTest]] = defaultdict(set)
        for _, s in self._of(held):
            for t in s.tests:
                tests[t.key].add(t)
        out = []
        for key, those in sorted(tests.items()):
            every = tuple(sorted(those))
            at = {t: n for n, t in enumerate(every)}
            needs = [(n, sum(1 << at[t] for t in s.tests if t.key == key)) for n, s in self._of(held)]
            found = [(sum(1 << n for n, need in needs if not need & ~c.held), c) for c in conditions.cases(every)]
            out.append((every, found))
        return out


def _apart(s: Statement) -> list[Statement]:
    """A statement on several resources is as many statements."""
    if s.resources is None or s.resources.but or len(s.resources.values) < 2:
        return [s]
    return [replace(s, resources=Names((r,))) for r in s.resources.values]


def _shape(s: Statement) -> tuple[object, ...]:
    return s.actions, s.resources, s.principals, s.tests


def _service(action: str) -> str:
    return action.partition(":")[0]


def _wild(text: str) -> bool:
    return "*" in text or "?" in text


def _resource(pattern: str) -> glob.Glob:
    """The first five parts of an ARN hold no colon: where a pattern has all six, a wildcard stays in its part.

    Read as a bare text it would reach into the sixth, and match resources that are named like two ARNs in one.
    """
    found = glob.glob(pattern)
    return glob.glob(pattern, segments=True) if found.tokens.count(":") >= 5 else found


def _ways(pattern: str, other: str) -> set[int]:
    """1: a text matches the first alone; 2: the second alone; 3: both."""
    services = {_service(p).lower() for p in (pattern, other)}
    if len(services) > 1 and not any(map(_wild, services)):
        return {1, 2}
    return {mask for mask, _ in glob.classes((glob.glob(pattern.lower()), glob.glob(other.lower())))}


def _is_of(principal: Principal, principals: Principals) -> bool:
    kind, _ = principal
    those = principals.values
    return (EVERYONE in those or principal in those or (kind, "*") in those) != principals.but
