"""One document on its way to canonical form.

The steps, at every place of the document and in this order: parse what is a document -> drop what the spec ignores -> fill defaults ->
drop what is empty and says nothing -> lists of pairs become maps, reserved tags go -> references -> symbols (both in `text`) -> order:
lists become sets, sets of structures are keyed. One walk does them all, so that a place is visited once.

Beside the canonical value (the body) the walk makes its *plain* twin: what goes into the digest, with placeholders for references and
words, which are noted in order. The body is only made where somebody asks for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Final, TypeAlias

import orjson

from driftscan.catalog.paths import Member, Pattern, Star, Where
from driftscan.model.resource import RefItems
from driftscan.model.value import Address, Bag, Keyed, Redacted, Ref, Seq, Unknown, Value, Word, show_scalar
from driftscan.normalize import documents, google, maps, names
from driftscan.normalize.defaults import fill, says_nothing
from driftscan.normalize.index import Index, Known
from driftscan.normalize.rules import SILENT, Place
from driftscan.normalize.secrets import looks_dense
from driftscan.normalize.text import Form, Named, Texts, placeholder, reference

Made: TypeAlias = tuple[Value, Value]
"""(body, plain)."""
Steps: TypeAlias = list[tuple[str, str, Place, bool]]
"""(key in canonical form, member, its place, whether a text there is nothing but a text) of what is walked, in order."""
Element: TypeAlias = tuple[bytes | str, Value, Value, Sequence[object], Sequence[object]]
"""(what is equal where its plain forms are, body, plain, references, words)."""

_IDS: Final = frozenset({"Id", "ID", "id", "CanonicalUser"})
_NUMBERED: Final = ("Id", "_id", "Ids", "_ids")
"""Members in which a number of Google's names something."""
_CANONICAL_USERS: Final = ("AWS::CloudFront::CloudFrontOriginAccessIdentity",)
_SHALLOW: Final = 2
"""How deep a document may hold its resource's own name as such; deeper, the same text is an ordinary word."""
_HELD: Final = 100
"""A document counts as so many characters' worth of remembered texts."""
_SHAPES: Final = 1000
"""Most shapes of structures that one place remembers."""
_MEMBER: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_PATH: Final = re.compile(r"[/:.]")
"""What stands in no field's name: `kubernetes.io/cluster/OrdersStage` is a name in a path."""
_SORTED: Final = orjson.OPT_SORT_KEYS
SET: Final = "$set"
"""Marks a set in the plain twin: a list is a sequence there, an object a structure."""


