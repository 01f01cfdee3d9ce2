"""Two sealed snapshots in, a `Comparison` out: who is whose counterpart, and what differs between them."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from driftscan.catalog import Catalog
from driftscan.compare import ownname
from driftscan.compare.copies import copies
from driftscan.compare.diff import changes
from driftscan.compare.equal import equal
from driftscan.compare.form import Body
from driftscan.compare.keys import Names
from driftscan.compare.links import BLOCKED, CANDIDATE, REFERENCE, Links, Token, Where, refs_in
from driftscan.compare.lost import lost
from driftscan.compare.match import IAC, Found, Matched, match
from driftscan.compare.members import bound
from driftscan.compare.principals import entitled
from driftscan.compare.rename import renamed
from driftscan.compare.topology import topology
from driftscan.model.drift import Ambiguous, Change, Compared, Comparison, Pair, Side
from driftscan.model.resource import Seal
from driftscan.model.settings import PairRule
from driftscan.model.value import Address, Ref, Text, Value

__all__ = ["compare"]

UNREAD: Final = "unread"
"""The other side's stack holds a counterpart that nobody reads: an older revision."""
_REVISION: Final = re.compile(r":\d+$")
"""How the id of a revision ends. Anything else that a stack names and a complete listing lacks was deleted behind the stack's back."""

log = logging.getLogger(__name__)

Obscured: TypeAlias = dict[tuple[str, str], dict[tuple[bool, ...], dict[tuple[Token, ...], str]]]
"""(type, reason of a key) -> which of its parts refer to what the other side did not read -> the others -> code."""


def compare(
    candidate: Side, reference: Side, body: Body, catalog: Catalog, pairs: tuple[PairRule, ...], *, same_environment: bool
) -> Comparison:
    """Compare two sides.

    body: reads the canonical form of one resource of a side; called only for pairs whose seals differ, and where form must tell
    resources apart. pairs: counterparts that the configuration declares. same_environment: two snapshots of one environment, where
    a resource is what its address says.
    Exchanging the sides exchanges the answer; the order of the seals and the environments' names change nothing in it.
    """
    matched = match(candidate, reference, body, catalog, pairs, same_environment=same_environment)
    links = matched.links
    links.released = True
    matched.found.sort(key=_order)
    names = Names(links, matched)
    compared = tuple([_compared(found, key, links, body, catalog) for found, key in zip(matched.found, names.pairs, strict=True)])
    log.info("compared %d pairs, %d of them differ", len(compared), sum(1 for c in compared if c.changes))
    blind = tuple({s.address: links.blind(s) for s in side} for side in matched.left)
    extra, unlisted = _alone(matched, links, CANDIDATE, blind)
    missing, unlisted_too = _alone(matched, links, REFERENCE, blind)
    ambiguous = tuple(Ambiguous(c[0].address.type, _addresses(c), _addresses(r), names.of_group(c, r)) for c, r in matched.ambiguous)
    return Comparison(
        candidate,
        reference,
        compared,
        extra,
        missing,
        ambiguous,
        (*unlisted, *unlisted_too),
        (_addresses(matched.grouped[0]), _addresses(matched.grouped[1])),
        (_addresses(matched.uncounted[0]), _addresses(matched.uncounted[1])),
        names.alone,
        copies(links, matched.left),
        declared=matched.declared,
        alike=_alike(matched),
        entitled=(*entitled(compared, links, body, catalog), *bound(compared, links, body, catalog)),
        topology=topology(compared, ambiguous, links, body),
    )


def _compared(found: Found, key: str, links: Links, body: Body, catalog: Catalog) -> Compared:
    c, r = found.candidate, found.reference
    pair = Pair(c.address, r.address, found.reason, found.confidence, key)
    differ: tuple[Change, ...] = ()
    documents: tuple[Value, ...] = ()
    if not equal(c, r, links):
        forms = body("candidate", c.address), body("reference", r.address)
        differ = changes(*forms, links, catalog.spec(c.address.type)) or lost(*forms)
        documents = tuple(f.body for f in forms)
    if found.reason == "structure" or (found.reason != IAC and ownname.another(links, c, r)):
        differ = renamed(c, r, differ, catalog, links.words, documents)
    return Compared(pair, differ)


