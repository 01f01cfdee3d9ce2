"""Play the demo: two months of one company on an embedded AWS, read by the same `driftscan run` that a user would call."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from driftscan.demo.estate import Site, build
from driftscan.demo.server import running
from driftscan.demo.story import EVENTS
from driftscan.errors import DriftscanError

ACCOUNTS = {"stage": "333333333333", "prod": "444444444444"}
OCTETS = {"stage": 20, "prod": 40}
FIRST, SECOND = "2026-10-30T06:00:00Z", "2026-11-30T06:00:00Z"

CONFIG = """\
version: 1
organization: acme
store: ./store
defaults: {role: driftscan-reader, regions: [eu-west-1, us-east-1]}
environments:
  stage:
    aliases: [staging, stg]
    accounts:
      - {aws: "333333333333"}
  prod:
    aliases: [production, prd]
    accounts:
      - {aws: "444444444444"}
comparisons:
  - {candidate: stage, reference: prod}
promotion: {max_age: 45d}
owners:
  - {tag: Team}
expected:
  - id: smaller-databases
    type: "AWS::RDS::DBInstance"
    path: DBInstanceClass
    rule: at_most_reference
    reason: stage runs smaller
    owner: platform
  - id: shorter-logs
    type: "AWS::Logs::LogGroup"
    path: retentionInDays
    rule: at_most_reference
    reason: stage keeps logs for a month
    owner: platform
waivers:
  - id: W-1
    finding: "stage..prod/AWS::S3::Bucket/*invoices*/VersioningConfiguration.Status"
    candidate: Suspended
    reference: Enabled
    owner: a@example.org
    approver: b@example.org
    ticket: OPS-7
    reason: load test
    expires: 2026-12-31
"""


def play(folder: Path, say: Callable[[str], None]) -> int:
    """Run the demo into `folder` (emptied first where it is a demo's); `say` gets a sentence per step. Returns `run`'s exit code.

    Leaves driftscan.yaml, the store, report.html and report.json. Raises DriftscanError where the server or a month's run fails.
    """
    _prepare(folder)
    (folder / "driftscan.yaml").write_text(CONFIG, encoding="utf-8")
    say("starting an embedded AWS on this machine")
    with running() as url:
        _post(f"{url}/moto-api/seed?a=33", b"")
        sites = {env: Site(env, ACCOUNTS[env], OCTETS[env], partial(_client, url, ACCOUNTS[env])) for env in ACCOUNTS}
        for env, site in sites.items():
            say(f"building {env} in account {site.account}")
            build(site)
        say(f"first month ({FIRST[:10]}): the twins as their pipeline made them")
        code = _run(folder, url, FIRST, quiet=True)
        if code not in (0, 4):
            raise DriftscanError(f"the first month's run ended with exit code {code}", "see what it printed above")
        for event in EVENTS:
            event.do(sites[event.where])
            say(f"in {event.where}: {event.what}")
        _post(f"{url}/_demo/deny", json.dumps([{"account": ACCOUNTS["prod"], "service": "secretsmanager"}]).encode())
        say("in prod: the scanner's role lost its right to list secrets")
        say(f"second month ({SECOND[:10]}): driftscan run --config driftscan.yaml --output-dir .")
        code = _run(folder, url, SECOND, quiet=False)
    say(f"open {folder / 'report.html'}")
    say(f"look around: cd {folder} && driftscan diff prod prod~1 --as-of {SECOND}")
    return code


def _prepare(folder: Path) -> None:
    """An empty folder: a former demo's is cleared, anything else is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "driftscan.yaml").exists() or (folder / "driftscan.yaml").read_text(encoding="utf-8") != CONFIG:
            raise DriftscanError(f"{folder} holds something that is no demo", "name another folder with --output-dir")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def _run(folder: Path, url: str, as_of: str, *, quiet: bool) -> int:
    """One month, as a user would run it. The credentials are the embedded server's: it takes any."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DRIFTSCAN_"))}
    env = kept | {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [sys.executable, "-m", "driftscan", "run", "--config", "driftscan.yaml", "--output-dir", ".", "--as-of", as_of]
    return subprocess.run(command, cwd=folder, env=env, check=False, stdout=subprocess.DEVNULL if quiet else None).returncode


def _post(url: str, body: bytes) -> None:
    urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")).read()


def _client(url: str, account: str, service: str) -> Any:
    """A client that builds the estate: moto takes the account from a header."""
    import boto3

    client = boto3.client(service, region_name="eu-west-1", endpoint_url=url, aws_access_key_id="testing", aws_secret_access_key="testing")

    def claim(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = account

    client.meta.events.register("before-sign.*.*", claim)
    return client
