"""What a resource is called without its environment: the names by which `compare` looks for its counterpart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from driftscan.catalog import Spec, tags
from driftscan.catalog.paths import Deep, Member, Pattern, Where, parse
from driftscan.model.resource import MatchKey, Resource
from driftscan.model.value import ABSENT, NETWORK, Address, Bag, Redacted, Ref, Text, Value, Word
from driftscan.normalize import documents, google, names
from driftscan.normalize.index import Index, Stacked
from driftscan.normalize.rules import Place
from driftscan.normalize.symbols import REGION
from driftscan.normalize.text import Texts

_DEPTH: Final = 8
_CALLED: Final = ("Name", "name", "Identifier", "identifier")
"""How members end that hold a name; of the other parts of a key the longest stands for one."""


class Keys:
    """Logical keys of one snapshot's resources."""

    def __init__(self, texts: Texts, index: Index) -> None:
        self.texts, self.index = texts, index
        self._plans: dict[str, _Plan] = {}
        self._stacks: dict[Address, tuple[Value, ...]] = {}

    # ----------------------------------------------------------------------------------------- infrastructure as code

    def iac(self, stacked: Stacked | None) -> list[MatchKey]:
        """By the stack that holds it: (stacks from the outermost in, logical id), then the same without the hash of a synthesised id."""
        if stacked is None:
            return []
        stack = self._stack(stacked.stack, 0)
        if not stack:
            return []
        exact = self._chosen(stacked.logical)
        short = names.logical(stacked.logical)
        out = [MatchKey("iac", (*stack, exact))]
        if short != stacked.logical:
            out.append(MatchKey("iac", (*stack, self._chosen(short))))
        return out

    def _stack(self, address: Address, depth: int) -> tuple[Value, ...]:
        found = self._stacks.get(address)
        if found is None:
            above = self.index.stacked.get(address)
            if above is not None and depth < _DEPTH:
                outer = self._stack(above.stack, depth + 1)
                found = (*outer, self._chosen(names.logical(above.logical))) if outer else ()
            else:
                name = self.index.stacks.get(address, "")
                cut = min((start for start, _ in names.suffixes(name)), default=len(name))
                found = (self._chosen(name[:cut]),) if name else ()
            self._stacks[address] = found
        return found

    def _chosen(self, text: str) -> Value:
        return self.texts.form(text, "").body

    # ----------------------------------------------------------------------------------------- names

    def of(self, spec: Spec | None, resource: Resource, place: Place, home: str) -> Named:
        """Every key of a resource, the best first, and what people call it."""
        one = _One(self, spec, resource, home, self.index.users.get(resource.address, ()))
        if resource.address.provider == "gcp" and spec is not None:
            return self._google(spec, resource, place, one)
        keys = self.iac(self.index.stacked.get(resource.address))
        if spec is not None:
            plan = self._plans.get(spec.type)
            if plan is None:
                plan = self._plans[spec.type] = _plan(spec, place)
            for alternative in plan:
                parts = tuple(one.parts(alternative))
                if not alternative or (len(parts) == len(alternative) and _tells(parts)):  # nothing asked for: there is only one
                    keys.append(MatchKey("name", parts))
                elif rest := one.rest(alternative):
                    keys.append(MatchKey("rest", rest))
            if not plan and spec.singleton:
                keys.append(MatchKey("name", ()))
            name = one.tags.get("Name")
            if isinstance(name, str) and not any(p.tag == "Name" for a in plan for p in a):
                part = one.stable(name, ())
                if part is not ABSENT:
                    keys.append(MatchKey("tags", (part,)))
        else:
            plan = ()
        raw = one.raw_name(plan)
        other = None if raw is None else one.other(raw)  # what is called by another resource's ARN has no name of its own
        raw = raw.rpartition(":")[2] if raw is not None and raw.startswith("arn:") else raw
        kept = other or (ABSENT if raw is None else one.stable(raw, ()))
        chosen = raw is not None and not isinstance(kept, Ref) and not names.generated(raw)
        return Named(tuple(dict.fromkeys(keys)), "" if kept is ABSENT else _show(kept), chosen)

    def _google(self, spec: Spec, resource: Resource, place: Place, one: _One) -> Named:
        """By its full name: first with its project and the place in it, then by what holds it alone. A project by what stands for it.

        A segment that the vendor made up says nothing: of what holds the resource, then, the reference says which it is; of itself, the
        name that people see does.
        """
        name = google.name_of(resource.address.id)
        if spec.type == google.PROJECT:
            own = self.texts.form(resource.address.account, "").body
            return Named((MatchKey("name", (own,)),), _show(own).removeprefix("{project:").removesuffix("}"), True)
        own, shown = one.google_name(name)
        keys = self._level(resource, one) if spec.type in google.LEVELS else self._paths(spec, resource, place, one, name, own)
        if own is ABSENT:
            return Named(tuple(dict.fromkeys(keys)), "", False)
        return Named(tuple(dict.fromkeys(keys)), _show(own), not names.generated(shown))

    def _level(self, resource: Resource, one: _One) -> list[MatchKey]:
        """A folder by what people call it, the organisation because there is one."""
        if resource.address.type == google.ORGANIZATION:
            return [MatchKey("name", ())]
        part = one.stable(str(resource.value.get("displayName", "")), ())
        return [] if part is ABSENT else [MatchKey("name", (part,))]

    def _paths(self, spec: Spec, resource: Resource, place: Place, one: _One, name: google.Name, own: Value) -> list[MatchKey]:
        """own: what stands for `name` in an alternative."""
        plan = self._plans.get(spec.type)
        if plan is None:
            plan = self._plans[spec.type] = _plan(spec, place)
        above, far = self._above(name, resource.address, one)
        keys: list[MatchKey] = []
        for alternative in plan:
            parts: list[Value] = []
            for step in alternative:
                if step.kind == "path" and step.member == "name":
                    parts.append(own)
                elif step.kind != "parent":  # what holds it is in every key
                    found = [one.part(v, step) for v in one.found(step)]
                    parts.append(found[0] if found else ABSENT)
            if parts and ABSENT not in parts and above is not None:
                keys += [MatchKey("name", (*far, *above, *parts)), MatchKey("name", (*above, *parts))]
        return keys

    def _above(self, name: google.Name, own: Address, one: _One) -> tuple[tuple[Value, ...] | None, tuple[Value, ...]]:
        """What holds a resource: (its collections and holders, its project and place). None where nothing tells one holder from another."""
        held: list[Value] = []
        far: list[Value] = []
        parts = name.parts[:-1]
        at = 0
        while at < len(parts):
            piece, inner = parts[at], parts[at + 1] if at + 1 < len(parts) else None
            if piece in ("projects", "folders", "organizations", "apps") and inner is not None:
                far.append(self.texts.form(self.index.google.projects.get(inner, inner), "").body)
                at += 2
            elif piece in google.PLACES and inner is not None:
                far.append(self.texts.form(inner, "").body)
                at += 2
            elif inner is not None:
                held.append(piece)
                part = one.stable(inner, ())
                if part is ABSENT:
                    holder = self.index.google.known.get(google.relative(parts[: at + 2], self.index.google.projects))
                    if holder is None or holder == own:
                        return None, ()
                    part = Ref(holder, holder.type, inner, "parent")
                held.append(part)
                at += 2
            else:
                held.append(piece)
                at += 1
        return tuple(held), tuple(far)