def _alike(matched: Matched) -> dict[Address, tuple[tuple[Address, ...], tuple[Address, ...]]]:
    """Of what is left, what is interchangeable with others: all of them, (candidates, references)."""
    left = {s.address for side in matched.left for s in side}
    return {
        s.address: (_addresses(group[CANDIDATE]), _addresses(group[REFERENCE]))
        for group in matched.alike
        for side in group
        for s in side
        if s.address in left
    }


def _alone(
    matched: Matched, links: Links, where: Where, blind: Sequence[Mapping[Address, str]]
) -> tuple[tuple[Address, ...], tuple[tuple[Address, str], ...]]:
    """Resources without a counterpart: really alone, or not to be said because the other side's listing is not complete."""
    other = REFERENCE if where == CANDIDATE else CANDIDATE
    unread = _revisions(links, other)
    others = _obscured(matched, links, other, blind[other])
    alone: list[Address] = []
    unlisted: list[tuple[Address, str]] = []
    for seal in matched.left[where]:
        code = links.incomplete(seal.address.type, other)
        if not code and any((seal.address.type, links.key_token(k, where, seal.address)) in unread for k in seal.keys if k.reason == "iac"):
            code = UNREAD
        code = code or blind[where][seal.address] or _mistakable(links, seal, where, others)
        if code:
            unlisted.append((seal.address, code))
        else:
            alone.append(seal.address)
    return tuple(alone), tuple(unlisted)


def _obscured(matched: Matched, links: Links, where: Where, blind: Mapping[Address, str]) -> Obscured:
    """The keys of what a side has left and is known by nothing that the other side could read, and why; by what of them can be told."""
    other = REFERENCE if where == CANDIDATE else CANDIDATE
    out: Obscured = defaultdict(dict)
    for seal in matched.left[where]:
        code = blind[seal.address]
        for key in seal.keys if code else ():
            hidden = tuple(isinstance(p, Ref) for p in key.parts)
            tokens = _told(links, key.parts, hidden, where)
            if any(refs_in(key.parts)) and tokens and all(links.incomplete(p.type, other) for p in key.parts if isinstance(p, Ref)):
                found = out[seal.address.type, key.reason].setdefault(hidden, {})
                found[tokens] = min(code, found.get(tokens, code))
    return out


def _mistakable(links: Links, seal: Seal, where: Where, others: Obscured) -> str:
    """Why a name may be that of one of the others: it spells out what is a reference there, to a type that its side did not read.

    Or it was taken for a reference to something else that is called so.
    """
    codes = [
        found[tokens]
        for key in seal.keys
        for hidden, found in others.get((seal.address.type, key.reason), {}).items()
        if len(hidden) == len(key.parts) and all(_read_wrong(p) for p, h in zip(key.parts, hidden, strict=True) if h)
        if (tokens := _told(links, key.parts, hidden, where)) in found
    ]
    return min(codes, default="")


def _read_wrong(part: Value) -> bool:
    """Whether a part of a key may mean something that was not read: text, or a name that something else has too. An ARN means one thing."""
    return isinstance(part, str | Text) or (isinstance(part, Ref) and not part.text.startswith("arn:"))


def _told(links: Links, parts: tuple[Value, ...], hidden: tuple[bool, ...], where: Where) -> tuple[Token, ...]:
    """What of a key's parts both sides can read, the hidden ones left open; empty where one of them cannot be told."""
    tokens = tuple(None if h else links.token(p, where) for p, h in zip(parts, hidden, strict=True))
    return () if BLOCKED in tokens else tokens


def _revisions(links: Links, where: Where) -> set[tuple[str, Token]]:
    """IaC addresses of revisions that stacks of a side hold while another revision of the series is the one that was read."""
    read = {
        (a.type, _REVISION.sub("", seal.arn)) for a, seal in links.sides[where].seals.items() if seal.arn and _REVISION.search(seal.arn)
    }
    return {
        (address.type, links.key_token(key, where, address))
        for address, keys in links.sides[where].named.items()
        if (address.type, _REVISION.sub("", address.id)) in read
        for key in keys
        if key.reason == "iac"
    }


def _addresses(seals: Iterable[Seal]) -> tuple[Address, ...]:
    return tuple(s.address for s in seals)


def _order(found: Found) -> tuple[str, ...]:
    c = found.candidate.address
    return c.type, c.account, c.region, c.id, c.provider
