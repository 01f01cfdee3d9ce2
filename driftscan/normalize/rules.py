"""A spec's paths as one automaton: a walk over a document asks one dictionary per member what the spec says there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from driftscan.catalog import tags
from driftscan.catalog.derived import derived, ignored
from driftscan.catalog.paths import Deep, Member, Pattern, Star, Where, parse, scalar
from driftscan.catalog.spec import Spec
from driftscan.model.value import Value


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One thing a spec says at one path. kind: the key of `[compare]` it comes from; value: what it says, if more than yes."""

    kind: str
    pattern: Pattern
    value: Value = None


class Place:
    """What the rules say at one place of a document, and where its members and elements lead. Built on demand, kept for good.

    ignored: the reason, or "" where the place is compared. document: how text is parsed there, or "". references: the types that a bare
    name names there. keys: the members (paths) that pair the elements of the list. defaults: (member names, value) that absence means.
    open: people declared that nothing there is a secret. members: the places of members seen so far (see `member`).
    orders: how structures of a shape (their members) are walked, kept by `canonical`.
    free: the members are data (names that people chose), not the vendor's. tags: the list is a resource's tags.
    enum: the vendor lists the values, and some look like an environment's word. empty: an empty list or text there is not an absent one.
    """

    __slots__ = (
        "_conditions",
        "_elements",
        "_pairs",
        "_threads",
        "defaults",
        "document",
        "empty",
        "enum",
        "free",
        "ignored",
        "keys",
        "members",
        "open",
        "ordered",
        "orders",
        "references",
        "reveal",
        "sensitive",
        "silent",
        "tags",
    )

    def __init__(self, threads: frozenset[tuple[Rule, int]], fresh: bool) -> None:
        self._threads = threads
        self.members: dict[str, Place] = {}
        self.orders: dict[tuple[str, ...], list[tuple[str, str, Place, bool]]] = {}
        self._elements: dict[frozenset[tuple[str, str]], Place] = {}
        self._pairs: dict[tuple[str, str], Place] = {}
        ends: dict[str, Rule] = {}
        for rule, step in sorted(threads, key=lambda t: (t[0].pattern.text, t[0].kind)):
            if step == len(rule.pattern.steps):
                ends[rule.kind] = rule
        self.ignored: str = ends["ignore"].value if "ignore" in ends else ""
        if not self.ignored and "name" in ends and "kept" not in ends:
            self.ignored = ends["name"].value
        self.sensitive: bool = "sensitive" in ends or ("flagged" in ends and "reveal" not in ends)
        self.reveal: bool = "reveal" in ends
        self.open: bool = "open" in ends
        self.ordered: bool = "ordered" in ends
        self.tags: bool = "tags" in ends
        self.enum: bool = "enum" in ends
        self.empty: bool = "empty" in ends
        self.keys: tuple[Pattern, ...] = ends["keys"].value if "keys" in ends else ()
        self.document: str = ends["document"].value if "document" in ends else ""
        self.references: tuple[str, ...] = ends["references"].value if "references" in ends else ()
        self.free: bool = self.tags or any(s < len(r.pattern.steps) and isinstance(r.pattern.steps[s], Star) for r, s in threads)
        self.defaults: tuple[tuple[tuple[str, ...], Value], ...] = (
            tuple(
                (tuple(m.name for m in rest if isinstance(m, Member)), r.value)
                for r, s in sorted(threads, key=lambda t: t[0].pattern.text)
                if r.kind == "default" and (rest := r.pattern.steps[s:]) and all(isinstance(m, Member) for m in rest)
            )
            if fresh
            else ()
        )
        self._conditions: tuple[tuple[str, str], ...] = tuple(
            sorted(
                {
                    (w.key, w.text)
                    for r, s in threads
                    if s < len(r.pattern.steps) and isinstance(w := r.pattern.steps[s], Where) and w.key is not None
                }
            )
        )
        self.silent: bool = not threads

    def member(self, name: str) -> Place:
        """The place of a member."""
        found = self.members.get(name)
        if found is None:
            found = self.members[name] = _place(_step(self._threads, name), fresh=self.free)
        return found

    def element(self, item: Value) -> Place:
        """The place of an element; `item` decides about conditions (`A[K=V]`)."""
        if self._conditions and isinstance(item, dict):
            held = frozenset((k, t) for k, t in self._conditions if k in item and scalar(item[k]) == t)
        else:
            held = _NONE
        found = self._elements.get(held)
        if found is None:
            found = self._elements[held] = _place(_enter(self._threads, held), fresh=True)
        return found

    def pair(self, name: str, value_member: str) -> Place:
        """The place of the value named `name` in a list of `{Key, Value}`: both spellings, `Tags.X` and `Tags[].Value`, mean it."""
        found = self._pairs.get((name, value_member))
        if found is None:
            within = _step(_enter(self._threads, frozenset({("Key", name), ("Name", name), ("key", name), ("name", name)})), value_member)
            found = self._pairs[name, value_member] = _place(_step(self._threads, name) | within, fresh=False)
        return found


