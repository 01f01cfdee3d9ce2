"""Two canonical bodies made comparable: what agrees is left out, elements of lists and sets stand beside their counterpart.

What is left is one plain map per side, number of a path -> number of a value, so that nothing in it can surprise the differ and
nothing is compared twice: `Aligner.paths` and `Aligner.leaves` lead back.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeGuard

from driftscan.compare.agree import Agreement, leaf
from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Token, Where
from driftscan.compare.similar import leaves_of, overlap
from driftscan.model.value import ABSENT, Address, Bag, Key, Keyed, Path, Ref, Seq, Step, Text, Unknown, Value, Word, show_scalar

Pairing: TypeAlias = list[tuple[int, int]]

NAMES: Final = ("Name", "name", "Id", "ID", "id", "Sid", "Key", "key", "RuleName", "PolicyName", "Arn", "arn")
"""Members by which people tell the elements of a set apart, best first."""

AROUND: Final = "around"
"""The answer of `watched` for a structure whose absence means the same as an empty one."""
_NEAR: Final = 0.3
"""Least overlap of leaves at which two elements count as one element that changed."""
_MANY: Final = 4_000
"""Most pairs of leftover elements that are looked at one by one."""
_LONG: Final = 250_000
"""Most cells of an alignment of two lists; longer lists are compared position by position."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that does not agree: what stood there, why it is unknown, and whether only the order differs."""

    value: Value
    code: str = ""
    order_only: bool = False