class Walk:
    """One resource. home: the region that counts as its own, or ""."""

    def __init__(self, texts: Texts, index: Index, own: Address, home: str, *, body: bool) -> None:
        self.texts, self.index, self.own, self.home, self.body = texts, index, own, home, body
        self.refs: list[object] = []
        self.words: list[object] = []
        self.unknown: list[tuple[str, str]] = []
        self.secrets: set[str] = set()
        self._path: list[str] = []
        self._forms = texts.forms(home, (), "")
        self._names = index.own_names(own)
        self._owner = ""
        self._described = True

    def document(self, value: dict[str, Value], place: Place) -> Made:
        """The whole document."""
        self._owner = _owner(value)
        self._described = place is not SILENT
        return self._members(value, place, inside=False)

    # ----------------------------------------------------------------------------------------- values

    def any(self, value: Value, place: Place, *, inside: bool) -> Made:
        """A value at a place. inside: it lies in a parsed document, where member names are somebody's own."""
        if place.document:
            if type(value) is str:
                return self._document(value, place, inside=inside)
            value = documents.parse(place.document, value)
            inside = True
        return self._any(value, place, inside=inside)

    def _document(self, text: str, place: Place, *, inside: bool) -> Made:
        """A document that is a string. Many are alike, and mean the same wherever they stand if they do not name what holds them."""
        own = (*self._names, self._owner) if self._owner else self._names
        if any(name in text for name in own):
            value = documents.parse(place.document, text)
            return self._any(value, place, inside=inside or type(value) is not str)
        known = self.texts.documents
        key = (text, place, self.home, self.own.account, inside, self.body)
        found = known.get(key)
        if found is None:
            refs, words = self.refs, self.words
            self.refs, self.words = [], []
            value = documents.parse(place.document, text)
            made = self._any(value, place, inside=inside or type(value) is not str)
            found = (*made, self.refs, self.words)
            self.refs, self.words = refs, words
            self.texts.hold(1 + len(text) // _HELD)
            known[key] = found
        body, plain, added_refs, added_words = found
        self.refs.extend(added_refs)
        self.words.extend(added_words)
        return body, plain

    def _any(self, value: Value, place: Place, *, inside: bool) -> Made:
        kind = type(value)
        if kind is str:
            return (value, value) if place.enum else self._form(self._text(value, place.references))
        if kind is dict:
            if place.references or len(value) > 2:
                copy = self._copy_of(value, place, inside=inside)
                if copy is not None:
                    self.refs.append(copy)
                    return copy, placeholder(copy)
            return self._members(value, place, inside=inside)
        if kind is list or kind is tuple:
            return self._list(value, place, inside=inside)
        if kind is float:
            number = int(value) if value.is_integer() else value
            return number, number
        if isinstance(value, Redacted):
            form = self.texts.redacted(value, self.home, place.references)
            if form is not None:
                return self._form(form)
            if value.kind == "secret":
                self.secrets.add(f"{value.key_id}:{value.parts[0]}")
            return value.closed, {"$redacted": [value.kind, value.key_id, value.parts[0]]}
        if isinstance(value, Unknown):
            self.unknown.append((".".join(self._path), value.code))
            return value, {"$unknown": value.code}
        return value, value

    def _text(self, text: str, types: tuple[str, ...]) -> Form:
        member = self._path[-1] if self._path else ""
        if text in self._names and len(self._path) <= _SHALLOW:
            return reference(Ref(self.own, self.own.type, text, "name"))
        if member in _IDS and text == self._owner:
            return Form("{owner}", "{owner}")
        if member in _IDS and looks_dense(text) and not names.suffixes(text) and text not in self.index.loose:
            return Form("{id}", "{id}")
        if _names_one(member) and google.is_invented(text) and text not in self.index.loose:
            return reference(Ref(None, types[0] if types else "", text, "id"))
        if types and text.isdigit() and text not in self.index.loose and google.LEVELS.intersection(types):
            return reference(Ref(None, types[0], text, "id"))
        if member == "CanonicalUser" and not types:
            types = _CANONICAL_USERS
        if types:
            return self.texts.form(text, self.home, types, self.own.account)
        form = self._forms.get(text)
        return self.texts.form(text, self.home) if form is None else form

    def _form(self, form: Form) -> Made:
        if form.refs:
            self.refs.extend(form.refs)
        if form.words:
            self.words.extend(form.words)
        return form.body, form.plain

    # ----------------------------------------------------------------------------------------- structures

    def _members(self, value: dict[str, Value], place: Place, *, inside: bool) -> Made:
        if place.defaults:
            value = fill(value, place)
        if "Quantity" in value and type(value["Quantity"]) is int:
            value = maps.uncounted(value)
        body: dict[str, Value] = {}
        plain: dict[str, Value] = {}
        tags = place.tags or (bool(self._path) and maps.names_tags(self._path[-1]))
        spoken: dict[str, Value] | None = None
        data = inside or place.free or tags
        keeps = data or not self._described  # where nobody said what is data, all of it may be
        if data:
            keys = self._keys(tuple(value), tags=tags, inside=inside)
            steps, spoken = _steps(keys.names, place), keys.spoken
        else:
            steps = _ordered(tuple(value), place)
        known, own, path, whole = self._forms, self._names, self._path, self.body
        for key, name, here, plainly in steps:
            inner = value[name]
            kind = type(inner)
            if not inner and not keeps and says_nothing(name, inner, here):
                continue
            if tags and kind is str:
                inner = maps.unclocked(inner)
            if kind is str and plainly and inner not in own:
                form = known.get(inner)
                if form is None:
                    form = self.texts.form(inner, self.home)
                made, plain[key], refs, words = form
                if refs:
                    self.refs.extend(refs)
                if words:
                    self.words.extend(words)
                if whole:
                    body[key] = made
            elif kind is bool or kind is int:
                plain[key] = inner
                if whole:
                    body[key] = inner
            elif inner is not None or inside:
                path.append(name)
                made, plain[key] = self.any(inner, here, inside=inside)
                if whole:
                    body[key] = made
                path.pop()
        return _spoken(body, spoken) if spoken and whole and path else body, plain

    def _keys(self, members: tuple[str, ...], *, tags: bool, inside: bool) -> Named:
        """The members of a map that are data, in canonical form; words and references found in them are noted."""
        known = self.texts.named(self.home, inside=inside, tags=tags)
        found = known.get(members)
        if found is None:
            found = self._named(members, tags=tags, inside=inside)
            self.texts.hold(1)
            known[members] = found
        if found.refs:
            self.refs.extend(found.refs)
        if found.words:
            self.words.extend(found.words)
        return found

    def _named(self, members: tuple[str, ...], *, tags: bool, inside: bool) -> Named:
        """A key that is a word and nothing else is a field's name (`STAGE`, `Stage`), except in documents.

        Keys that would become one stay apart in the plain twin, as they are written; of several regions only the home is `{region}`.
        """
        forms = {name: self._key(name, inside=inside) for name in members if not (tags and maps.reserved(name))}
        counts = Counter(name if form is None else form.plain for name, form in forms.items())
        own = {n: f for n, f in forms.items() if f is not None and (counts[f.plain] == 1 or n == self.home)}
        out = sorted((own[name].plain if name in own else name, name) for name in forms)
        kept = [own[name] for _, name in out if name in own]
        return Named(
            tuple(out),
            {key: form.body for key, name in out if (form := forms[name]) is not None and not isinstance(form.body, str)},
            tuple(r for form in kept for r in form.refs),
            tuple(w for form in kept for w in form.words),
        )

    def _key(self, name: str, *, inside: bool) -> Form | None:
        """The canonical form of a member that is data; None where it stays as it is."""
        form = self.texts.form(name, self.home)
        if form.body == name or (("{ENV}" in form.plain or "{Env}" in form.plain) and _PATH.search(name) is None):
            return None
        if _MEMBER.fullmatch(name) is not None and not (isinstance(form.body, Word) and inside and name.islower()):
            return None
        return form

    def _copy_of(self, value: dict[str, Value], place: Place, *, inside: bool) -> Ref | None:
        """The resource of which a structure is a copy: it names it, and holds nothing but members of that resource's own document."""
        if inside or not self._path:
            return None
        for name, inner in value.items():
            if type(inner) is not str:
                continue
            known: Known | None = None
            if name[-3:] in ("Arn", "arn", "ARN"):
                known = self.index.arns.get(inner)
            elif name == "selfLink":
                known = self._linked(inner)
            elif place.references:
                known = self.index.arns.get(inner) or self.index.loose.get(inner)
            if known is None or known.address == self.own:
                continue
            if known.address.type in place.references or self.index.members[known.address.type].issuperset(value):
                return Ref(known.address, known.address.type, inner, "copy")
        return None

    def _linked(self, text: str) -> Known | None:
        """The resource of which a text is a self link and nothing else."""
        found = next(self.index.google.find(text), None)
        return Known(found[2], "name") if found is not None and found[:2] == (0, len(text)) else None

    # ----------------------------------------------------------------------------------------- lists

    def _list(self, value: list[Value], place: Place, *, inside: bool) -> Made:
        tags = place.tags or (bool(self._path) and maps.names_tags(self._path[-1]))
        entries = maps.pairs(value, tags) if value and type(value[0]) is dict else None
        if entries is not None:
            return self._map({k: (m, v, more) for k, m, v, more in entries}, value, place, tags=tags, inside=inside)
        if tags and not value:
            return {}, {}
        if place.ordered:
            bodies: list[Value] = []
            plains: list[Value] = []
            for item in value:
                made = self.any(item, place if place.silent else place.element(item), inside=inside)
                bodies.append(made[0])
                plains.append(made[1])
            return Seq(tuple(bodies)), plains
        return self._set(value, place, inside=inside)

    def _map(
        self, entries: dict[str, tuple[str, Value, dict[str, Value]]], items: list[Value], place: Place, *, tags: bool, inside: bool
    ) -> Made:
        body: dict[str, Value] = {}
        plain: dict[str, Value] = {}
        keys = self._keys(tuple(entries), tags=tags, inside=False)
        known, own = self._forms, self._names
        for key, name in keys.names:
            member, value, more = entries[name]
            if tags and type(value) is str:
                value = maps.unclocked(value)
            if type(value) is str and not more and not _names_one(name) and value not in own:
                here = place if place.silent else place.pair(name, member)
                if here.ignored:
                    continue
                if not (here.document or here.references or here.enum):
                    form = known.get(value)
                    if form is None:
                        form = self.texts.form(value, self.home)
                    body[key], plain[key] = self._form(form)
                    continue
            self._path.append(name)
            if more:
                made = self._members({member: value, **more}, SILENT if place.silent else place.element(items[0]), inside=inside)
            else:
                here = place if place.silent else place.pair(name, member)
                if here.ignored:
                    self._path.pop()
                    continue
                made = self.any(value, here, inside=inside)
            self._path.pop()
            body[key], plain[key] = made
        return _spoken(body, keys.spoken) if keys.spoken else body, plain

    def _set(self, value: list[Value], place: Place, *, inside: bool) -> Made:
        if value and type(value[0]) is str:
            texts = self._texts_only(value, place if place.silent else place.element(None))
            if texts is not None:
                return texts
        elements: list[Element] = []
        refs, words = self.refs, self.words
        several = len(value) > 1
        for item in value:
            here = place if place.silent else place.element(item)
            if here.ignored:
                continue
            self.refs, self.words = [], []
            made, plain = self.any(item, here, inside=inside)
            elements.append((orjson.dumps(plain, option=_SORTED) if several else b"", made, plain, self.refs, self.words))
        self.refs, self.words = refs, words
        if several:
            elements.sort(key=itemgetter(0))  # by placeholders: what they stand for must not decide about the order
        self._note(elements)
        plains = {SET: [e[2] for e in elements]}
        if not self.body:
            return None, plains
        if place.keys:
            keyed = self._keyed([e[1] for e in elements], place.keys)
            if keyed is not None:
                return keyed, plains
        return Bag(tuple(e[1] for e in elements)), plains

    def _texts_only(self, value: list[Value], place: Place) -> Made | None:
        """A set of texts and nothing else, as most are; None where there is more to it. place: of its elements."""
        if place.ignored or place.document or place.references or _names_one(self._path[-1]):
            return None
        known, own = self._forms, self._names
        forms: list[Form] = []
        for text in value:
            if type(text) is not str or text in own:
                return None
            form = Form(text, text) if place.enum else known.get(text)
            forms.append(self.texts.form(text, self.home) if form is None else form)
        if len(forms) > 1:
            forms.sort(key=_by_plain)
        if any(f.refs or f.words for f in forms):
            elements: list[Element] = [(f.plain, f.body, f.plain, f.refs, f.words) for f in forms]
            self._note(elements)
            return Bag(tuple([e[1] for e in elements])) if self.body else None, {SET: [e[2] for e in elements]}
        return Bag(tuple([f.body for f in forms])) if self.body else None, {SET: [f.plain for f in forms]}

    def _note(self, elements: list[Element]) -> None:
        """References and words of a set: those of elements that look alike as one multiset. Puts such elements in order, too."""
        if not any(e[3] or e[4] for e in elements):
            return
        i = 0
        while i < len(elements):
            j = i + 1
            while j < len(elements) and elements[j][0] == elements[i][0]:
                j += 1
            if j - i == 1:
                self.refs.extend(elements[i][3])
                self.words.extend(elements[i][4])
            else:
                elements[i:j] = alike = sorted(elements[i:j], key=lambda e: (repr(e[3]), repr(e[4])))
                for at, notes in ((3, self.refs), (4, self.words)):
                    if alike[0][at]:
                        notes.append(("set", tuple(tuple(e[at]) for e in alike)))
            i = j

    @staticmethod
    def _keyed(items: list[Value], keys: tuple[Pattern, ...]) -> Keyed | None:
        """The elements by their keys; None where two share one, or one has none."""
        out: dict[tuple[Value, ...], Value] = {}
        for item in items:
            if not isinstance(item, dict):
                return None
            key = tuple(_at(item, k) for k in keys)
            if all(k is None for k in key) or any(isinstance(k, dict) for k in key):
                return None
            while key[-1] is None:  # who lacks the last parts is called by the first
                key = key[:-1]
            if key in out:
                return None
            out[key] = item
        return Keyed(tuple(sorted(out.items(), key=lambda e: tuple(show_scalar(k) for k in e[0]))))


def _by_plain(form: Form) -> bytes:
    return orjson.dumps(form.plain)


def _ordered(members: tuple[str, ...], place: Place) -> Steps:
    """How the members of a vendor's structure are walked; structures of one shape are walked alike."""
    found = place.orders.get(members)
    if found is None:
        if len(place.orders) >= _SHAPES:
            place.orders.clear()
        found = place.orders[members] = _steps([(name, name) for name in sorted(members)], place)
    return found


def _steps(names: Iterable[tuple[str, str]], place: Place) -> Steps:
    if place.silent:
        return [(key, name, place, not _names_one(name)) for key, name in names]
    out: Steps = []
    for key, name in names:
        here = place.members.get(name) or place.member(name)
        if not here.ignored:
            out.append((key, name, here, not (here.document or here.references or here.enum or _names_one(name))))
    return out


def _names_one(member: str) -> bool:
    """Whether a member may hold an id that is known by its member alone."""
    return member in _IDS or member.endswith(_NUMBERED)


def _spoken(body: dict[str, Value], spoken: dict[str, Value]) -> Keyed:
    """A map of which some keys hold a word or a reference: those are paired as what they are, not as their placeholder."""
    return Keyed(tuple([((spoken.get(key, key),), value) for key, value in body.items()]), members=True)


def _at(item: Value, pattern: Pattern) -> Value:
    """What stands at a path inside a canonical element; None where nothing does."""
    for step in pattern.steps:
        match step:
            case Member(name):
                if not isinstance(item, dict):
                    return None
                item = item.get(name)
            case Where() | Star():
                return item
            case _:
                return None
    return item


def items(notes: list[object]) -> RefItems:
    """Notes as they are kept in a seal."""
    return tuple(notes)


def _owner(value: dict[str, Value]) -> str:
    """The canonical user that the document (an access control list) says owns it, or "": another one in each account."""
    for part in (value, *value.values()):
        owner = part.get("Owner") if isinstance(part, dict) else None
        name = owner.get("ID") if isinstance(owner, dict) else None
        if isinstance(name, str):
            return name
    return ""
