"""Whether references, words, texts and whole leaves of two sides agree under the pairs found so far.

Everything here treats both sides alike: exchanging them exchanges the answers.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from driftscan.compare import glued, ownname, spelling
from driftscan.compare.links import BLOCKED, CANDIDATE, DEPTH, REFERENCE, Links
from driftscan.model.value import NETWORK, PLACED, Address, Bag, Opaque, Redacted, Ref, Seq, Text, Unknown, Value, Word, show_scalar

Agreement: TypeAlias = bool | str
"""True, False, or the code of what prevents an answer."""
Holders: TypeAlias = tuple[Address, Address]
"""The two resources in which the values stand."""

UNREAD: Final = "unread type"
UNRESOLVED: Final = "unresolved id"
OTHER_KEY: Final = "other key"
AMBIGUOUS: Final = "ambiguous"
POPULATION: Final = "population"
UNMATCHED: Final = "never matched"
"""Both targets are of kinds that are only counted, and nothing names them."""


# --------------------------------------------------------------------------------------------- leaves


def leaf(links: Links, c: Value, r: Value, holders: Holders | None = None) -> Agreement:
    """Whether two leaves of canonical bodies agree."""
    if isinstance(c, Unknown) or isinstance(r, Unknown):
        return _first(*(v.code for v in (c, r) if isinstance(v, Unknown)))
    if isinstance(c, Redacted) or isinstance(r, Redacted):
        if not (isinstance(c, Redacted) and isinstance(r, Redacted)):
            return False
        if c.key_id != r.key_id:
            return OTHER_KEY
        return c.kind == r.kind and c.parts == r.parts
    if is_text(c) and is_text(r):
        return texts(links, spelling.parts_of(c), spelling.parts_of(r), holders)
    if isinstance(c, bool) or isinstance(r, bool):
        return c is r
    return bool(c == r)


def texts(links: Links, c: tuple[Value, ...], r: tuple[Value, ...], holders: Holders | None = None) -> Agreement:
    """Whether two texts agree: part by part, or by how they read; the holders' own names by what somebody chose of them."""
    answer = _texts(links, c, r, holders)
    if answer is not True and holders is not None and ownname.alike(links, c, r, holders):
        return True
    return _unplaced(links, c, r) or answer if answer is False else answer


def _texts(links: Links, c: tuple[Value, ...], r: tuple[Value, ...], holders: Holders | None) -> Agreement:
    if len(c) != len(r) or any(type(a) is not type(b) for a, b in zip(c, r, strict=True)):
        return spelling.alike(links, c, r) or _unexplained(links, c, r)
    answer: Agreement = True
    behind: Agreement = True
    same = True
    bare: tuple[list[Value], list[Value]] = ([], [])
    for n, (a, b) in enumerate(zip(c, r, strict=True)):
        part = _part(links, a, b, holders)
        literal = isinstance(a, str | Word)
        bare[0].append(a if literal else _ANY)
        bare[1].append(b if literal else _ANY)
        if part is False:
            if not literal and not (isinstance(a, Opaque) and same and _named_before(c[:n], a)):
                return False
            same = same and not literal
        elif part is not True:
            named = n > 0 and _named_before(c[:n], a)
            if answer is True and not (named and same):
                answer = part
            if behind is True and not named:
                behind = part
    if same:
        return answer
    if spelling.alike(links, c, r):
        return True
    return behind if _ANY in bare[0] and spelling.alike(links, tuple(bare[0]), tuple(bare[1])) else False


_ANY: Final = "\ue000"
"""Stands for a reference on both sides while what is written around it is compared."""


def _part(links: Links, a: Value, b: Value, holders: Holders | None) -> Agreement:
    if isinstance(a, str):
        return bool(a == b) or glued.alike(a, b, *links.words)
    if isinstance(a, Word):
        return spelling.words(links, a, b)
    if isinstance(a, Ref):
        return refs(links, a, b, holders)
    return a.digest == b.digest if a.key_id == b.key_id else OTHER_KEY


_ADDRESS: Final = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")


