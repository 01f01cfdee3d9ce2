"""Writing one snapshot: parts while it is read, and packs, snapshot and head, in this order, when it is whole.

A killed writer loses the unit in flight. Until the head moves, readers see the month before; afterwards, the new one.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import orjson
import zstandard

from driftscan.errors import DriftscanError, VerificationError
from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Header, Listing
from driftscan.store import heads, manifest, parts, records
from driftscan.store.backend import UNFINISHED, Backend, quote
from driftscan.store.container import Container, Dictionary, damaged
from driftscan.store.packs import DICTIONARIES, Packs, put_same
from driftscan.store.reads import ReadsWriter
from driftscan.store.snapshot import StoredSnapshot
from driftscan.store.table import Merge, New, Table

log = logging.getLogger(__name__)

_DICTIONARY = 64 << 10  # bytes
_LEARN_FROM = 1 << 20, 8 << 20  # raw bytes to learn from: fewer teach nothing, more nothing new


@dataclass(frozen=True, slots=True)
class Journal:
    """Whose parts lie unfinished. previous: digest of the head when the first of them was written."""

    run: str
    plan: str
    previous: str | None


class Writer:
    """One snapshot on its way into the store; see `Store.begin`. `add` may be called by several threads."""

    def __init__(self, backend: Backend, packs: Packs, environment: str, journal: Journal, done: Iterable[str]) -> None:
        self.environment = environment
        self.run_id = journal.run
        self._packs = packs
        self._backend = backend
        self._journal = journal
        self._done = set(done)
        self._lock = threading.Lock()

    @property
    def done(self) -> frozenset[str]:
        """The units whose parts are stored, by this run or by the one that it resumes."""
        with self._lock:
            return frozenset(self._done)

    def add(self, unit_key: str, resources: Iterable[Resource], listings: Iterable[Listing] = (), gaps: Iterable[Gap] = ()) -> None:
        """Store everything that one unit read; durable when this returns.

        `resources` is consumed first: `listings` and `gaps` may be lists that fill while it is. Of one address that several
        units bring, the resource that was read last counts. Raises DriftscanError where the unit is stored already.
        """
        if unit_key in self.done:
            raise DriftscanError(f"unit {unit_key} is stored already", "skip the units in `done`")
        digest, data = parts.build(unit_key, resources, listings, gaps)
        put_same(self._backend, _part_key(self.environment, unit_key, digest), data)
        with self._lock:
            self._done.add(unit_key)
        log.debug("unit %s stored, %d bytes", unit_key, len(data))

    def resources(self, types: Collection[str] | None = None) -> Iterator[Resource]:
        """Everything that was added so far, in address order, whoever added it: this run or the one that it resumes.

        types: only those.
        """
        for record in parts.merged(stored_parts(self._backend, self.environment)):
            if types is not None and records.prefix_type(records.type_prefix(record.key)) not in types:
                continue
            yield records.resource(record.key, record.body, record.extra)

    def discard(self) -> None:
        """Forget everything that was added."""
        clear(self._backend, self.environment)
        with self._lock:
            self._done.clear()

    def finish(self, header: Header) -> StoredSnapshot:
        """Make the snapshot of everything that was added; `header.previous` is set here.

        Raises ConflictError where another run finished a snapshot of this environment meanwhile.
        """
        if header.environment != self.environment:
            raise DriftscanError(f"the header is of {header.environment}, not of {self.environment}", "this is a defect: please report it")
        head = heads.read(self._backend, self.environment)
        last = head.last
        before = self._open(last) if last else None
        known = before.table if before else Table(self._packs, ())
        found = list(stored_parts(self._backend, self.environment))
        listings: list[Listing] = []
        gaps: list[Gap] = []
        if {part.unit for part in found} != self.done:
            raise damaged(_parts_prefix(self.environment), "the parts are not those that were stored")
        for part in found:
            mine = part.coverage()
            listings += mine[0]
            gaps += mine[1]
        dictionary = _dictionary(self._backend, self._packs, found)
        types: dict[str, int] = {}
        merge = Merge(self._backend, known, _records(found, header, types), dictionary)
        reads = ReadsWriter()
        for run, calls in merge:
            reads.add(run, calls)
        header = replace(header, previous=last.digest if last else None)
        info, data = manifest.build(
            header,
            listings,
            gaps,
            merge.runs,
            reads=reads.chunks(merge.numbers),
            types=types,
            run=self._journal.run,
            plan=self._journal.plan,
        )
        put_same(self._backend, manifest.snapshot_key(self.environment, info.id), data)
        heads.advance(self._backend, head, info)
        clear(self._backend, self.environment)
        log.info("snapshot %s: %d resources, %d gaps", info.id, info.resources, info.gaps)
        return self._open(info)

    def _open(self, info: manifest.SnapshotInfo) -> StoredSnapshot:
        return open_snapshot(self._packs, info)


def _dictionary(backend: Backend, packs: Packs, found: list[parts.Part]) -> Dictionary | None:
    """The store's compression dictionary; where there is none yet and enough to learn from, a new one."""
    for entry in backend.list(DICTIONARIES):
        return packs.dictionary(entry.key.removeprefix(DICTIONARIES))
    least, most = _LEARN_FROM
    total = sum(part.raw for part in found)
    if total < least:
        return None
    samples: list[bytes | bytearray | memoryview] = list(parts.samples(found, -(-total // most)))
    try:
        data = zstandard.train_dictionary(_DICTIONARY, samples).as_bytes()
    except zstandard.ZstdError:  # too much alike to learn from
        return None
    dictionary = Dictionary(data)
    put_same(backend, DICTIONARIES + dictionary.digest, data)
    return dictionary


def open_snapshot(packs: Packs, info: manifest.SnapshotInfo) -> StoredSnapshot:
    """One stored snapshot. Raises VerificationError."""
    key = manifest.snapshot_key(info.environment, info.id)
    return StoredSnapshot(packs, Container(packs.backend, key, info.digest))


def _records(found: list[parts.Part], header: Header, types: dict[str, int]) -> Iterator[New[tuple[Read, ...]]]:
    """All records of a snapshot in key order: resources, then tokens. Counts resources by type on the way."""
    counts: dict[bytes, int] = {}
    for record in parts.merged(found):
        prefix = records.type_prefix(record.key)
        counts[prefix] = counts.get(prefix, 0) + 1
        yield record
    types.update((records.prefix_type(prefix), count) for prefix, count in sorted(counts.items()))
    for digest in sorted(header.tokens):
        yield New(records.token_key(digest), orjson.dumps(header.tokens[digest]), ())


# --------------------------------------------------------------------------------------------- the journal


def begin(backend: Backend, packs: Packs, environment: str, run_id: str, plan_digest: str) -> Writer:
    """See `Store.begin`."""
    head = heads.read(backend, environment)
    if head.tag is None:
        _must_be_new(backend, packs, environment)
    last = head.last.digest if head.last else None
    journal = read_journal(backend, environment)
    if journal and head.last and head.last.run == journal.run and journal.previous != last:
        clear(backend, environment)  # the run was killed after its head moved: nothing of it is unfinished
        journal = None
    if journal and journal.plan != plan_digest:
        log.warning("%s: the unfinished run %s followed another plan; what it had read is discarded", environment, journal.run)
        clear(backend, environment)
        journal = None
    done: list[str] = []
    if journal:
        done = list(_usable_units(backend, environment))
        log.info("%s: resuming the run %s, %d units are stored", environment, journal.run, len(done))
    else:
        clear(backend, environment)  # parts without a journal are nobody's: a power cut may bring deleted ones back
        journal = Journal(run_id, plan_digest, last)
        value = {"run": journal.run, "plan": journal.plan, "previous": journal.previous}
        backend.put(_journal_key(environment), heads.seal(value))
    return Writer(backend, packs, environment, journal, done)


def _must_be_new(backend: Backend, packs: Packs, environment: str) -> None:
    """Where a head is lost, a new chain must not begin in silence. One snapshot may be there: a run was killed before its head."""
    for entry in backend.list(manifest.snapshot_key(environment, "")):
        if manifest.info(Container(packs.backend, entry.key)).previous is not None:
            raise damaged(heads.head_key(environment), f"the file is missing, and there are snapshots of {environment}")


def read_journal(backend: Backend, environment: str) -> Journal | None:
    """Whose parts lie unfinished, if any do. Raises VerificationError."""
    key = _journal_key(environment)
    found = backend.get_tagged(key)
    if found is None:
        return None
    value = heads.unseal(key, found[0])
    previous = value["previous"]
    return Journal(str(value["run"]), str(value["plan"]), None if previous is None else str(previous))


def stored_parts(backend: Backend, environment: str) -> Iterator[parts.Part]:
    """Every unit that is stored. Raises VerificationError."""
    for entry in backend.list(_parts_prefix(environment)):
        yield parts.open_part(backend, entry.key)


def _usable_units(backend: Backend, environment: str) -> Iterator[str]:
    """Every unit whose part is whole; a damaged part is dropped, so that its unit is read again."""
    for entry in list(backend.list(_parts_prefix(environment))):
        try:
            part = parts.open_part(backend, entry.key)
            parts.check(part, entry.size)
        except VerificationError as e:
            log.warning("%s; the unit will be read again", e.message)
            backend.delete(entry.key)
        else:
            yield part.unit


def clear(backend: Backend, environment: str) -> None:
    """Remove the unfinished parts of one environment, the journal last."""
    for entry in list(backend.list(_parts_prefix(environment))):
        backend.delete(entry.key)
    backend.delete(_journal_key(environment))


def _journal_key(environment: str) -> str:
    return f"{UNFINISHED}{quote(environment)}/journal"


def _parts_prefix(environment: str) -> str:
    return f"{UNFINISHED}{quote(environment)}/parts/"


def _part_key(environment: str, unit: str, digest: str) -> str:
    return f"{_parts_prefix(environment)}{hashlib.sha256(unit.encode()).hexdigest()[:16]}-{digest}"
