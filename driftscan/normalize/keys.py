"""What a resource is called without its environment: the names by which `compare` looks for its counterpart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from driftscan.catalog import Spec, tags
from driftscan.catalog.paths import Deep, Member, Pattern, Where, parse
from driftscan.model.resource import MatchKey, Resource
from driftscan.model.value import ABSENT, Address, Bag, Redacted, Ref, Text, Value, Word
from driftscan.normalize import documents, names
from driftscan.normalize.index import Index, Stacked
from driftscan.normalize.rules import Place
from driftscan.normalize.symbols import REGION
from driftscan.normalize.text import Texts

_NAME_TAG: Final = parse("tags.Name")
_DEPTH: Final = 8


class Keys:
    """Logical keys of one snapshot's resources."""

    def __init__(self, texts: Texts, index: Index) -> None:
        self._texts, self._index = texts, index
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
            above = self._index.stacked.get(address)
            if above is not None and depth < _DEPTH:
                outer = self._stack(above.stack, depth + 1)
                found = (*outer, self._chosen(names.logical(above.logical))) if outer else ()
            else:
                name = self._index.stacks.get(address, "")
                cut = min((start for start, _ in names.suffixes(name)), default=len(name))
                found = (self._chosen(name[:cut]),) if name else ()
            self._stacks[address] = found
        return found

    def _chosen(self, text: str) -> Value:
        return self._texts.form(text, "").body

    # ----------------------------------------------------------------------------------------- names

    def all(self, spec: Spec | None, resource: Resource, place: Place, home: str) -> tuple[MatchKey, ...]:
        """Every key of a resource, the best first."""
        out = self.iac(self._index.stacked.get(resource.address))
        for alternative in spec.identity.match if spec is not None else ():
            parts = tuple(self._parts(spec, resource, place, home, alternative))
            if len(parts) == len(alternative) and _tells(parts):
                out.append(MatchKey("name", parts))
        if spec is not None:
            if not spec.identity.match and spec.singleton:
                out.append(MatchKey("name", ()))
            named = tags.lookup(spec.compare, resource.value, _NAME_TAG)
            if isinstance(named, str) and not any("tags.Name" in a for a in spec.identity.match):
                part = self._stable(named, home, resource.address, ())
                if part is not ABSENT:
                    out.append(MatchKey("tags", (part,)))
        return tuple(dict.fromkeys(out))

    def _parts(self, spec: Spec | None, resource: Resource, place: Place, home: str, alternative: tuple[str, ...]) -> Iterator[Value]:
        """The parts of one alternative; it ends at the first that is missing or says nothing."""
        if spec is None:
            return
        for text in alternative:
            if text == "parent":
                if resource.parent is None:
                    return
                yield Ref(resource.parent, resource.parent.type, resource.parent.id, "parent")
                continue
            pattern = parse(text)
            if text.startswith("tags."):
                found = [tags.lookup(spec.compare, resource.value, pattern)]
                here: Place | None = None
            else:
                found = [v for _, v in pattern.select(resource.value)]
                here = _follow(place, pattern)
            parts = [self._part(v, here, home, resource.address) for v in found]
            if any(p is ABSENT for p in parts):
                return
            several = any(isinstance(s, Where | Deep) for s in pattern.steps)
            if not parts and several:
                return
            if not parts:
                yield None
            elif several:
                yield Bag(tuple(sorted(parts, key=repr)))
            else:
                yield parts[0]

    def _part(self, value: Value, here: Place | None, home: str, own: Address) -> Value:
        if isinstance(value, list | tuple):
            inner = [self._part(v, here, home, own) for v in value]
            return Bag(tuple(sorted(inner, key=repr))) if inner and ABSENT not in inner else ABSENT
        if value is ABSENT or isinstance(value, dict):
            return ABSENT
        if here is not None and here.document:
            value = documents.parse(here.document, value)
        if isinstance(value, Redacted):
            return value if value.kind != "setting" else self._texts.redacted(value, home).body
        if isinstance(value, str):
            return self._stable(value, home, own, here.references if here is not None else ())
        return value

    def _stable(self, text: str, home: str, own: Address, types: tuple[str, ...]) -> Value:
        """A name without what nobody chose; ABSENT where nothing else is left, or where it holds an id that nothing explains."""
        if types:
            form = self._texts.form(text, home, types, own.account)
            if isinstance(form.body, Ref):
                return form.body if form.body.target not in (None, own) else ABSENT
        form = self._texts.spelled(text, home, own)
        parts = form.body.parts if isinstance(form.body, Text) else (form.body,)
        out: list[Value] = []
        for part in parts:
            if isinstance(part, Ref):
                if part.target is None:
                    return ABSENT
                out.append(part)
            elif isinstance(part, str):
                kept = names.bare(part)
                if kept:
                    out.append(kept)
            else:
                out.append(part)
        if out and isinstance(out[-1], str) and out[-1] != text:
            out[-1] = out[-1].rstrip("-_./:")
        if out == [text] or any(_says(p) for p in out):
            return out[0] if len(out) == 1 else Text(tuple(out))
        return ABSENT

    # ----------------------------------------------------------------------------------------- names for people

    def name(self, spec: Spec | None, resource: Resource, home: str) -> tuple[str, bool]:
        """(what people call it, symbolised; whether that is a name that somebody chose). Empty where it has none."""
        raw = self._raw_name(spec, resource)
        if raw is None:
            return "", False
        kept = self._stable(raw, home, resource.address, ())
        return "" if kept is ABSENT else _show(kept), not names.generated(raw)

    @staticmethod
    def _raw_name(spec: Spec | None, resource: Resource) -> str | None:
        if spec is not None:
            named = tags.lookup(spec.compare, resource.value, _NAME_TAG)
            for alternative in spec.identity.match:
                texts = [
                    v
                    for t in alternative
                    if t != "parent" and not t.startswith("tags.")
                    for _, v in parse(t).select(resource.value)[:1]
                    if isinstance(v, str) and names.chosen(v) and v != "/"
                ]
                if any(t == "tags.Name" for t in alternative) and isinstance(named, str):
                    return named
                best = next((t for t in texts if t in (resource.address.id, resource.address.id.rpartition("/")[2])), None)
                if best or texts:
                    text = best or max(texts, key=len)
                    return text.rpartition(":")[2] if text.startswith("arn:") else text
            if isinstance(named, str):
                return named
        id_ = resource.address.id.rpartition("|")[2]
        id_ = id_.rpartition(":")[2] if id_.startswith("arn:") else id_
        return id_ if names.chosen(id_) else None


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