def _unplaced(links: Links, c: tuple[Value, ...], r: tuple[Value, ...]) -> str:
    """One address is relative to its network, and the other side did not read networks of that kind: the code of why, or empty."""
    a, b = links.spell(c, CANDIDATE), links.spell(r, REFERENCE)
    for where, own, other, parts in ((CANDIDATE, a, b, r), (REFERENCE, b, a, c)):
        if PLACED in other and PLACED not in own and _ADDRESS.search(own) is not None:
            named = {p.type for p in parts if isinstance(p, Ref) and p.attribute == NETWORK}
            kinds = named or links.types(REFERENCE if where == CANDIDATE else CANDIDATE) & _NETWORKS
            if code := _first(*(links.incomplete(kind, where) for kind in sorted(kinds))):
                return code
    return ""


_NETWORKS: Final = frozenset({"AWS::EC2::VPC", "compute.googleapis.com/Subnetwork"})
"""In what an address may lie that lies in several alike."""


_NAMED: Final = re.compile(r"(?:^|[:/])(?:stack|changeSet|targetgroup|truststore|app|net|gwy)/[^/\s]+/\Z")
"""How an ARN goes on in which the id stands behind a name that is unique in its account and region."""


def _named_before(before: tuple[Value, ...], part: Value) -> bool:
    """Whether an id that nothing read explains stands behind the name of what it is the id of; the name agreed already."""
    unexplained = isinstance(part, Opaque) or (isinstance(part, Ref) and part.target is None)
    return unexplained and _NAMED.search("".join(map(show_scalar, before))) is not None


def _unexplained(links: Links, c: tuple[Value, ...], r: tuple[Value, ...]) -> Agreement:
    """One text holds a reference that the other spells out: no answer while the other side did not read that type."""
    return (
        _first(
            *(
                links.incomplete(p.target.type if p.target is not None else p.type, other)
                for parts, other in ((c, REFERENCE), (r, CANDIDATE))
                for p in parts
                if isinstance(p, Ref)
            )
        )
        or False
    )


# --------------------------------------------------------------------------------------------- references


def refs(links: Links, c: Ref, r: Ref, holders: Holders | None = None) -> Agreement:
    """Whether a reference of the candidate and one of the reference mean the same resource."""
    a, b = c.target, r.target
    if a is not None and b is not None and c.attribute == r.attribute == NETWORK:
        return _networks(links, a, b, holders)
    if a is None or b is None:
        if c.text == r.text:
            return True
        code_c = links.incomplete(c.type or (b.type if b is not None else ""), CANDIDATE) if a is None else ""
        code_r = links.incomplete(r.type or (a.type if a is not None else ""), REFERENCE) if b is None else ""
        return _first(code_c, code_r) or UNRESOLVED
    if holders is not None and a.type != b.type and all(_called(h, ref.text) for h, ref in zip(holders, (c, r), strict=True)):
        return True  # each is its holder's own name; another service shows something of that name, and one side did not read it
    if a.type != b.type and (code := _mistaken(links, c, r)):
        return code
    pa, pb = links.partner[0].get(a), links.partner[1].get(b)
    if pa is not None and pb is not None:
        return pa == b or _siblings(links, a, b, holders)
    if (holders is not None and (a, b) == holders) or a == b or _siblings(links, a, b, holders):
        return True
    return _unpaired(links, a, b, pa is not None, pb is not None)


_ENDED: Final = re.compile(r"-(?=[A-Za-z-]*[0-9])[0-9A-Za-z-]{8,}\Z")
"""What a tool appended to a name, and now and then a word before it."""


def _mistaken(links: Links, c: Ref, r: Ref) -> str:
    """Two names that read alike mean resources of two types: why one side may have taken the name for another's; empty where it has not.

    What has the name was not read there, and something else that is called so was.
    """
    if "arn:" in (c.text[:4], r.text[:4]) or not (
        glued.alike(links.spell((c,), CANDIDATE), links.spell((r,), REFERENCE), *links.words)
        or glued.alike(_ENDED.sub("", c.text), _ENDED.sub("", r.text), *links.words)
    ):
        return ""
    return _first(links.incomplete(r.type, CANDIDATE), links.incomplete(c.type, REFERENCE))


def _networks(links: Links, a: Address, b: Address, holders: Holders | None) -> bool:
    """Whether addresses lie in each other's networks; where neither has a counterpart, nobody can tell them apart by that."""
    pa, pb = links.partner[0].get(a), links.partner[1].get(b)
    return (pa is None and pb is None) or pa == b or (holders is not None and (a, b) == holders) or _siblings(links, a, b, holders)