class Named(NamedTuple):
    """name: what people call a resource, symbolised; empty where it has none. chosen: somebody chose that name."""

    keys: tuple[MatchKey, ...]
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a `match` alternative. kind: `parent`, `users`, `tag` or `path`; several: the path can mean more than one value."""

    kind: str
    pattern: Pattern
    tag: str = ""
    member: str = ""
    several: bool = False
    document: str = ""
    references: tuple[str, ...] = ()


_Plan: TypeAlias = tuple[tuple[_Step, ...], ...]


def _plan(spec: Spec, place: Place) -> _Plan:
    """A spec's `match`, looked up once."""
    return tuple(tuple(_step(text, place) for text in alternative) for alternative in spec.identity.match)


def _step(text: str, place: Place) -> _Step:
    pattern = parse(text)
    if text == "parent":
        return _Step("parent", pattern)
    if text == "users":
        return _Step("users", pattern)
    if text.startswith("tags.") and len(pattern.steps) == 2 and isinstance(tag := pattern.steps[1], Member):
        return _Step("tag", pattern, tag=tag.name)
    here = _follow(place, pattern)
    return _Step(
        "path",
        pattern,
        member=pattern.steps[0].name if len(pattern.steps) == 1 and isinstance(pattern.steps[0], Member) else "",
        several=any(isinstance(s, Where | Deep) for s in pattern.steps),
        document=here.document if here is not None else "",
        references=here.references if here is not None else (),
    )


