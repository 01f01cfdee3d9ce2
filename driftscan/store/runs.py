"""Records of runs: what each reported, and which of them stands for its period."""

from __future__ import annotations

from typing import Any

from driftscan.errors import DriftscanError
from driftscan.store import heads
from driftscan.store.backend import Backend, ExistsError, quote

_PREFIX = "runs/"


def put(backend: Backend, run: dict[str, Any]) -> None:
    """Keep one record. It needs `id`, `period` and `as_of`. Raises DriftscanError where another record has its id."""
    for name in ("id", "period", "as_of"):
        if not isinstance(run.get(name), str):
            raise DriftscanError(f"a run record has no {name}", "this is a defect: please report it")
    data = heads.seal(run)
    key = f"{_PREFIX}{quote(run['id'])}"
    try:
        backend.put(key, data)
    except ExistsError:
        if backend.get(key) != data:
            raise DriftscanError(f"{backend.url} holds another record of the run {run['id']}", "give the run another id") from None


def all(backend: Backend) -> list[dict[str, Any]]:
    """Every record, by (as_of, id), oldest first. Raises VerificationError."""
    found = [heads.unseal(entry.key, backend.get(entry.key)) for entry in backend.list(_PREFIX)]
    return sorted(found, key=lambda run: (str(run["as_of"]), str(run["id"])))


def final(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each period the last final record: a later run of the same period supersedes the earlier."""
    by_period = {str(run["period"]): run for run in records if run.get("final")}
    return sorted(by_period.values(), key=lambda run: (str(run["as_of"]), str(run["id"])))