def _called(holder: Address, text: str) -> bool:
    """Whether a text is a resource's own name."""
    return text == holder.id or text in re.split(r"[/:|]", holder.id)


def _siblings(links: Links, a: Address, b: Address, holders: Holders | None) -> bool:
    """They are called alike, but the counterpart of one stands elsewhere: each is the one in its holder's own region."""
    if holders is None or a.region != holders[0].region or b.region != holders[1].region or a.region == b.region:
        return False
    return same_name(links, a, b)[0] is True


def _unpaired(links: Links, a: Address, b: Address, a_paired: bool, b_paired: bool) -> Agreement:
    same, reason = same_name(links, a, b)
    if same:
        return True
    group = links.group.get((0, a))
    if group is not None and group == links.group.get((1, b)):
        return AMBIGUOUS
    if a in links.grouped[0] and b in links.grouped[1] and a.type == b.type:
        return _owners(links, a, b)
    if same is False and reason in ("iac", "type"):
        return False
    code = _first("" if a_paired else links.incomplete(a.type, REFERENCE), "" if b_paired else links.incomplete(b.type, CANDIDATE))
    if not code and not a_paired and not b_paired:
        held = links.sides[0].seals.get(a), links.sides[1].seals.get(b)
        code = _first(*(links.blind(seal) for seal in held if seal is not None))
    if not code and same is None and (a not in links.sides[0].seals or b not in links.sides[1].seals):
        code = UNREAD
    if not code and same is None and a in links.apart[0] and b in links.apart[1]:
        code = UNMATCHED
    return code or False


def _owners(links: Links, a: Address, b: Address) -> Agreement:
    """Members of populations agree where their owners do; without owners nobody can say."""
    oa, ob = links.sides[0].seals[a].owner, links.sides[1].seals[b].owner
    if oa is None or ob is None or (oa in links.grouped[0] and ob in links.grouped[1]):
        return POPULATION
    return links.partner[0].get(oa) == ob or same_name(links, oa, ob)[0] is True


def same_name(links: Links, candidate: Address, reference: Address, depth: int = 0) -> tuple[bool | None, str]:
    """Whether two resources share a logical key, and which kind of key says so; None where they have no kind in common.

    References inside keys agree where they are paired or, again, share a logical key.
    """
    if candidate.type != reference.type:
        return False, "type"
    a, b = links.keys_of(candidate, CANDIDATE), links.keys_of(reference, REFERENCE)
    for reason in ("iac", *dict.fromkeys(k.reason for k in a if k.reason != "iac")):
        ours, theirs = [k.parts for k in a if k.reason == reason], [k.parts for k in b if k.reason == reason]
        if ours and theirs:
            return any(same_parts(links, x, y, depth) for x in ours for y in theirs), reason
    return None, ""


def same_parts(links: Links, c: Value, r: Value, depth: int = 0) -> bool:
    """Whether two parts of logical keys agree, or whole keys: words one by one, references by their pairs or, again, their keys."""
    match c, r:
        case Ref(a, _, text, _), Ref(b, _, other, _):
            if a is None or b is None:
                return bool(text == other)
            return links.partner[0].get(a) == b or (depth < DEPTH and same_name(links, a, b, depth + 1)[0] is True)
        case (Text(x), Text(y)) | (Seq(x), Seq(y)) | (tuple(x), tuple(y)):
            return len(x) == len(y) and all(same_parts(links, p, q, depth) for p, q in zip(x, y, strict=True))
        case Bag(x), Bag(y):
            left = list(y)
            for p in x:
                found = next((n for n, q in enumerate(left) if same_parts(links, p, q, depth)), None)
                if found is None:
                    return False
                del left[found]
            return not left
        case Word(), Word():
            return spelling.words(links, c, r)
    token = links.token(c, CANDIDATE)
    return token is not BLOCKED and token == links.token(r, REFERENCE)


def _first(*codes: str) -> str:
    """One code of several, the same whichever side it came from; empty where there is none."""
    return min((c for c in codes if c), default="")


def is_text(value: Value) -> bool:
    """Whether a canonical leaf is a string, however much was recognised in it."""
    return isinstance(value, str | Text | Ref | Word | Opaque)