class _One:
    """One resource while its names are looked at."""

    def __init__(self, keys: Keys, spec: Spec | None, resource: Resource, home: str, users: tuple[Address, ...]) -> None:
        self._texts, self._resource, self._home, self._users = keys.texts, resource, home, users
        self._own = keys.index.own_names(resource.address)
        where = None if spec is None else tags.path(spec.compare)
        self.tags = {} if where is None else tags.mapping(where.first(resource.value))
        self._seen: dict[str, Value] = {}

    def found(self, step: _Step) -> list[Value]:
        """The raw values that a step means."""
        if step.kind == "tag":
            return [self.tags[step.tag]] if step.tag in self.tags else [ABSENT]
        value = self._resource.value
        if step.member:
            return [value[step.member]] if step.member in value else []
        return [v for _, v in step.pattern.select(value)]

    def google_name(self, name: google.Name) -> tuple[Value, str]:
        """(what a resource of Google's is called, as it is written): its last segment, else the name that it gives itself; ABSENT where the
        vendor made up all of them."""
        value = self._resource.value
        texts = [
            name.last,
            *(str(value[m]).rpartition("/")[2] for m in ("name", "displayName", "display_name") if isinstance(value.get(m), str)),
        ]
        for text in texts:
            part = self.stable(text, ())
            if part is not ABSENT:
                return part, text
        return ABSENT, ""

    def parts(self, alternative: tuple[_Step, ...]) -> Iterator[Value]:
        """The parts of one alternative; it ends at the first that is missing or says nothing."""
        parent = self._resource.parent
        for step in alternative:
            if step.kind == "parent":
                if parent is None:
                    return
                yield Ref(parent, parent.type, parent.id, "parent")
                continue
            if step.kind == "users":
                if not self._users:
                    return
                yield Bag(tuple(Ref(u, u.type, u.id, "users") for u in self._users))
                continue
            parts = [self.part(v, step) for v in self.found(step)]
            if any(p is ABSENT for p in parts) or (not parts and step.several):
                return
            yield Bag(tuple(sorted(parts, key=repr))) if step.several else parts[0] if parts else None

    def rest(self, alternative: tuple[_Step, ...]) -> tuple[Value, ...]:
        """An alternative without the references that nothing read explains, where a name is left; else empty."""
        out: list[Value] = []
        whole = True
        for step in alternative:
            if step.kind == "parent":
                return ()
            for value in self.found(step)[:1]:
                part = self.part(value, step)
                if part is not ABSENT:
                    out.append(part)
                elif step.references:
                    whole = False
                else:
                    return ()
        return () if whole or not any(isinstance(p, str | Word | Text) and _tells((p,)) for p in out) else tuple(out)

    def part(self, value: Value, step: _Step) -> Value:
        """One value of a step without what nobody chose; ABSENT where nothing else is left."""
        if isinstance(value, list | tuple):
            inner = [self.part(v, step) for v in value]
            return Bag(tuple(sorted(inner, key=repr))) if inner and ABSENT not in inner else ABSENT
        if value is ABSENT or isinstance(value, dict):
            return ABSENT
        if step.document:
            value = documents.parse(step.document, value)
        if isinstance(value, Redacted):
            form = self._texts.redacted(value, self._home)
            return value.closed if form is None else _joined(form.body)
        if not isinstance(value, str):
            return value
        found = self.stable(value, step.references)
        return self._placed(value) if found is ABSENT else found

    def _placed(self, text: str) -> Value:
        """A region or zone beside a name: nobody's name, but it tells two of one name apart (an alarm in each of two regions)."""
        body = self._texts.form(text, self._home).body
        return body if isinstance(body, Word) else ABSENT

    def stable(self, text: str, types: tuple[str, ...]) -> Value:
        """A name without what nobody chose; ABSENT where nothing else is left, or where it holds an id that nothing explains."""
        own = self._resource.address
        if types:
            form = self._texts.form(text, self._home, types, own.account)
            if isinstance(form.body, Ref):
                return form.body if form.body.target not in (None, own) else ABSENT
        if text not in self._seen:
            self._seen[text] = self._stable(text, own)
        return self._seen[text]

    def _stable(self, text: str, own: Address) -> Value:
        form = self._texts.form(text, self._home)
        if text in self._own or any((r.target == own and r.attribute != NETWORK) or r.text in self._own for r in form.refs):
            form = self._texts.spelled(text, self._home, own)
        out: list[Value] = []
        taken = False
        for part in _parts(form.body):
            if isinstance(part, Ref) and part.target is None:
                return ABSENT
            kept = names.bare(part) if isinstance(part, str) else part
            taken = kept != part
            if kept:
                out.append(kept)
        if taken and out and isinstance(out[-1], str):  # a name that was cut may end in a separator, and be no longer for it
            out[-1] = out[-1].rstrip("-_./:")
        if out == [text] or any(_says(p) for p in out):
            return out[0] if len(out) == 1 else Text(tuple(out))
        return ABSENT

    def raw_name(self, plan: _Plan) -> str | None:
        """The name as the vendor spells it: of the first alternative that holds one, else the Name tag, else an id that somebody chose."""
        address = self._resource.address
        tag = self.tags.get("Name") or None  # an empty one names nothing
        for alternative in plan:
            if isinstance(tag, str) and any(s.tag == "Name" for s in alternative):
                return tag
            found = [(s, v) for s in alternative if s.kind == "path" for v in self.found(s)[:1]]
            texts = [(s, v) for s, v in found if isinstance(v, str) and v != "/" and names.chosen(v)]
            called = [v for s, v in texts if s.member.endswith(_CALLED)] or [v for _, v in texts]
            if called:
                own = next((t for t in called if t in (address.id, address.id.rpartition("/")[2])), None)
                return own or max(called, key=self._length)
        if isinstance(tag, str):
            return tag
        id_ = address.id.rpartition("|")[2]
        id_ = id_.rpartition(":")[2] if id_.startswith("arn:") else id_
        return id_ if names.chosen(id_) else None

    def other(self, text: str) -> Ref | None:
        """The other resource whose ARN a text is."""
        body = self._texts.form(text, self._home).body if text.startswith("arn:") else None
        return body if isinstance(body, Ref) and body.target not in (None, self._resource.address) else None

    def _length(self, text: str) -> int:
        """How much of a text somebody chose, whichever word the environment goes by. A reference is another's name."""
        kept = self.stable(text, ())
        return 0 if kept is ABSENT else sum(len(_show(p)) for p in _parts(kept) if not isinstance(p, Ref))


