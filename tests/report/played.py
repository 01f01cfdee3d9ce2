"""The report of the demo's last month, as golden files can hold it: with one key, one port, and nothing of the clock or the machine."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from driftscan.demo import play as demo
from driftscan.demo.server import running
from driftscan.formats import render
from driftscan.report.stored import load

PORT = 47_311
KEY = "the demo's redaction key, for its golden files"


def played(say: Callable[[str], None]) -> bytes:
    """Play the demo and give its report.json, stamped. Takes minutes."""
    with tempfile.TemporaryDirectory() as name:
        key = Path(name) / "golden.key"
        key.write_text(KEY)
        key.chmod(0o600)
        config = f"{demo.CONFIG}redaction: {{key_file: {key}}}\n"
        with patch.object(demo, "CONFIG", config), patch.object(demo, "running", partial(running, PORT)):
            demo.play(Path(name) / "demo", say)
        return stamped((Path(name) / "demo" / "report.json").read_bytes())


def stamped(data: bytes) -> bytes:
    """A report.json without what differs from one run to the next although nothing else does: moments of reading, ids and digests."""
    document = json.loads(data)
    run, at = document["run"], document["run"]["as_of"]
    id = run["id"]
    names = {id: f"run-{run['period']}"}
    names |= {p["run"]: f"run-{p['period']}" for p in document["summary"].get("trend", ()) if p["run"]}
    if run["previous_run"]:
        names.setdefault(run["previous_run"], "run-before")
    names |= {s["id"]: f"{s['id'].rpartition('-')[0]}-{_digest(s['id'].rpartition('-')[0])[:8]}" for s in document["snapshots"]}
    names |= {run["catalog_digest"]: _digest("catalogue"), run["config_digest"]: _digest("configuration")}
    for s in document["snapshots"]:
        names[s["digest"]] = _digest(f"{s['environment']} now")
        if s.get("previous"):
            names[s["previous"]] = _digest(f"{s['environment']} before")
        s["window"] = [at, at]
    run |= {"started": at, "finished": at, "tool_version": "0"}
    return render("json", load(json.dumps(_named(document, names, id)).encode()))


def _named(value: Any, names: dict[str, str], run: str) -> Any:
    match value:
        case dict():
            return {k: _named(v, names, run) for k, v in value.items()}
        case list():
            return [_named(v, names, run) for v in value]
        case str():
            return names.get(value) or value.replace(run, names[run])  # the session of an assumed role is named after the run
    return value


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
