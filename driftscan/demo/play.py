"""Play the demo: four months of one company on an embedded AWS and an embedded Google Cloud, read by the `driftscan run` of any user."""

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
from typing import Any, Final

from driftscan.demo import organization
from driftscan.demo.estate import build
from driftscan.demo.google import server as google
from driftscan.demo.google.faults import Fault
from driftscan.demo.server import running
from driftscan.demo.site import Site
from driftscan.demo.story import DENIED, DENIED_PROJECTS, EVENTS, MONTHS
from driftscan.errors import DriftscanError

ACCOUNTS: Final = {"dev": "111111111111", "test": "222222222222", "stage": "333333333333", "prod": "444444444444"}
OCTETS: Final = {"dev": 10, "test": 15, "stage": 20, "prod": 40}
HOMES: Final = {"dev": "eu-west-1", "test": "eu-west-1", "stage": "eu-west-1", "prod": "eu-central-1"}

BASELINE: Final = Path(__file__).parent / "acme.yaml"
CONFIG: Final = """\
version: 1
organization: acme
store: ./store
defaults: {role: driftscan-reader}
environments:
  dev:
    aliases: [development]
    accounts:
      - {aws: "111111111111", regions: [eu-west-1, us-east-1]}
  test:
    aliases: [testing, qa]
    accounts:
      - {aws: "222222222222", regions: [eu-west-1, us-east-1]}
      - {gcp: acme-data-test}
      - {gcp: acme-ml-test-1b7e}
  stage:
    aliases: [staging, stg]
    accounts:
      - {aws: "333333333333", regions: [eu-west-1, us-east-1]}
      - {gcp: acme-data-stage}
      - {gcp: acme-ml-stage-4f3a}
  prod:
    aliases: [production, prd]
    accounts:
      - {aws: "444444444444", regions: [eu-central-1, us-east-1]}
      - {gcp: acme-data-prod}
      - {gcp: acme-ml-prod-91c7}
comparisons:
  - {candidate: stage, reference: prod}
  - {candidate: test, reference: stage}
controls:
  excluded:
    - {account: acme-registry, reason: what every environment runs is built once and kept there}
promotion: {max_age: 14d}
owners:
  - {tag: Team}
  - {tag: team}
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
    reason: logs are kept for a month outside prod
    owner: platform
  - id: smaller-budgets
    type: "AWS::Budgets::Budget"
    path: BudgetLimit.Amount
    rule: at_most_reference
    reason: prod may cost more
    owner: platform
  - id: fewer-workers
    type: "AWS::AutoScaling::AutoScalingGroup"
    path: DesiredCapacity
    rule: ratio
    ratio: [0.1, 1]
    reason: stage scales with its own load
    owner: storefront
  - id: fewer-nodes
    type: container.googleapis.com/NodePool
    path: autoscaling.maxNodeCount
    rule: at_most_reference
    reason: models are trained on all the data in prod alone
    owner: learning
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
  - id: W-3
    finding: "test..stage/AWS::S3::Bucket/*invoices*/VersioningConfiguration.Status"
    candidate: Enabled
    reference: Suspended
    owner: a@example.org
    approver: b@example.org
    ticket: OPS-7
    reason: load test
    expires: 2026-12-31
  - id: W-2
    finding: "stage..prod/AWS::SQS::Queue/*emails*/VisibilityTimeout"
    candidate: 60
    reference: 120
    owner: a@example.org
    approver: c@example.org
    ticket: OPS-9
    reason: the mail provider was slow; prod goes back when it is not
    expires: 2026-10-15
"""