_NONE: Final[frozenset[tuple[str, str]]] = frozenset()
SILENT: Final = Place(frozenset(), fresh=False)
"""A place about which no rule says anything; so is everything below it."""


def _place(threads: frozenset[tuple[Rule, int]], *, fresh: bool) -> Place:
    return Place(threads, fresh) if threads else SILENT


def _close(threads: Iterable[tuple[Rule, int]]) -> frozenset[tuple[Rule, int]]:
    """`**` may mean nothing: whoever stands before it stands behind it too."""
    out = set(threads)
    for rule, step in tuple(out):
        at = step
        while at < len(rule.pattern.steps) and isinstance(rule.pattern.steps[at], Deep):
            at += 1
            out.add((rule, at))
    return frozenset(out)


def _step(threads: frozenset[tuple[Rule, int]], name: str) -> frozenset[tuple[Rule, int]]:
    out: list[tuple[Rule, int]] = []
    for rule, at in threads:
        if at == len(rule.pattern.steps):
            continue
        match rule.pattern.steps[at]:
            case Member(wanted):
                if wanted == name:
                    out.append((rule, at + 1))
            case Star():
                out.append((rule, at + 1))
            case Deep():
                out.append((rule, at))
            case _:
                pass
    return _close(out)


def _enter(threads: frozenset[tuple[Rule, int]], held: frozenset[tuple[str, str]]) -> frozenset[tuple[Rule, int]]:
    out: list[tuple[Rule, int]] = []
    for rule, at in threads:
        if at == len(rule.pattern.steps):
            continue
        match rule.pattern.steps[at]:
            case Where(None, _):
                out.append((rule, at + 1))
            case Where(str() as key, text):
                if (key, text) in held:
                    out.append((rule, at + 1))
            case Deep():
                out.append((rule, at))
            case _:
                pass
    return _close(out)


def rules(spec: Spec) -> tuple[Rule, ...]:
    """Everything that a spec says about comparing, and the facts derived from the vendor's model.

    Its kinds are the keys of `[compare]`, `flagged` (what the vendor's model calls sensitive and no spec decided), `enum`, `map`, `name`
    (what is dropped by its name) and `kept` (where it is not).
    """
    c = spec.compare
    out = [Rule("ignore", i.path, i.reason) for i in ignored(spec)]
    facts = derived(spec.type)
    if facts.by_name:
        out += [Rule("name", i.path, i.reason) for i in facts.by_name]
        out += [Rule("kept", p) for p in (*c.config, *facts.kept)]
    decided = {p.text for p in (*c.config, *c.documents)}
    out += [Rule("document", p, "moment") for p in facts.moments if p.text not in decided]
    out += [Rule("flagged", p) for p in facts.sensitive]
    out += [Rule("enum", p) for p in facts.enums]
    out += [Rule("map", p) for p in facts.maps]
    out += [Rule("sensitive", p) for p in c.sensitive]
    out += [Rule("reveal", p) for p in c.reveal]
    out += [Rule("ordered", p) for p in c.ordered]
    out += [Rule("keys", p, k) for p, k in c.keys.items()]
    out += [Rule("empty", p) for p in c.empty]
    out += [Rule("default", p, v) for p, v in c.defaults.items()]
    out += [Rule("document", p, k) for p, k in c.documents.items()]
    out += [Rule("references", p, t) for p, t in c.references.items()]
    where = tags.path(c)
    out.append(Rule("tags", parse(TAGS) if where is None else where))
    if where is not None:
        out.append(Rule("default", where, []))
    return tuple(out)


TAGS: Final = "Tags"
"""Where the reader puts tags that one bulk call gives."""


def root(all_rules: Iterable[Rule]) -> Place:
    """The place of the document itself."""
    return Place(_close((r, 0) for r in all_rules), fresh=True)
