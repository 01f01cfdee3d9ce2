"""A string in canonical form: references first, then symbols, in what is left of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from ahocorasick_rs import AhoCorasick, MatchKind

from driftscan.model.settings import Vocabulary
from driftscan.model.value import Address, Opaque, Redacted, Ref, Text, Value, Word
from driftscan.normalize import names
from driftscan.normalize.index import Index, Known
from driftscan.normalize.networks import addresses, relative
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


ARN: Final = re.compile(r"arn:aws[\w-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws)?:([^\s\"'`,<>|\\()\[\]{};&]+)")
_ARN_END: Final = re.compile(r"[/:.*?#@=$]")
_REVISION: Final = re.compile(r":\d+$")
_QUEUE: Final = re.compile(r"https?://[^\s/\"']+/(\d{12})/([\w.-]+)")
_GAP: Final = "\ue000"
"""Stands for one closed token while a setting is read as text."""
REF: Final = "\ue001"
"""Stands for a reference in digests; its attribute follows."""
_MANY: Final = 60_000


class Texts:
    """Strings of one snapshot -> canonical form. Most strings repeat, so each is looked at once per home region."""

    def __init__(self, index: Index, vocabulary: Vocabulary, tokens: dict[str, str]) -> None:
        self._index, self._vocabulary, self._tokens = index, vocabulary, tokens
        self._symbols = Symbols(vocabulary)
        self._accounts = [a for a, (e, _) in sorted(vocabulary.accounts.items()) if e == vocabulary.environment]
        self._loose = sorted(index.loose)
        self._automaton = AhoCorasick(self._loose, matchkind=MatchKind.Standard) if self._loose else None
        self._memo: dict[tuple[str, str, tuple[str, ...], str], Form] = {}
        blocks = [(n, length, "{network}") for n, length in index.networks]
        declared = []
        for name, values in sorted(vocabulary.variables.items()):
            found = addresses(values.get(vocabulary.environment, ""))
            declared += [(a, p, f"{{{name}}}") for s, e, a, p in found if (s, e) == (0, len(values[vocabulary.environment])) and p < 32]
        self._blocks = declared + blocks

    def form(self, text: str, home: str, types: tuple[str, ...] = (), account: str = "") -> Form:
        """The canonical form of a string. home: the region that counts as the resource's own, or "".

        types: what a bare name names at this place; account: in which account.
        """
        key = (text, home, types, account if types else "")
        found = self._memo.get(key)
        if found is None:
            found = self._make(text, home, types, account)
            if len(self._memo) >= _MANY:
                self._memo.clear()
            self._memo[key] = found
        return found

    def redacted(self, value: Redacted, home: str, types: tuple[str, ...] = ()) -> Form:
        """A redacted setting: known tokens in clear again, the others closed."""
        text = ""
        closed: list[Opaque] = []
        for part in value.parts:
            clear = part[1:] if part[:1] == "=" else self._tokens.get(part[1:])
            if clear is None:
                closed.append(Opaque(part[1:], value.key_id))
                text += _GAP
            else:
                text += clear
        form = self.form(text, home, types)
        if not closed:
            return form
        parts: list[Part] = []
        rest = iter(closed)
        for known in form.body.parts if isinstance(form.body, Text) else (form.body,):
            if not isinstance(known, str):
                parts.append(known)
                for _ in range(known.text.count(_GAP) if isinstance(known, Ref) else 0):
                    next(rest)  # closed tokens inside a reference (a port in a URL): the reference says more than they do
                continue
            for i, piece in enumerate(known.split(_GAP)):
                if i:
                    parts.append(next(rest))
                if piece:
                    parts.append(piece)
        plain = form.plain
        for token in [p for p in parts if isinstance(p, Opaque)]:
            plain = plain.replace(_GAP, f"#{token.digest}", 1)
        return Form(parts[0] if len(parts) == 1 else Text(tuple(parts)), plain, form.refs, form.words)

    def spelled(self, text: str, home: str, own: Address) -> Form:
        """A resource's own name for a logical key: references to itself are no references here."""
        return self._join(
            text, home, [f for f in self._found(text, home, "") if not (isinstance(f.payload, Known) and f.payload.address == own)]
        )

    # ----------------------------------------------------------------------------------------- making

    def _make(self, text: str, home: str, types: tuple[str, ...], account: str) -> Form:
        if types:
            for one in (account, *self._accounts):
                address = self._index.find(types, one, home, text)
                if address is not None:
                    return _reference(Ref(address, address.type, text, "name"))
        return self._join(text, home, self._found(text, home, types[0] if types else ""))

    def _found(self, text: str, home: str, type_: str) -> list[Found]:
        out: list[Found] = []
        if "arn:" in text:
            out += self._arns(text)
        if self._automaton is not None:
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                if bounded(text, start, end):
                    known = self._index.loose[self._loose[number]]
                    out.append(Found(start, end, "ref", text[start:end], payload=known))
        if "://" in text:
            for m in _QUEUE.finditer(text):
                address = self._index.of_service("sqs", m[1], "", "queue", m[2], home)
                if address is not None:
                    out.append(Found(m.start(), m.end(), "ref", m[0], payload=Known(address, "url")))
        if "-" in text:
            out += [Found(s, e, "id", text[s:e], payload=claimed or type_) for s, e, claimed in names.ids(text)]
        out += self._symbols.find(text)
        if text.count(".") >= 3 and self._blocks:
            for start, end, address_, prefix in addresses(text):
                symbol = relative(address_, prefix, "/" not in text[start:end], self._blocks)
                if symbol is not None:
                    out.append(Found(start, end, "symbol", symbol))
        out += [Found(s, e, "suffix", "-{id}") for s, e in names.suffixes(text)]
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
                address, length = named
                end = m.end() - len(rest) + length
                yield Found(m.start(), end, "ref", text[m.start() : end], payload=Known(address, "arn"))

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

    def _named(self, service: str, region: str, account: str, rest: str) -> tuple[Address, int] | None:
        """The resource that an ARN means by the name in it, and how much of the ARN's last part that name closes."""
        pieces = [0, *(c.end() for c in re.finditer(r"[/:]", rest)), len(rest) + 1]
        noun = rest[: pieces[1] - 1].replace("-", "").lower() if len(pieces) > 2 else ""
        for first in range(min(3, len(pieces) - 1)):
            for last in range(len(pieces) - 1, first, -1):
                name = rest[pieces[first] : pieces[last] - 1]
                address = self._index.of_service(service, account, region, noun, name) if name else None
                if address is not None:
                    return address, pieces[last] - 1
        return None

    def _join(self, text: str, home: str, found: list[Found]) -> Form:
        if not found:
            return Form(text, text)
        chosen: list[Found] = []
        for f in sorted(found, key=lambda f: (_RANK[f.kind], f.start - f.end, f.start)):
            if all(f.end <= c.start or f.start >= c.end for c in chosen):
                chosen.append(f)
        chosen.sort(key=lambda f: f.start)
        return self._build(text, home, chosen)

    def _build(self, text: str, home: str, chosen: Sequence[Found]) -> Form:
        parts: list[Part] = []
        plain: list[str] = []
        refs: list[Ref] = []
        words: list[tuple[str, str]] = []
        literal = ""
        at = 0
        for f in chosen:
            literal += text[at : f.start]
            at = f.end
            part: Part
            if f.kind in ("symbol", "suffix", "literal"):
                literal += f.text
                continue
            if f.kind == "ref":
                known = f.payload
                assert isinstance(known, Known)  # nothing else stands behind a reference
                part = Ref(known.address, known.address.type, f.text, known.attribute)
            elif f.kind == "id":
                part = Ref(None, str(f.payload), f.text, "id")
            elif f.kind == "region":
                part = Word(self._vocabulary.environment if f.text == home else "", f.text, f.shape)
            else:
                part = Word(f.env, f.text, f.shape)
            if literal:
                parts.append(literal)
                plain.append(literal)
                literal = ""
            parts.append(part)
            if isinstance(part, Ref):
                refs.append(part)
                plain.append(placeholder(part))
            else:
                words.append((part.env, part.text))
                plain.append(part.shape)
        literal += text[at:]
        if literal:
            parts.append(literal)
            plain.append(literal)
        if not refs and not words:
            return Form("".join(plain), "".join(plain))
        return Form(parts[0] if len(parts) == 1 else Text(tuple(parts)), "".join(plain), tuple(refs), tuple(words))


_RANK: Final = {"literal": 0, "ref": 1, "id": 2, "symbol": 3, "suffix": 3, "region": 3, "word": 4}


def placeholder(ref: Ref) -> str:
    """What stands for a reference in a digest: which of its names was used, never whose."""
    return f"{REF}{{{ref.attribute}}}"


def _reference(ref: Ref) -> Form:
    return Form(ref, placeholder(ref), (ref,))
