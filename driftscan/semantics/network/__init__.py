"""Firewall rules, ordered access lists and routes, compared as the sets of traffic that they mean.

All addresses and ports are whole numbers, so every answer is exact. What cannot be read as a set raises NotUnderstoodError.
"""

from __future__ import annotations

from driftscan.semantics.network.access import compare_ordered
from driftscan.semantics.network.aws import from_acl, from_routes, from_security_group
from driftscan.semantics.network.boxes import Box
from driftscan.semantics.network.compare import Difference, compare
from driftscan.semantics.network.cover import Some
from driftscan.semantics.network.peers import Block, Named, Peer, block
from driftscan.semantics.network.routes import Detour, Route, compare_routes
from driftscan.semantics.network.rules import Entry, Rule
from driftscan.semantics.reading import NotUnderstoodError

__all__ = [
    "Block",
    "Box",
    "Detour",
    "Difference",
    "Entry",
    "Named",
    "NotUnderstoodError",
    "Peer",
    "Route",
    "Rule",
    "Some",
    "block",
    "compare",
    "compare_ordered",
    "compare_routes",
    "from_acl",
    "from_routes",
    "from_security_group",
]