def _parts(body: Value) -> Iterator[Value]:
    """The parts of a text. Which network an address lies in is no part of a name: its counterpart is looked for by names."""
    before = ""
    for part in body.parts if isinstance(body, Text) else (body,):
        if isinstance(part, Ref) and part.attribute == NETWORK:
            before += part.text
        elif isinstance(part, str):
            before += part
        else:
            if before:
                yield before
            yield part
            before = ""
    if before or body == "":
        yield before


def _joined(body: Value) -> Value:
    parts = tuple(_parts(body))
    return parts[0] if len(parts) == 1 else Text(parts)


def _show(value: Value) -> str:
    """A name with its placeholders; a reference in it shows the type it points at."""
    if isinstance(value, Text):
        return "".join(_show(p) for p in value.parts)
    if isinstance(value, Word):
        return value.shape
    return f"{{{value.type.rpartition('::')[2]}}}" if isinstance(value, Ref) else str(value)


def _follow(place: Place, pattern: Pattern) -> Place | None:
    for step in pattern.steps:
        match step:
            case Member(name):
                place = place.member(name)
            case Where():
                place = place.element(None)
            case _:
                return None
    return place


def _says(part: Value) -> bool:
    """Whether a part of a name tells anything: letters beside a region, a word, a reference."""
    if isinstance(part, str):
        return any(c.isalnum() for c in re.sub(r"\{[^}]*\}", "", REGION.sub("", part)))
    if isinstance(part, Word):
        return part.shape not in ("{region}", "{zone}")
    return isinstance(part, Ref)


def _tells(parts: tuple[Value, ...]) -> bool:
    """Whether an alternative can name one resource: `false` and nothing at all name none unless a text stands beside them."""
    flat = [v for p in parts for v in (p.items if isinstance(p, Bag) else (p,))]
    text = any(isinstance(v, Text | Redacted) or (isinstance(v, str | Word) and _says(v)) for v in flat)
    if any(v is False or v is None for v in flat) and not text:
        return False
    return text or any(isinstance(v, Ref) or v is True or (isinstance(v, int) and not isinstance(v, bool)) for v in flat)
