"""Which of two twins is live: the one that receives traffic, as the resources of its own side say."""

from __future__ import annotations

from collections.abc import Iterator

from driftscan.catalog.traffic import Sends, Traffic, traffic
from driftscan.compare.form import Body
from driftscan.compare.links import CANDIDATE, REFERENCE, Links, Where, refs_in
from driftscan.model.resource import Seal
from driftscan.model.value import Address, Value, member_path, walk

Groups = list[tuple[list[Seal], list[Seal]]]


class Live:
    """What receives traffic on each side; found out when it is first asked for."""

    def __init__(self, links: Links, body: Body) -> None:
        self._links, self._body = links, body
        self._receiving: tuple[set[Address], set[Address]] | None = None

    def split(self, cs: list[Seal], rs: list[Seal]) -> Groups:
        """Resources of one type that share a key: the live ones of both sides, and the idle ones.

        One group, as it was, where a side has no live one, or neither has an idle one: then traffic tells nothing.
        """
        rules = traffic()
        if cs[0].address.type not in rules.receivers:
            return [(cs, rs)]
        if self._receiving is None:
            self._receiving = (self._of_side(rules, CANDIDATE), self._of_side(rules, REFERENCE))
        live, idle = (
            tuple([s for s in side if (s.address in self._receiving[where]) is wanted] for where, side in enumerate((cs, rs)))
            for wanted in (True, False)
        )
        return [(live[0], live[1]), (idle[0], idle[1])] if all(live) and any(idle) else [(cs, rs)]

    def _of_side(self, rules: Traffic, where: Where) -> set[Address]:
        out: set[Address] = set()
        seals = self._links.sides[where].seals
        for rule in rules.sends:
            for address in seals:
                if address.type == rule.type:
                    out.update(_sent(self._read(where, address), rule))
        for part in rules.takes:
            for address in seals:
                if address.type == part.type:
                    leaves = walk(self._read(where, address))
                    if any(r.target in out for path, leaf in leaves if part.of.matches(member_path(path)) for r in refs_in((leaf,))):
                        out.add(address)
        return out

    def _read(self, where: Where, address: Address) -> Value:
        return self._body("candidate" if where == CANDIDATE else "reference", address).body


def _sent(body: Value, rule: Sends) -> Iterator[Address]:
    """The targets of a document's traffic. What has no weight, or one that is not known, gets its share."""
    leaves = dict(walk(body))
    for path, leaf in leaves.items():
        if rule.to.matches(member_path(path)) and leaves.get((*path[:-1], rule.weight)) not in (0, "0"):
            yield from (r.target for r in refs_in((leaf,)) if r.target is not None)
