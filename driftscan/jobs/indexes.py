"""What a snapshot's names mean, at rest: computed once per snapshot and catalogue, then read back."""

from __future__ import annotations

import hashlib

from driftscan.catalog import Catalog
from driftscan.model.snapshot import Snapshot
from driftscan.normalize.index import Index, build
from driftscan.normalize.normalizer import FORM
from driftscan.normalize.stored import FORMAT, decode, encode
from driftscan.store import Store


def index_of(store: Store, snapshot: Snapshot, catalog: Catalog) -> Index:
    """The index of every name: from the store where it was kept, else computed and kept."""
    name = "names/" + hashlib.sha256(f"{FORMAT}\0{FORM}\0{snapshot.digest}\0{catalog.digest}".encode()).hexdigest()
    data = store.get_derived(name)
    if data is not None:
        return decode(data)
    made = build(snapshot.resources(), catalog)
    store.put_derived(name, encode(made))
    return made
