"""A string in canonical form: references first, then symbols, in what is left of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from ahocorasick_rs import AhoCorasick, MatchKind

from driftscan.model.settings import Vocabulary
from driftscan.model.value import NETWORK, PLACED, Address, Opaque, Redacted, Ref, Text, Value, Word
from driftscan.normalize import google, names
from driftscan.normalize.index import Index, Known, noun_of
from driftscan.normalize.networks import addresses, around, relative
from driftscan.normalize.redact import universal
from driftscan.normalize.rules import Place
from driftscan.normalize.symbols import Found, Symbols, bounded

Part: TypeAlias = str | Ref | Word | Opaque


class Form(NamedTuple):
    """A string in canonical form. body: `str`, `Text`, `Ref` or `Word`; plain: what of it goes into a digest, with placeholders.

    refs and words: what the placeholders stand for, in order.
    """

    body: Value
    plain: str
    refs: tuple[Ref, ...] = ()
    words: tuple[tuple[str, str], ...] = ()


class Named(NamedTuple):
    """Members of a map that are data. names: (key in the plain twin, member) in the order of the former.

    spoken: what stands in the body for keys that hold a word or a reference. refs and words: what stands in the keys, in order.
    """

    names: tuple[tuple[str, str], ...]
    spoken: dict[str, Value]
    refs: tuple[Ref, ...] = ()
    words: tuple[tuple[str, str], ...] = ()


ARN: Final = re.compile(r"arn:aws[\w-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws)?:([^\s\"'`,<>|\\()\[\]{};&]+)")
_ARN_END: Final = re.compile(r"[/:.*?#@=$]")
_REVISION: Final = re.compile(r":\d+$")
_BUCKET: Final = re.compile(
    r"(?<![\w.-])([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?=\.s3(?:[.-](?:website[.-]|dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?(?![\w.-]))"
)
"""A bucket in the hosts that S3 gives it: virtual-hosted, of a website, dual-stack (S3 User Guide, "Virtual hosting of buckets")."""
_QUEUE: Final = re.compile(r"https?://[^\s/\"']+/(\d{12})/([\w.-]+)")
REF: Final = "\ue001"
"""Stands for a reference in digests; its attribute follows."""
_TOKEN: Final = re.compile(r"[0-9A-Za-z-]+")
_MIXED: Final = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{6,}")
"""Letters and digits in one: where nothing but an id that the vendor invented may stand, even one that looks like a word is one."""
_MANY: Final = 60_000


class Texts:
    """Strings of one snapshot -> canonical form. Most strings repeat, so each is looked at once per home region."""

    def __init__(self, index: Index, vocabulary: Vocabulary, tokens: dict[str, str]) -> None:
        self._index, self._vocabulary, self._tokens = index, vocabulary, tokens
        self._symbols = Symbols(vocabulary, index.google.projects)
        self._accounts = [a for a, (e, _) in sorted(vocabulary.accounts.items()) if e == vocabulary.environment]
        self._loose = sorted(index.loose)
        self._automaton = AhoCorasick(self._loose, matchkind=MatchKind.Standard) if self._loose else None
        self._memo: dict[tuple[str, tuple[str, ...], str], dict[str, Form]] = {}
        self._keys: dict[tuple[str, bool, bool], dict[tuple[str, ...], Named]] = {}
        self._settings: dict[tuple[Redacted, str, tuple[str, ...]], Form | None] = {}
        self.documents: dict[tuple[str, Place, str, str, bool, bool], tuple[Value, Value, list[object], list[object]]] = {}
        """What documents that are strings became so far: (text, place, home, account, inside another, with a body)
        -> (body, plain, references, words)."""
        self._held = 0
        declared: list[tuple[int, int, str | tuple[Address, ...]]] = []
        for name, values in sorted(vocabulary.variables.items()):
            found = addresses(values.get(vocabulary.environment, ""))
            declared += [(a, p, f"{{{name}}}") for s, e, a, p in found if (s, e) == (0, len(values[vocabulary.environment])) and p < 32]
        self._blocks = declared + list(index.networks)
        self._parts = [b for b in index.networks if b[2][0].provider == "gcp"]  # networks without a block of their own

    def form(self, text: str, home: str, types: tuple[str, ...] = (), account: str = "") -> Form:
        """The canonical form of a string. home: the region that counts as the resource's own, or "".

        types: what a bare name names at this place; account: in which account.
        """
        memo = self.forms(home, types, account if types else "")
        found = memo.get(text)
        if found is None:
            found = self._make(text, home, types, account)
            self.hold(1)
            memo[text] = found
        return found

    def hold(self, number: int) -> None:
        """So many more things are about to be remembered; where they are too many, everything else is forgotten."""
        self._held += number
        if self._held > _MANY:
            self._forget()
            self._held = number

    def _forget(self) -> None:
        for forms in self._memo.values():
            forms.clear()
        for keys in self._keys.values():
            keys.clear()
        self.documents.clear()
        self._settings.clear()

    def forms(self, home: str, types: tuple[str, ...], account: str) -> dict[str, Form]:
        """The forms made so far for a home region, types and account; emptied now and then, so that memory stays flat."""
        return self._memo.setdefault((home, types, account), {})

    def named(self, home: str, *, inside: bool, tags: bool) -> dict[tuple[str, ...], Named]:
        """What the members of maps that are data became so far, for a home region, in documents (`inside`) or outside, of tags or not."""
        return self._keys.setdefault((home, inside, tags), {})

    def redacted(self, value: Redacted, home: str, types: tuple[str, ...] = ()) -> Form | None:
        """What of a redacted value opens: what is recognised in the known tokens of a setting, and of a mail address words of environments
        and what was declared. Everything else stays closed; None where all of it does, of a secret or person.

        A token that only happens to be known stays closed too: the other environment need not know it.
        """
        if value.kind != "setting" and value.closed is value:
            return None
        key = (value, home, types)
        if key not in self._settings:
            self.hold(len(value.parts))
            self._settings[key] = self._open(value, home, types) if value.kind == "setting" else self._person(value, home)
        return self._settings[key]

    def _open(self, value: Redacted, home: str, types: tuple[str, ...]) -> Form:
        text, closed = self._opened(value.parts, value.key_id)
        named = self._named_whole(text, home, types, "") if types else None
        if named is not None:
            return named
        return self._build(text, home, self._choose(self._found(text, home, types[0] if types else "")), closed)

    def _person(self, value: Redacted, home: str) -> Form | None:
        """What stands between two recognised things is one closed piece."""
        text, closed = self._opened(value.parts[1:], value.key_id)
        chosen = self._choose(self._symbols.find(text))
        if not chosen:
            return None
        text, chosen, pieces = _in_pieces(text, chosen, closed, value.key_id)
        return self._build(text, home, chosen, pieces)

    def _opened(self, parts: Sequence[str], key_id: str) -> tuple[str, dict[int, Opaque]]:
        """The text of a token sequence as far as it is known, and where tokens begin that stay closed where nothing is recognised."""
        text = ""
        closed: dict[int, Opaque] = {}
        for part in parts:
            if part[:1] == "=":
                text += part[1:]
                continue
            digest, _, context = part[1:].partition("~")
            clear = self._tokens.get(digest, "") or self._tokens.get(context, "")
            if not universal(clear):
                closed[len(text)] = Opaque(digest, key_id, clear)
            text += clear or names.GAP
        return text, closed

    def spelled(self, text: str, home: str, own: Address) -> Form:
        """A resource's own name for a logical key: references to itself, or to another that is called so, are no references here."""
        mine = self._index.own_names(own)
        found = [
            f
            for f in self._found(text, home, "")
            if not (isinstance(f.payload, Known) and (f.payload.address == own or (f.start, f.end) == (0, len(text)) or f.text in mine))
        ]
        return self._build(text, home, self._choose(found), {})

    # ----------------------------------------------------------------------------------------- making

    def _make(self, text: str, home: str, types: tuple[str, ...], account: str) -> Form:
        named = self._named_whole(text, home, types, account) if types else None
        if named is not None:
            return named
        known = self._index.arns.get(text) or self._index.loose.get(text)
        if known is not None:
            return reference(Ref(known.address, known.address.type, text, known.attribute))
        claimed = names.whole(text)
        if claimed and text.rpartition("-")[2] not in self._index.loose:
            return reference(Ref(None, claimed, text, "id"))
        return self._build(text, home, self._choose(self._found(text, home, types[0] if types else "")), {})

    def _named_whole(self, text: str, home: str, types: tuple[str, ...], account: str) -> Form | None:
        """The text as a bare name, or an id of no known form, of one of the types; None where it is neither."""
        for one in (account, *self._accounts):
            address = self._index.find(types, one, home, text)
            if address is not None:
                return reference(Ref(address, address.type, text, "name"))
        if _TOKEN.fullmatch(text) and text not in self._index.loose:
            invented = types[0] in self._index.assigned and _MIXED.fullmatch(text) is not None
            if invented or (names.generated(text) and not names.chosen(text)):
                return reference(Ref(None, types[0], text, "id"))
        return None

    def _found(self, text: str, home: str, type_: str) -> list[Found]:
        out: list[Found] = []
        if "arn:" in text:
            out += self._arns(text)
        if self._automaton is not None:
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                if bounded(text, start, end):
                    known = self._index.loose[self._loose[number]]
                    out.append(Found(start, end, "ref", text[start:end], payload=known))
        if "folders/" in text or "organizations/" in text:
            out += [Found(s, e, "id", text[s:e], payload=type_) for s, e, type_ in google.levels(text)]
        if "/" in text:
            out += [Found(s, e, "ref", text[s:e], payload=Known(a, "name")) for s, e, a in self._index.google.find(text)]
        if "://" in text:
            for m in _QUEUE.finditer(text):
                address = self._index.of_service("sqs", m[1], "", "queue", m[2], home)
                if address is not None:
                    out.append(Found(m.start(), m.end(), "ref", m[0], payload=Known(address, "url")))
        if ".s3" in text:
            for m in _BUCKET.finditer(text):
                address = self._index.of_service("s3", "", "", "bucket", m[1])
                if address is not None:
                    out.append(Found(m.start(), m.end(), "ref", m[1], payload=Known(address, "name")))
        out += self._symbols.find(text)
        if self._blocks and text.count(".") >= 3:
            for start, end, address_, prefix in addresses(text):
                found = relative(address_, prefix, "/" not in text[start:end], self._blocks)
                if found is None and (plan := around(address_, prefix, self._parts)) is not None:
                    found = plan, f"/{prefix}"
                if found is not None:
                    out.append(_placed(start, end, *found, home))
        if names.plain(text):
            return out
        if "-" in text or "/" in text or len(text) >= names.SHORTEST_BARE:
            out += [Found(s, e, "id", text[s:e], payload=claimed or type_) for s, e, claimed in names.ids(text)]
        out += [Found(s, e, "suffix", "-{id}") for s, e in names.suffixes(text)]
        out += [Found(s, e, "id", text[s:e], payload=type_) for s, e in google.invented(text)]
        return out

    def _arns(self, text: str) -> Iterable[Found]:
        for m in ARN.finditer(text):
            service, region, account, rest = m.groups()
            if account == "aws":
                yield Found(m.start(), m.end(), "literal", m[0])
                continue
            end = self._known_prefix(m)
            if end is not None:
                yield Found(m.start(), end, "ref", text[m.start() : end], payload=self._index.arns[text[m.start() : end]])
                continue
            older = _REVISION.sub("", m[0])
            if older != m[0] and older in self._index.series:
                yield Found(m.start(), m.end(), "ref", m[0], payload=Known(self._index.series[older], "other revision"))
                continue
            named = self._named(service, region, account or "", rest)
            if named is not None:
                address, first, last = named
                offset = m.end() - len(rest)
                start, attribute = (m.start(), "arn") if self._of_kind(address, rest) else (offset + first, "name")
                yield Found(start, offset + last, "ref", text[start : offset + last], payload=Known(address, attribute))
            elif m[0] in self._index.series:  # of several revisions that go by one name
                yield Found(m.start(), m.end(), "ref", m[0], payload=Known(self._index.series[m[0]], "arn"))

    def _known_prefix(self, m: re.Match[str]) -> int | None:
        """Where the longest known ARN that starts at the match ends."""
        arns = self._index.arns
        whole = m[0]
        if whole in arns:
            return m.end()
        offset = len(whole) - len(m[4])
        for cut in reversed([c.start() for c in _ARN_END.finditer(whole, offset + 1)]):
            if whole[:cut] in arns:
                return m.start() + cut
        return None

    def _of_kind(self, address: Address, rest: str) -> bool:
        """Whether an ARN that holds a resource's name may be that resource's: others (`hub-content/ranking`) are called like it."""
        noun, own = noun_of(rest), self._index.nouns.get(address.type)
        return not noun or not own or noun in own

    def _named(self, service: str, region: str, account: str, rest: str) -> tuple[Address, int, int] | None:
        """The resource that an ARN means by the name in it, and where in the ARN's last part that name stands."""
        pieces = [0, *(c.end() for c in re.finditer(r"[/:]", rest)), len(rest) + 1]
        noun = noun_of(rest)
        for first in range(min(3, len(pieces) - 1)):
            for last in range(len(pieces) - 1, first, -1):
                name = rest[pieces[first] : pieces[last] - 1]
                address = self._index.of_service(service, account, region, noun, name) if name else None
                if address is not None:
                    return address, pieces[first], pieces[last] - 1
        return None

    @staticmethod
    def _choose(found: list[Found]) -> list[Found]:
        """What is taken where several things are found in one place: references, then the longest."""
        if len(found) < 2:
            return found
        chosen: list[Found] = []
        for f in sorted(found, key=lambda f: (_RANK[f.kind], f.start - f.end, f.start)):
            if all(f.end <= c.start or f.start >= c.end for c in chosen):
                chosen.append(f)
        chosen.sort(key=lambda f: f.start)
        return chosen

    def _build(self, text: str, home: str, chosen: Sequence[Found], closed: dict[int, Opaque]) -> Form:
        """The form of a text. chosen: what was recognised, in order; closed: where closed tokens begin."""
        if not chosen and not closed:
            return Form(text, text)
        parts: list[Part] = []
        plain = ""
        refs: list[Ref] = []
        words: list[tuple[str, str]] = []
        at = 0
        for f in chosen:
            if at < f.start:
                plain += _literal(text, at, f.start, closed, parts)
            at, kind = f.end, f.kind
            if kind in {"word", "region"}:
                env = f.env if kind == "word" else self._vocabulary.environment if f.text.lower() == home else ""
                parts.append(Word(env, f.text, f.shape))
                words.append((env, f.text))
                plain += f.shape
            elif kind == "network":
                assert isinstance(f.payload, Ref)  # nothing else stands behind a network
                parts += [f.payload, f.text]
                refs.append(f.payload)
                plain += f.payload.text + f.text
            elif kind in {"ref", "id"}:
                if kind == "id":
                    ref = Ref(None, str(f.payload), f.text, "id")
                else:
                    known = f.payload
                    assert isinstance(known, Known)  # nothing else stands behind a reference
                    ref = Ref(known.address, known.address.type, f.text.replace(names.GAP, "…"), known.attribute)
                parts.append(ref)
                refs.append(ref)
                plain += placeholder(ref)
            else:
                _add(parts, f.text)
                plain += f.text
        if at < len(text):
            plain += _literal(text, at, len(text), closed, parts)
        return Form(parts[0] if len(parts) == 1 else Text(tuple(parts)), plain, tuple(refs), tuple(words))


