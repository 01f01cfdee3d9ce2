"""Proof that the store is what was written."""

from __future__ import annotations

from driftscan.errors import VerificationError
from driftscan.store import Store


def verify(store: Store, anchor: str | None) -> str:
    """The result in words. Raises VerificationError where something is broken, naming each broken file."""
    found = store.verify(anchor)
    if not found.ok:
        broken = "; ".join(f"{p.file}: {p.what}" for p in found.problems[:5])
        more = f"; and {len(found.problems) - 5} more" if len(found.problems) > 5 else ""
        raise VerificationError(
            f"{store.url} is broken: {broken}{more}", "restore these files from a backup; what is whole can still be compared"
        )
    lines = [f"{found.verdict}: {found.snapshots} snapshots, {found.records} records, {found.files} files, {found.bytes} bytes"]
    lines += [f"note: {n}" for n in found.notes]
    lines += [f"anchor of {environment}: {digest}" for environment, digest in sorted(found.heads.items())]
    return "\n".join(lines) + "\n"
