"""Every peer that two lists of rules can tell apart, as the bits of a number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from driftscan.semantics.network.peers import BITS, Block, Named, Peer
from driftscan.semantics.reading import NotUnderstoodError


@dataclass(frozen=True, slots=True)
class Space:
    """Addresses that are comparable with each other, cut where some block begins or ends.

    version, symbol, network: see Block. cuts: first address of each piece, then the first beyond the space, in order.
    """

    version: int
    symbol: str
    network: tuple[int, int]
    cuts: tuple[int, ...]

    @property
    def pieces(self) -> int:
        """Into how many pieces the cuts divide it."""
        return len(self.cuts) - 1

    def span(self, block: Block) -> tuple[int, int]:
        """The pieces that make up a block of this space: the first, and the first behind it."""
        return bisect_left(self.cuts, block.first), bisect_left(self.cuts, block.last + 1)


def spaces(peers: Iterable[Peer]) -> list[Space]:
    """The spaces in which the peers lie, absolute ones first; with a space in symbols goes the absolute one of its IP version.

    Raises NotUnderstoodError where no one network can hold all blocks of a symbol: then the symbol stands for several.
    """
    cuts: dict[tuple[int, str], set[int]] = {}
    networks: dict[tuple[int, str], tuple[int, int]] = {}
    for peer in peers:
        if isinstance(peer, Named):
            continue
        key = peer.version, peer.symbol
        cuts.setdefault(key, set()).update((peer.first, peer.last + 1))
        if peer.symbol:
            shortest, longest = networks.get(key, (0, BITS[peer.version]))
            networks[key] = max(shortest, peer.network[0]), min(longest, peer.network[1])
            cuts.setdefault((peer.version, ""), set())
    out: list[Space] = []
    for (version, symbol), found in sorted(cuts.items(), key=lambda c: (c[0][1] != "", c[0])):
        network = networks.get((version, symbol), (0, 0))
        if network[0] > network[1]:
            raise NotUnderstoodError(f"{symbol} stands for networks of different sizes")
        out.append(Space(version, symbol, network, tuple(sorted(found | {0, 1 << (BITS[version] - network[0])}))))
    return out


class Universe:
    """One bit for each piece of each space, then one for each peer that only has a name.

    A peer is the number that has its bits set; sets of peers are united, intersected and subtracted as numbers are by `|`, `&`, `~`.
    """

    def __init__(self, peers: Iterable[Peer]) -> None:
        known = set(peers)
        self.spaces = spaces(known)
        self._starts: dict[tuple[int, str], int] = {}
        bits = 0
        for space in self.spaces:
            self._starts[space.version, space.symbol] = bits
            bits += space.pieces
        self.named = sorted(p for p in known if isinstance(p, Named))
        self.first_named = bits
        self.seams = sum(1 << start for start in self._starts.values()) | sum(1 << (bits + i) for i in range(len(self.named)))
        """The first bit of each space, and the bit of each name."""
        self._masks: dict[Peer, int] = {name: 1 << (bits + i) for i, name in enumerate(self.named)}
        self._absolute = {s.version: self.of_space(s) for s in self.spaces if not s.symbol}
        self._relative = {v: sum(self.of_space(s) for s in self.spaces if s.symbol and s.version == v) for v in self._absolute}
        self._by_key = {(s.version, s.symbol): s for s in self.spaces}

    def start(self, space: Space) -> int:
        """The first bit of a space."""
        return self._starts[space.version, space.symbol]

    def of_space(self, space: Space) -> int:
        """All bits of a space."""
        return ((1 << space.pieces) - 1) << self.start(space)

    def mask(self, peer: Peer) -> int:
        """The bits of a peer that was among those given. `0.0.0.0/0` and `::/0` also cover what is relative to a network."""
        found = self._masks.get(peer)
        if found is None:
            assert isinstance(peer, Block)  # every name has its bit since the start
            space = self._by_key[peer.version, peer.symbol]
            low, high = space.span(peer)
            found = ((1 << (high - low)) - 1) << (self.start(space) + low)
            self._masks[peer] = found = self.closed(found)
        return found

    def closed(self, allowed: int) -> int:
        """What is allowed where these are: all absolute addresses together are every network, wherever it lies."""
        for version, absolute in self._absolute.items():
            if allowed & absolute == absolute:
                allowed |= self._relative[version]
        return allowed

    def without_symbols(self) -> bool:
        """Whether all blocks are absolute."""
        return not any(s.symbol for s in self.spaces)