class Aligner:
    """Makes the bodies of one pair comparable."""

    def __init__(self, links: Links, holders: tuple[Address, Address], watched: Callable[[Path], str] | None = None) -> None:
        """watched: says of which path's whole values something more is asked; they are kept in `wholes`."""
        self.links = links
        self.holders = holders
        self.watched = watched
        self.wholes: list[tuple[str, Path, Value, Value]] = []
        self.paths: list[Path] = []
        self.leaves: list[Leaf] = []
        self.sides: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def align(self, candidate: Value, reference: Value) -> tuple[dict[int, int], dict[int, int]]:
        """(candidate's map, reference's map) of what does not agree; two empty ones where everything does."""
        self._join(candidate, reference, ())
        return self.sides

    # ------------------------------------------------------------------------------------ joining

    def _join(self, c: Value, r: Value, path: Path) -> None:
        """Note what does not agree between two values at a path; `ABSENT` where a side has none."""
        kind = self.watched(path) if self.watched is not None else ""
        if kind == AROUND:
            c, r = ({} if v is ABSENT and type(other) is dict else v for v, other in ((c, r), (r, c)))
        elif kind and c is not ABSENT and r is not ABSENT:
            self.wholes.append((kind, path, c, r))
        if type(c) is type(r) and isinstance(c, str | int):
            if c != r and (answer := leaf(self.links, c, r, self.holders) if isinstance(c, str) else False) is not True:
                self._note(path, c, r, answer or "")
            return
        if c is ABSENT or r is ABSENT:
            alone = c if r is ABSENT else r
            if _is_list(alone) and alone.items:  # an absent list is an empty one: what it lacks are elements
                nothing = type(alone)(())
                self._join(nothing if c is ABSENT else c, nothing if r is ABSENT else r, path)
            else:
                self._note(path, c, r, alone.code if isinstance(alone, Unknown) else "")
            return
        match c, r:
            case dict(), dict():
                self._members(c, r, path)
            case (dict() | Keyed(), dict() | Keyed()):
                self._keyed(_keyed(c), _keyed(r), path, members=_is_map(c) and _is_map(r))
            case (Bag() | Keyed(), Bag() | Keyed()):
                self._bag(_elements(c), _elements(r), path)
            case (Seq() | list() | tuple(), Seq() | list() | tuple()):
                self._seq(c, r, path)
            case _ if is_container(c) or is_container(r):
                self._note(path, c, r, min((v.code for v in (c, r) if isinstance(v, Unknown)), default=""))
            case _:
                answer = leaf(self.links, c, r, self.holders)
                if answer is not True:
                    self._note(path, c, r, answer or "")

    def _note(self, path: Path, c: Value, r: Value, code: str = "", *, order_only: bool = False) -> None:
        number = len(self.paths)
        self.paths.append(path)
        for side, value in zip(self.sides, (c, r), strict=True):
            if value is not ABSENT:
                side[number] = len(self.leaves)
                self.leaves.append(Leaf(value, code, order_only))

    def _members(self, c: dict[str, Value], r: dict[str, Value], path: Path) -> None:
        for name in sorted(c.keys() | r.keys()):
            self._join(c.get(name, ABSENT), r.get(name, ABSENT), (*path, name))

    def _keyed(self, c: _Items, r: _Items, path: Path, *, members: bool) -> None:
        """members: they are maps, whose keys are names."""

        def step(labels: tuple[str, ...]) -> Step:
            return labels[0] if members else Key(labels)

        keys_c, keys_r = [k for k, _ in c], [k for k, _ in r]
        pairs, left_c, left_r = self._cancel(keys_c, keys_r)
        for i, j in pairs:
            if not same(c[i][1], r[j][1]):
                self._join(c[i][1], r[j][1], (*path, step(self._common(keys_c[i], keys_r[j]))))
        for i, j, code in self._undecided(keys_c, keys_r, left_c, left_r):
            self._note((*path, step(self._common(keys_c[i], keys_r[j]))), c[i][1], r[j][1], code)
        for i in left_c:
            self._join(c[i][1], ABSENT, (*path, step(self._labels(keys_c[i], CANDIDATE))))
        for j in left_r:
            self._join(ABSENT, r[j][1], (*path, step(self._labels(keys_r[j], REFERENCE))))

    def _bag(self, c: Sequence[Value], r: Sequence[Value], path: Path) -> None:
        if len(c) == len(r) and all(self._agree(a, b) is True for a, b in zip(c, r, strict=True)):
            return
        left_c, left_r = self._cancel(c, r)[1:]
        for i, j in self._nearest(c, r, left_c, left_r):
            self._join(c[i], r[j], (*path, Key((min(self._label(c[i], CANDIDATE), self._label(r[j], REFERENCE)),))))
        for i, j, code in self._undecided(c, r, left_c, left_r):
            self._note((*path, Key(self._common((c[i],), (r[j],)))), c[i], r[j], code)
        for i in left_c:
            self._join(c[i], ABSENT, (*path, Key((self._label(c[i], CANDIDATE),))))
        for j in left_r:
            self._join(ABSENT, r[j], (*path, Key((self._label(r[j], REFERENCE),))))

    def _seq(self, left: Value, right: Value, path: Path) -> None:
        c, r = _elements(left), _elements(right)
        if len(c) == len(r) and all(self._agree(a, b) is True for a, b in zip(c, r, strict=True)):
            return
        pairs, left_c, left_r = self._cancel(c, r)
        if not left_c and not left_r:
            self._note(path, left, right, order_only=True)
            return
        i = j = 0
        for ci, rj in [*self._anchors(c, r, pairs), (len(c), len(r))]:
            while i < ci or j < rj:
                both = i < ci and j < rj
                at = min(i, j) if both else i if i < ci else j
                self._join(c[i] if i < ci else ABSENT, r[j] if j < rj else ABSENT, (*path, at))
                i, j = min(i + 1, ci), min(j + 1, rj)
            i, j = ci + 1, rj + 1

    # ------------------------------------------------------------------------------------ who belongs to whom

    def _agree(self, c: Value, r: Value) -> Agreement:
        """Whether two whole elements agree; a code where only unknown leaves stand between them."""
        if same(c, r):
            return True
        probe = Aligner(self.links, self.holders)
        probe._join(c, r, ())
        codes = {leaf.code for leaf in probe.leaves}
        return True if not codes else False if "" in codes else min(codes)

    def _cancel(
        self, c: Sequence[Value | tuple[Value, ...]], r: Sequence[Value | tuple[Value, ...]]
    ) -> tuple[Pairing, list[int], list[int]]:
        """Pairs of elements that agree, and what is left of each side.

        What stands at the same place comes first, as long as it is the very same: sets are in an order of their own. Then texts that are
        written alike: they agree with nothing better. Then what agrees in each environment's own words, then by references.
        """
        pairs: Pairing = []
        at_place = {i for i, (a, b) in enumerate(zip(c, r, strict=False)) if same(a, b)}
        pairs.extend((i, i) for i in sorted(at_place))
        left_c, left_r = [i for i in range(len(c)) if i not in at_place], [j for j in range(len(r)) if j not in at_place]
        if len(left_c) == len(left_r) == 1:
            if self._agree(c[left_c[0]], r[left_r[0]]) is True:
                return [*pairs, (left_c[0], left_r[0])], [], []
            return pairs, left_c, left_r
        for literal in (True, False):
            left_c, left_r = self._match(c, r, left_c, left_r, pairs, lambda v, w, literal=literal: self._token(v, w, literal))  # type: ignore[misc]
        if left_c and left_r and len(left_c) * len(left_r) <= _MANY:
            agreeing = [(0.0, i, j) for i in left_c for j in left_r if self._agree(c[i], r[j]) is True]
            pairs.extend(self._take(agreeing, c, r, left_c, left_r))
        return pairs, left_c, left_r

    def _match(
        self,
        c: Sequence[Value],
        r: Sequence[Value],
        left_c: list[int],
        left_r: list[int],
        pairs: Pairing,
        token: Callable[[Value, Where], Token],
    ) -> tuple[list[int], list[int]]:
        waiting: dict[Token, list[int]] = defaultdict(list)
        for j in reversed(left_r):
            waiting[token(r[j], REFERENCE)].append(j)
        rest = []
        taken = set()
        for i in left_c:
            others = waiting.get(token(c[i], CANDIDATE))
            if others:
                j = others.pop()
                taken.add(j)
                pairs.append((i, j))
            else:
                rest.append(i)
        return rest, [j for j in left_r if j not in taken]

    def _token(self, value: Value, where: Where, literal: bool) -> Token:
        return self.links.token(value, where, own=self.holders[where], literal=literal)

    def _undecided(self, c: Sequence[Value], r: Sequence[Value], left_c: list[int], left_r: list[int]) -> list[tuple[int, int, str]]:
        """Leftover elements that an unread or unexplained reference keeps from agreeing; takes them out of both lists."""
        if len(left_c) * len(left_r) > _MANY:
            return []
        answers = {(i, j): self._agree(c[i], r[j]) for i in left_c for j in left_r}
        between = [(0.0, i, j) for (i, j), answer in answers.items() if isinstance(answer, str)]
        return [(i, j, str(answers[i, j])) for i, j in self._take(between, c, r, left_c, left_r)]

    def _nearest(self, c: Sequence[Value], r: Sequence[Value], left_c: list[int], left_r: list[int]) -> Pairing:
        """Leftover structures that are one element with a change inside; takes them out of both lists. Nearest first."""
        some_c, some_r = [i for i in left_c if is_container(c[i])], [j for j in left_r if is_container(r[j])]
        if not some_c or not some_r or len(some_c) * len(some_r) > _MANY:
            return []
        forms_c = {i: leaves_of(c[i], CANDIDATE, self.links) for i in some_c}
        forms_r = {j: leaves_of(r[j], REFERENCE, self.links) for j in some_r}
        scored = [(overlap(forms_c[i], forms_r[j]) + self._same_label(c[i], r[j]), i, j) for i in some_c for j in some_r]
        lone = len(some_c) == len(some_r) == 1
        return self._take([s for s in scored if lone or s[0] >= _NEAR], c, r, left_c, left_r)

    def _take(
        self, scored: list[tuple[float, int, int]], c: Sequence[Value], r: Sequence[Value], left_c: list[int], left_r: list[int]
    ) -> Pairing:
        """One to one, the best first; takes them out of both lists. Ties are broken by content, so that neither side leads."""
        if not scored:
            return []
        names_c = {i: repr(self._token(c[i], CANDIDATE, False)) for i in left_c}
        names_r = {j: repr(self._token(r[j], REFERENCE, False)) for j in left_r}
        out: Pairing = []
        for _, i, j in sorted(scored, key=lambda s: (-s[0], *sorted((names_c[s[1]], names_r[s[2]])))):
            if i in left_c and j in left_r:
                out.append((i, j))
                left_c.remove(i)
                left_r.remove(j)
        return out

    def _same_label(self, c: Value, r: Value) -> float:
        a, b = name_of(c), name_of(r)
        return 1.0 if a is not None and b is not None and leaf(self.links, a, b, self.holders) is True else 0.0

    def _anchors(self, c: Sequence[Value], r: Sequence[Value], pairs: Pairing) -> Pairing:
        """The longest run of agreeing elements that stand in the same order on both sides."""
        if not pairs or len(c) * len(r) > _LONG:
            return []
        names_c, names_r = [repr(self._token(v, CANDIDATE, False)) for v in c], [repr(self._token(v, REFERENCE, False)) for v in r]
        for i, j in pairs:
            names_r[j] = names_c[i] = min(names_c[i], names_r[j])
        # ties are broken by content, never by side, so that exchanging the sides exchanges the answer
        if names_c <= names_r:
            return _common_run(names_c, names_r)
        return [(i, j) for j, i in _common_run(names_r, names_c)]

    # ------------------------------------------------------------------------------------ labels

    def _common(self, c: tuple[Value, ...], r: tuple[Value, ...]) -> tuple[str, ...]:
        return min(self._labels(c, CANDIDATE), self._labels(r, REFERENCE))

    def _labels(self, parts: tuple[Value, ...], where: Where) -> tuple[str, ...]:
        return tuple(self._label(p, where) for p in parts)

    def _label(self, value: Value, where: Where) -> str:
        """What identifies an element, without the name of its environment."""
        if isinstance(value, Text | Word):
            return self.links.spell(value.parts if isinstance(value, Text) else (value,), where)
        if isinstance(value, Ref):
            seal = self.links.sides[where].seals.get(value.target) if value.target is not None else None
            return seal.name if seal is not None and seal.name else value.text
        if not is_container(value):
            return show_scalar(value)
        name = name_of(value)
        if name is not None:
            return self._label(name, where)
        return hashlib.sha256(repr(self._token(value, where, False)).encode()).hexdigest()[:8]


