"""What pairs of principals may do altogether: their own documents, the policies attached to them and to their groups, their boundary, and
the service control policies over their accounts where both sides' snapshots hold the organization.

Statements that moved from a role into a policy of its own change nothing in what it may do, and a policy that changed changes it for
everybody to whom it is attached. Told only where every part was read and is understood. Policies of the vendor's own go by their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from driftscan.catalog import Catalog
from driftscan.catalog.paths import Member, Pattern
from driftscan.compare.form import Body
from driftscan.compare.guardrails import NOT_READ, TOO_MANY, UNCLEAR, Guardrails
from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Where, refs_in
from driftscan.compare.meaning import Speller, UnclearError, clash, read
from driftscan.model.drift import Compared, Entitled, Pair
from driftscan.model.resource import flat
from driftscan.model.value import ABSENT, Address, Bag, Keyed, Seq, Value, show_scalar, walk
from driftscan.semantics.wholes import Holding, entitlement

_VENDOR: Final = ":iam::aws:policy/"
"""In the ARN of a policy that the vendor manages."""


Grants: TypeAlias = Mapping[str, Mapping[str, Pattern]]
"""Type -> what the catalogue says of where it grants."""


def entitled(compared: Sequence[Compared], links: Links, body: Body, catalog: Catalog) -> Iterator[Entitled]:
    """The pairs of principals of which something that grants differs, in the order of `compared`."""
    granting = {t: s.compare.grants for t, s in catalog.specs.items() if s.compare.grants}
    changed = {a: c.pair for c in compared if c.changes and c.pair.candidate.type in granting for a in (c.pair.candidate, c.pair.reference)}
    collector = _Collector(links, body, granting)
    for c in compared:
        pair = c.pair
        if "attached" not in granting.get(pair.candidate.type, {}):
            continue
        parts = [_stands_on(links, where, a, granting) for where, a in ((CANDIDATE, pair.candidate), (REFERENCE, pair.reference))]
        through = {changed[a].key: changed[a] for side in parts for a in side if a in changed}
        if through:
            found = collector.entitlement(pair, tuple(through[k] for k in sorted(through)))
            if found is not None:
                yield found


def _stands_on(links: Links, where: Where, address: Address, granting: Grants, depth: int = 2) -> set[Address]:
    """The resource and everything that grants something and that it names."""
    seal = links.sides[where].seals.get(address)
    out = {address}
    for ref in flat(seal.refs) if seal is not None else ():
        if ref.target is not None and ref.target.type in granting and ref.target not in out and depth:
            out |= _stands_on(links, where, ref.target, granting, depth - 1)
    return out


class _Collector:
    """Puts together what the two of a pair hold."""

    def __init__(self, links: Links, body: Body, granting: Grants) -> None:
        self.links, self.body, self.granting = links, body, granting
        self.guardrails = Guardrails(links, body, CANDIDATE), Guardrails(links, body, REFERENCE)

    def entitlement(self, pair: Pair, through: tuple[Pair, ...]) -> Entitled | None:
        spellers = Speller(self.links, CANDIDATE), Speller(self.links, REFERENCE)
        holdings = Holding(), Holding()
        try:
            self._collect(holdings[0], pair.candidate, CANDIDATE, spellers[0])
            self._collect(holdings[1], pair.reference, REFERENCE, spellers[1])
        except UnclearError:
            return None
        if clash(*spellers, self.links):
            return None
        beside = self._bounded(holdings, pair, spellers)
        meaning = entitlement(*holdings)
        if meaning is None and not beside and any(h.control for h in holdings):
            beside, holdings[0].control, holdings[1].control = TOO_MANY, [], []
            meaning = entitlement(*holdings)
        return Entitled(pair, meaning, through, beside) if meaning is not None else None

    def _bounded(self, holdings: tuple[Holding, Holding], pair: Pair, spellers: tuple[Speller, Speller]) -> str:
        """Takes in the service control policies over both accounts, or over neither; why they were not, empty where they were."""
        accounts = pair.candidate.account, pair.reference.account
        if not all(g.read(account) for g, account in zip(self.guardrails, accounts, strict=True)):
            return NOT_READ
        try:
            found = [g.over(account, s) for g, account, s in zip(self.guardrails, accounts, spellers, strict=True)]
        except UnclearError:
            return UNCLEAR
        if clash(*spellers, self.links):
            return UNCLEAR
        holdings[0].control, holdings[1].control = found
        return ""

    def _collect(self, holding: Holding, address: Address, where: Where, speller: Speller) -> None:
        """Everything that a principal, or a group of it, holds. Raises UnclearError."""
        grants = self.granting[address.type]
        value = self._body(where, address)
        if "inline" in grants:
            holding.policies += _documents(value, grants["inline"], speller)
        for kind, documents, names in (("attached", holding.policies, holding.vendor), ("boundary", holding.boundary, holding.bounds)):
            if kind in grants:
                targets, own = _policies(_at(value, grants[kind]), self.granting)
                names.update(own)
                for target in targets:
                    documents.extend(_documents(self._body(where, target), self.granting[target.type]["document"], speller))
        if "groups" in grants:
            for ref in refs_in([_at(value, grants["groups"])]):
                if ref.target is None or "attached" not in self.granting.get(ref.target.type, {}):
                    raise UnclearError
                self._collect(holding, ref.target, where, speller)

    def _body(self, where: Where, address: Address) -> Value:
        return read(self.links, self.body, where, address)


def _at(value: Value, pattern: Pattern) -> Value:
    step = pattern.steps[0]
    return value.get(step.name, ABSENT) if isinstance(value, dict) and isinstance(step, Member) else ABSENT


def _documents(value: Value, pattern: Pattern, speller: Speller) -> list[Value]:
    """The plain documents at a path."""
    whole = _at(value, pattern)
    step = pattern.steps[0]
    if whole is ABSENT or not isinstance(step, Member):
        return []
    return [found for _, found in pattern.select({step.name: speller.plain(whole)})]


def _policies(value: Value, granting: Grants) -> tuple[list[Address], set[str]]:
    """What is attached: (policies that were read, names of the vendor's). Raises UnclearError where something attached is neither."""
    if value is ABSENT:
        return [], set()
    items = value.items if isinstance(value, Bag | Seq) else [v for _, v in value.items] if isinstance(value, Keyed) else [value]
    targets: list[Address] = []
    vendor: set[str] = set()
    for item in items:
        named = {r.target for r in refs_in([item])}
        own = {text for _, leaf in walk(item) if _VENDOR in (text := show_scalar(leaf))}
        if len(named) + len(own) != 1 or None in named:
            raise UnclearError
        vendor |= own
        for target in named:
            if target is None or "document" not in granting.get(target.type, {}):
                raise UnclearError
            targets.append(target)
    return targets, vendor
