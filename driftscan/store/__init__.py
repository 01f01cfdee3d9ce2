"""Snapshots at rest: content-addressed, packed, immutable, chained."""

from driftscan.store.manifest import SnapshotInfo
from driftscan.store.snapshot import StoredSnapshot
from driftscan.store.store import Store
from driftscan.store.transfer import export_file, open_file
from driftscan.store.verification import Problem, VerifyResult
from driftscan.store.writer import Writer

__all__ = ["Problem", "SnapshotInfo", "Store", "StoredSnapshot", "VerifyResult", "Writer", "export_file", "open_file"]