def _in_pieces(text: str, chosen: Sequence[Found], closed: dict[int, Opaque], key_id: str) -> tuple[str, list[Found], dict[int, Opaque]]:
    """The text, what was recognised and what is closed, where all that stands between two recognised things is one closed token."""
    out, at = "", 0
    moved: list[Found] = []
    pieces: dict[int, Opaque] = {}
    for found in (*chosen, None):
        start = len(text) if found is None else found.start
        if at < start:
            plain = _literal(text, at, start, closed, [])
            pieces[len(out)] = Opaque(hashlib.sha256(plain.encode()).hexdigest()[:24], key_id)
            out += names.GAP
        if found is not None:
            moved.append(found._replace(start=len(out), end=len(out) + found.end - found.start))
            out += text[found.start : found.end]
            at = found.end
    return out, moved, pieces


def _literal(text: str, start: int, end: int, closed: dict[int, Opaque], parts: list[Part]) -> str:
    """Adds what stands between two recognised things, and returns its plain form; closed tokens that begin there stay closed."""
    if not closed:
        _add(parts, text[start:end])
        return text[start:end]
    plain = ""
    while start < end:
        token = closed.get(start)
        if token is not None:
            parts.append(token)
            plain += f"#{token.digest}"
            start += len(token.text) or 1
            continue
        stop = min((p for p in closed if start < p < end), default=end)
        _add(parts, text[start:stop])
        plain += text[start:stop]
        start = stop
    return plain


def _add(parts: list[Part], text: str) -> None:
    if parts and type(parts[-1]) is str:
        parts[-1] += text
    elif text:
        parts.append(text)


def _placed(start: int, end: int, block: str | tuple[Address, ...], tail: str, home: str) -> Found:
    """An address in a block: relative to the declared one, to the network that has it, of several to the one in the home region."""
    if isinstance(block, str):
        return Found(start, end, "symbol", block + tail)
    those = block if len(block) == 1 else [a for a in block if a.region == home]
    if len(those) != 1:  # several lie in one place: their addresses are the same
        return Found(start, end, "symbol", PLACED + tail)
    return Found(start, end, "network", tail, payload=Ref(those[0], those[0].type, PLACED, NETWORK))


_RANK: Final = {"literal": 0, "ref": 1, "id": 2, "symbol": 3, "network": 3, "suffix": 3, "region": 3, "word": 4}


def placeholder(ref: Ref) -> str:
    """What stands for a reference in a digest: which of its names was used, never whose."""
    return f"{REF}{{{ref.attribute}}}"


def reference(ref: Ref) -> Form:
    """The form of a text that is a reference and nothing else."""
    return Form(ref, placeholder(ref), (ref,))
