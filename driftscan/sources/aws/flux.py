"""Resources that a deployment moves while a scan runs: how to see it, and what is left of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from typing import Final

from driftscan.model.resource import Resource
from driftscan.model.value import Unknown, Value, encode

CODE: Final = "in flux"
_NAME: Final = re.compile(r"(?:\w*(?:[Ss]tatus|[Ss]tate))(?:\.(?:Name|Code|Value))?$")
_MOVING: Final = frozenset({
    "activating", "adding", "associating", "attaching", "backing-up", "configuring", "creating", "deactivating", "deleting",
    "deploying", "deprovisioning", "deregistering", "detaching", "disabling", "disassociating", "draining", "enabling", "inprogress",
    "initializing", "initiating", "maintenance", "migrating", "modifying", "moving", "pending", "pendingacceptance", "pendingcreation",
    "pendingupdate", "preparing", "promoting", "provisioning", "rebooting", "registering", "removing", "renaming", "replacing",
    "resetting-master-credentials", "restoring", "resuming", "rotating", "scaling", "shutting-down", "shuttingdown", "snapshotting",
    "starting", "stopping", "submitted", "suspending", "syncing", "terminating", "transitioning", "updating", "upgrading",
})  # fmt: skip
"""States that end by themselves. A closed list: an unknown word is no reason to read again."""
_IN_PROGRESS: Final = re.compile(r"(?:\w+[_ -])?in[_ -]?progress", re.IGNORECASE)


def moving(value: Value) -> bool:
    """Whether a document says, in a member called a state or a status, that the resource is on its way to another state."""
    return _moving(value, "")


def _moving(value: Value, name: str) -> bool:
    """The same below a member called `name`."""
    match value:
        case dict():
            for key, inner in value.items():
                # only text can be a state; most members are none, and there are millions of them
                if isinstance(inner, str):
                    if _NAME.search(f"{name}.{key}") and transitional(inner):
                        return True
                elif isinstance(inner, dict | list) and _moving(inner, key):
                    return True
            return False
        case list():
            return any(_moving(inner, name) for inner in value)
        case str():
            return bool(_NAME.search(name)) and transitional(value)
        case _:
            return False


def transitional(text: str) -> bool:
    """Whether a state ends by itself."""
    return text.lower().replace("_", "").replace(" ", "") in _MOVING or text.lower() in _MOVING or bool(_IN_PROGRESS.fullmatch(text))


def settle(before: Resource, after: Resource) -> Resource:
    """The second reading of a resource; while it still moves, what differs between the two is Unknown."""
    if not moving(after.value):
        return after
    value = dict(after.value)
    for member in sorted({*before.value, *after.value}):
        if before.value.get(member) != after.value.get(member):
            value[member] = Unknown(CODE)
    return dataclasses.replace(after, value=value)


def agreed(shown: Iterable[Resource]) -> Resource:
    """One resource of several showings of it, as a listing that moved while it was paged makes them, whatever their order.

    Where they contradict each other, nobody knows: those members are Unknown. The order of a list is no contradiction.
    """
    first, *others = sorted(shown, key=lambda r: (encode(r.value), r.arn or "", str(r.parent)))
    value = dict(first.value)
    for other in others:
        for member in {*first.value, *other.value}:
            if _unordered(first.value.get(member)) != _unordered(other.value.get(member)):
                value[member] = Unknown(CODE)
    return dataclasses.replace(first, value=value)


def _unordered(value: Value) -> bytes:
    return b"".join(sorted(map(encode, value))) if isinstance(value, list) else encode(value)
