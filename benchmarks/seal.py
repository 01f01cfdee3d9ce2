"""Sealing a snapshot against parsing it. One JSON line per estate.

    python -m benchmarks.seal --resources 20000

P10: seals of every resource (canonical form with references and matching keys) / parsing the stored bytes of every resource with
orjson, both kept. Two estates: the believable one of `benchmarks.estate`, in whose networks its resources lie, and the mixed one of
the catalogue's own examples, every type through its reader (needs the development dependencies). The index of names is built
before, once per snapshot, and shown beside. Process time, the best of `--runs`, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson

from benchmarks.compare import ACCOUNTS, WORDS, linked, links_of, networks_of
from benchmarks.estate import Estate
from driftscan import catalog
from driftscan.model.settings import Vocabulary
from driftscan.model.snapshot import MemorySnapshot
from driftscan.model.value import encode
from driftscan.normalize import Normalizer, vocabulary

GOAL = 6


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resources", type=int, default=20_000, help="size of the believable estate")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=("estate", "examples"))
    options = parser.parse_args(arguments)
    missed = False
    for name, make in (("estate", lambda: _estate(options.resources)), ("examples", _examples)):
        if options.only in (None, name):
            snapshot, known = make()
            missed |= _measure(name, snapshot, known, options.runs)
    return 1 if missed else 0


def _measure(name: str, snapshot: MemorySnapshot, known: Vocabulary, runs: int) -> bool:
    stored = [encode(r.value) for r in snapshot.resources()]
    parsing = min(_time(lambda: [orjson.loads(b) for b in stored]) for _ in range(runs))
    indexing = sealing = float("inf")
    for _ in range(runs):
        normalizer = Normalizer(snapshot, catalog.load(), known)
        indexing = min(indexing, _time(lambda: normalizer.named))  # noqa: B023  called before the next round
        sealing = min(sealing, _time(lambda: list(normalizer.seals())))  # noqa: B023
    each = 1e6 / len(stored)
    figure = {
        "figure": "P10",
        "estate": name,
        "value": round(sealing / parsing, 2),
        "goal": GOAL,
        "met": sealing / parsing <= GOAL,
        "resources": len(stored),
        "bytes": sum(map(len, stored)) // len(stored),
        "parse_us": round(parsing * each, 2),
        "index_us": round(indexing * each, 2),
        "seal_us": round(sealing * each, 2),
    }
    sys.stdout.write(orjson.dumps(figure).decode() + "\n")
    sys.stdout.flush()
    return not figure["met"]


def _time(work: Callable[[], Any]) -> float:
    gc.collect()
    start = time.process_time()
    made = work()
    seconds = time.process_time() - start
    del made
    return seconds


def _estate(resources: int) -> tuple[MemorySnapshot, Vocabulary]:
    estate = Estate(resources)
    networks = networks_of(resources // 2000 + 4)
    links = links_of(estate, networks)
    items = [*networks, *(linked(r, links) for r in estate.resources())]
    accounts = {account: (name, 0) for name, account in ACCOUNTS.items()}
    return MemorySnapshot(estate.header(), (), (), {r.address: r for r in items}), Vocabulary(
        "prod", WORDS, accounts, ("eu-west-1", "us-east-1")
    )


def _examples() -> tuple[MemorySnapshot, Vocabulary]:
    from tests.catalog.answers import folder  # the tests are not installed with the program
    from tests.catalog.harness import REGIONS, SETTINGS, World, stage

    types = [s.type for s in catalog.load().of("aws").values() if (folder(s) / "answers.json").exists()]
    world = World("stage", [r for type_ in types for r in stage(type_)[0].resources], REGIONS[0])
    return world.snapshot, vocabulary(SETTINGS, world.snapshot.header)


if __name__ == "__main__":
    sys.exit(main())
