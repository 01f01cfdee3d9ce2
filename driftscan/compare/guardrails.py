"""The service control policies over an account, as far as a snapshot holds the organization: what nobody in the account may exceed.

At each level (the root, each organizational unit on the way, the account) what is attached there must allow, and a denial holds. They
bound every principal of a member account and none of the account that manages the organization (AWS Organizations User Guide,
"Service control policies").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from driftscan.compare.form import Body
from driftscan.compare.links import Links, Where
from driftscan.compare.meaning import Speller, UnclearError, elements, read
from driftscan.model.value import ABSENT, Address, Value, show_scalar

_ACCOUNT: Final = "AWS::Organizations::Account"
_ROOT: Final = "AWS::Organizations::Root"
_POLICY: Final = "AWS::Organizations::Policy"
_KIND: Final = "SERVICE_CONTROL_POLICY"

NOT_READ: Final = "service control policies not read"
UNCLEAR: Final = "service control policies not understood"
TOO_MANY: Final = "service control policies left out: they take too many cases"


class Guardrails:
    """What one side's snapshot says of the organization."""

    def __init__(self, links: Links, body: Body, where: Where) -> None:
        self._links, self._body_of, self._where = links, body, where

    def read(self, account: str) -> bool:
        """Whether the snapshot holds the organization's list of accounts, with this one in it."""
        return account in self._accounts and not any(self._links.incomplete(t, self._where) for t in (_ACCOUNT, _ROOT, _POLICY))

    def over(self, account: str, speller: Speller) -> list[list[Value]]:
        """The plain documents over an account that was read, by level. Raises UnclearError where something of it is unknown."""
        address = self._accounts[account]
        arn = (self._links.sides[self._where].seals[address].arn or "").split(":")
        if len(arn) > 4 and arn[4] == account:
            return []  # it manages the organization
        way = self._way(address)
        if not self._enabled(way[0]):
            return []
        levels = [[speller.plain(d) for d in self._attached.get(node, ())] for node in (*way, account)]
        if not all(levels):
            raise UnclearError  # where they are enabled, something is attached at every level
        return levels

    def _way(self, address: Address) -> list[str]:
        """The ids from the root down to the account, which its own path may name or not."""
        paths = [show_scalar(v) for v in elements(self._body(address).get("Paths", ABSENT))]
        if len(paths) != 1:
            raise UnclearError
        way = [part for part in paths[0].split("/")[1:] if part.startswith(("r-", "ou-"))]
        if not way or not way[0].startswith("r-"):
            raise UnclearError
        return way

    def _enabled(self, root: str) -> bool:
        found = [a for a in self._of(_ROOT) if a.id == root]
        if len(found) != 1:
            raise UnclearError
        kinds = [v for v in elements(self._body(found[0]).get("PolicyTypes", ABSENT)) if isinstance(v, dict)]
        return any(v.get("Type") == _KIND and v.get("Status") == "ENABLED" for v in kinds)

    @cached_property
    def _accounts(self) -> Mapping[str, Address]:
        return {a.id: a for a in self._of(_ACCOUNT)}

    @cached_property
    def _attached(self) -> Mapping[str, list[Value]]:
        """The id of a root, a unit or an account -> the documents attached there."""
        out: dict[str, list[Value]] = defaultdict(list)
        for address in self._of(_POLICY):
            value = self._body(address)
            if value.get("Type") != _KIND:
                continue
            for target in elements(value.get("Targets", ABSENT)):
                if not isinstance(target, dict) or "Content" not in value:
                    raise UnclearError
                out[show_scalar(target.get("TargetId"))].append(value["Content"])
        return out

    def _of(self, type: str) -> Iterator[Address]:
        return (a for a in self._links.sides[self._where].seals if a.type == type)

    def _body(self, address: Address) -> dict[str, Value]:
        return read(self._links, self._body_of, self._where, address)