_Items: TypeAlias = tuple[tuple[tuple[Value, ...], Value], ...]


def same(a: Value, b: Value) -> bool:
    """Whether two values are the very same, kinds of numbers included. What is unread is the same as nothing."""
    kind = type(a)
    if kind is not type(b) or kind is Unknown:
        return False
    if kind is dict:
        return len(a) == len(b) and all(k in b and same(v, b[k]) for k, v in a.items())
    if kind in (Seq, Bag, Keyed):
        return same(a.items, b.items)
    if kind in (tuple, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def is_container(value: Value) -> bool:
    """Whether a canonical value has parts of its own."""
    return isinstance(value, dict | Keyed | Bag | Seq | list | tuple)


def name_of(value: Value) -> Value | None:
    """The member by which people would tell a structure apart, if it has one."""
    if isinstance(value, dict):
        for name in NAMES:
            found = value.get(name)
            if found is not None and not is_container(found):
                return found
    return None


def _is_map(value: Value) -> bool:
    return isinstance(value, dict) or (isinstance(value, Keyed) and value.members)


def _is_list(value: Value) -> TypeGuard[Seq | Bag | Keyed]:
    return isinstance(value, Seq | Bag) or (isinstance(value, Keyed) and not value.members)


def _keyed(value: Value) -> _Items:
    return value.items if isinstance(value, Keyed) else tuple(((k,), v) for k, v in sorted(value.items()))


def _elements(value: Value) -> Sequence[Value]:
    if isinstance(value, Keyed):
        return tuple(v for _, v in value.items)
    return value.items if isinstance(value, Seq | Bag) else value


def _common_run(a: list[str], b: list[str]) -> Pairing:
    """A longest common subsequence, as pairs of positions."""
    longest = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            longest[i][j] = longest[i + 1][j + 1] + 1 if a[i] == b[j] else max(longest[i + 1][j], longest[i][j + 1])
    out: Pairing = []
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            out.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return out
