"""The store over years: how large, how fast to write, to look back and to verify. One JSON line per figure.

    python -m benchmarks.store --resources 100000 --months 60

`full copy` is what one would keep without a store: every resource of the month with its reads as a line of JSON, the whole
compressed by zstd in one stream (level 3, its default; `--level` another). Goal P12: all months take at most 0.06 of as
many full copies, and one resource's history at most 0.1 of the time of reading and parsing one month's full copy.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import orjson
import zstandard

from benchmarks.estate import Estate
from driftscan.model.resource import Resource
from driftscan.model.value import Address, encode
from driftscan.store import Store
from driftscan.store.local import LocalBackend

_UNIT = 2000  # resources that one unit of work brings
_EVERY = 12  # months between two full copies that are really made; the others are taken to be as large as their mean


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resources", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--changed", type=float, default=0.02, help="share of the resources that changes in a month")
    parser.add_argument("--level", type=int, default=3, help="zstd level of the full copies")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="driftscan-benchmark-") as folder:
        return _measure(Path(folder), options)


def _measure(folder: Path, options: argparse.Namespace) -> int:
    estate = Estate(options.resources, changed=options.changed)
    backend = _Counting(folder / "store")
    store = Store(backend)
    copies: list[int] = []
    writes: list[float] = []
    dump = folder / "copy"
    dumped = 0.0
    for month in range(options.months):
        if month:
            estate.advance()
        estate.make()
        if month % _EVERY == 0 or month == options.months - 1:
            seconds = _time(lambda: _dump(estate.resources(), dump, options.level))
            dumped = dumped or seconds
            copies.append(dump.stat().st_size)
        writes.append(_time(lambda: _write(store, estate)))
    size = sum(entry.size for entry in backend.list("") if entry.key != "lock")
    copy = statistics.mean(copies)
    _figure("size / full copies", size / copy / options.months, 0.06, bytes=size, copy=round(copy), months=options.months)
    _figure("first month: write / plain dump", writes[0] / dumped, None, seconds=round(writes[0], 2), dump=round(dumped, 2))
    if len(writes) > 1:
        _figure(
            "a later month: write / plain dump",
            statistics.median(writes[1:]) / dumped,
            None,
            seconds=round(statistics.median(writes[1:]), 2),
        )
    parse = _best(lambda: _parse(dump))
    resources = list(store.snapshot(store.snapshots()[0].id).resources("AWS::Lambda::Function"))
    addresses = [resources[i * len(resources) // 5].address for i in range(5)]
    looked = [_best(partial(_history, backend, address)) for address in addresses]
    _figure(
        "history of one resource / parsing one month",
        statistics.median(looked) / parse,
        0.1,
        seconds=round(statistics.median(looked), 3),
        parse=round(parse, 3),
    )
    latest = store.snapshots()[-1].id
    read = _best(lambda: sum(1 for _ in Store(backend).snapshot(latest).resources()))
    _figure("reading the last month / parsing one month", read / parse, None, seconds=round(read, 2))
    checked = _best(lambda: _verified(store))
    _figure("verify everything / parsing one month", checked / parse, None, seconds=round(checked, 2))
    reading, verifying = "sum(1 for _ in store.snapshot(store.snapshots()[-1].id).resources())", "store.verify()"
    _figure("peak memory of reading the last month, MiB", _peak(backend.url, reading), None, idle=_peak(backend.url, "0"))
    _figure("peak memory of verify, MiB", _peak(backend.url, verifying), None)
    _figure("files written, parts not counted", backend.puts, None)
    return 0 if _missed == 0 else 1


_missed = 0


def _figure(name: str, value: float, goal: float | None, **more: float) -> None:
    global _missed  # noqa: PLW0603
    line = {"figure": name, "value": round(value, 4), **more}
    if goal is not None:
        line["goal"] = goal
        _missed += value > goal
    sys.stdout.write(orjson.dumps(line).decode() + "\n")
    sys.stdout.flush()


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _best(work: Callable[[], object], tries: int = 5) -> float:
    """The least of a few times: what the machine does besides only ever adds."""
    return min(_time(work) for _ in range(tries))


def _history(backend: LocalBackend, address: Address) -> int:
    return sum(1 for _ in Store(backend).history(address))


def _dump(resources: Iterable[Resource], path: Path, level: int) -> None:
    with path.open("wb") as out:
        with zstandard.ZstdCompressor(level=level).stream_writer(out, closefd=False) as writer:
            for r in resources:
                at = r.address
                reads = [[read.call, read.at] for read in r.reads]
                writer.write(encode([[at.type, at.account, at.region, at.id, at.provider], r.arn, r.value, reads]) + b"\n")
        out.flush()
        os.fsync(out.fileno())


def _parse(path: Path) -> int:
    data = zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes())
    return sum(1 for line in data.splitlines() if orjson.loads(line))


def _write(store: Store, estate: Estate) -> None:
    header = estate.header()
    with store.lock():
        writer = store.begin(header.environment, header.as_of)
        unit: list[Resource] = []
        for resource in estate.resources():
            unit.append(resource)
            if len(unit) == _UNIT:
                writer.add(f"{resource.address}", unit)
                unit = []
        writer.add("rest", unit)
        writer.finish(header)


def _peak(url: str, work: str) -> float:
    """Peak resident memory of a process of its own that does one thing with the store."""
    script = f"from driftscan.store import Store; store = Store.open({url!r}); {work}; print(open('/proc/self/status').read())"
    status = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return round(int(kilobytes) / 1024, 1)


def _verified(store: Store) -> None:
    result = store.verify()
    if not result.ok:
        raise SystemExit(f"the store does not verify: {result.problems}")


class _Counting(LocalBackend):
    """Counts the files that stay."""

    puts = 0

    def put(self, key: str, data: bytes) -> None:
        super().put(key, data)
        self.puts += not key.startswith("unfinished/")

    def put_if(self, key: str, data: bytes, tag: str | None) -> str:
        self.puts += 1
        return super().put_if(key, data, tag)


if __name__ == "__main__":
    sys.exit(main())