def play(folder: Path, say: Callable[[str], None], each: Callable[[int], None] | None = None) -> int:
    """Run the demo into `folder` (emptied first where it is a demo's); `say` gets a sentence per step. Returns 0 where the last `run` ended
    as the story says (4, because a whole project may not be read), else its exit code.

    each: called after the run of every month (1 to 4), when its report lies in the folder.

    Leaves driftscan.yaml, the store, report.html and report.json. Raises DriftscanError where the server or a month's run fails.
    """
    _prepare(folder)
    (folder / "driftscan.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "baselines").mkdir()
    shutil.copyfile(BASELINE, folder / "baselines" / BASELINE.name)
    say("starting an embedded AWS and an embedded Google Cloud on this machine")
    with running() as url, google.running() as cloud:
        _post(f"{url}/moto-api/seed?a=33", b"")
        sites = {e: Site(e, ACCOUNTS[e], OCTETS[e], HOMES[e], partial(_client, url, ACCOUNTS[e])) for e in ACCOUNTS}
        for env in organization.FOLDERS:
            sites[env].projects.update(organization.projects(env))
        for env, site in sites.items():
            ids = " and ".join(p.id for p in site.projects.values())
            say(f"building {env} in account {site.account}" + (f", and its projects {ids}" if ids else ""))
            build(site)
        for month, as_of in enumerate(MONTHS, 1):
            for event in EVENTS:
                if event.month == month:
                    for env in event.where:
                        event.do(sites[env])
                    say(f"{as_of[:7]}: {event.what}")
            if month in DENIED:
                env, service = DENIED[month]
                _post(f"{url}/_demo/deny", json.dumps([{"account": ACCOUNTS[env], "service": service}]).encode())
                say(f"{as_of[:7]}: the scanner's role in {env} lost its right to read {service}")
            if month in DENIED_PROJECTS:
                env, short = DENIED_PROJECTS[month]
                project = sites[env].projects[short].id
                cloud.faults(Fault("denied", scope=f"projects/{project}"))
                say(f"{as_of[:7]}: the scanner's service account lost its right to read {project}")
            cloud.load(organization.document(p for site in sites.values() for p in site.projects.values()))
            last = month == len(MONTHS)
            say(f"{as_of[:10]}: driftscan run --config driftscan.yaml --output-dir . --as-of {as_of}")
            code = read(folder, _variables(url) | cloud.variables, as_of, quiet=not last)
            if code not in (0, 4):
                raise DriftscanError(f"the run of {as_of[:7]} ended with exit code {code}", "see what it printed above")
            if each is not None:
                each(month)
    say(f"open {folder / 'report.html'}")
    told = 4 if len(MONTHS) in DENIED_PROJECTS else 0
    return 0 if code == told else code


def _prepare(folder: Path) -> None:
    """An empty folder: a former demo's is cleared, anything else is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "driftscan.yaml").exists() or (folder / "driftscan.yaml").read_text(encoding="utf-8") != CONFIG:
            raise DriftscanError(f"{folder} holds something that is no demo", "name another folder with --output-dir")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def _variables(url: str) -> dict[str, str]:
    """What a scan needs in its environment to read the embedded AWS, which takes any credentials."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def read(folder: Path, variables: dict[str, str], as_of: str, *, quiet: bool) -> int:
    """One month, as a user would run it, with nothing of the machine's own clouds in its environment."""
    own = ("AWS_", "DRIFTSCAN_", "CLOUDSDK_", "GOOGLE_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(own)} | variables
    command = [sys.executable, "-m", "driftscan", "run", "--config", "driftscan.yaml", "--output-dir", ".", "--as-of", as_of]
    return subprocess.run(command, cwd=folder, env=env, check=False, stdout=subprocess.DEVNULL if quiet else None).returncode


def _post(url: str, body: bytes) -> None:
    urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")).read()


def _client(url: str, account: str, service: str, region: str) -> Any:
    """A client that builds the estate: moto takes the account from a header."""
    import boto3

    client = boto3.client(service, region_name=region, endpoint_url=url, aws_access_key_id="testing", aws_secret_access_key="testing")

    def claim(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = account

    client.meta.events.register("before-sign.*.*", claim)
    return client
