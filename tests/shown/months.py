"""A folder that runs month after month against one server, and what its reports say."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli import estate
from tests.cli.conftest import Result, driftscan

Json = dict[str, Any]


@dataclass(frozen=True)
class Months:
    """A folder with a configuration and a store; url: of the server."""

    folder: Path
    url: str

    def run(self, as_of: str, *more: str) -> tuple[Result, Json]:
        """`driftscan run` as of that day: how the process ended, and its report.json."""
        out = f"out-{as_of[:10]}"
        done = driftscan(self.folder, "run", "--output-dir", out, "--as-of", as_of, "--quiet", *more, env=dict(estate.environ(self.url)))
        assert done.code in (0, 3, 4), done.err
        return done, json.loads((self.folder / out / "report.json").read_text())


def deny(url: str, *services: tuple[str, str]) -> None:
    """Let the server refuse every call to these services (account, service), and no other."""
    body = json.dumps([{"account": account, "service": service} for account, service in services]).encode()
    urllib.request.urlopen(urllib.request.Request(f"{url}/_demo/deny", data=body, method="POST")).read()


def told(report: Json, *verdicts: str) -> list[tuple[str, str, str, str]]:
    """(kind, verdict, state, key) of the findings with one of the verdicts, sorted."""
    return sorted((f["kind"], f["verdict"], f["state"], f["resource"]["key"]) for f in report["findings"] if f["verdict"] in verdicts)


def reset(url: str) -> None:
    """An empty server that denies nothing."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", data=b"", method="POST")).read()
    deny(url)
