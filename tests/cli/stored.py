"""Stored months of two environments with their runs, without any cloud: what the commands over past runs are tried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

import click
from click.testing import CliRunner

from driftscan.catalog import load
from driftscan.cli.root import root
from driftscan.config import load as load_settings
from driftscan.errors import DriftscanError
from driftscan.jobs.assemble import assemble
from driftscan.jobs.context import Context, stamp
from driftscan.jobs.record import previous, remember
from driftscan.model.report import Report
from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Header, Listing, Status
from driftscan.model.value import Address, Value
from driftscan.store import Store
from tests.cli.conftest import Result
from tests.jobs.estate import ACCOUNTS, REGION

CONFIG = f"""\
version: 1
organization: acme
environments:
  stage:
    aliases: [staging]
    accounts:
      - {{aws: "{ACCOUNTS["stage"]}"}}
  prod:
    aliases: [production]
    accounts:
      - {{aws: "{ACCOUNTS["prod"]}"}}
comparisons:
  - {{candidate: stage, reference: prod}}
min_coverage: 0
owners:
  - {{key: "pay*", owner: payments}}
  - {{key: "web*", owner: storefront}}
"""
GROUP, QUEUE = "AWS::EC2::SecurityGroup", "AWS::SQS::Queue"


def queue(environment: str, name: str, tags: Mapping[str, str] | None = None, **more: Value) -> Resource:
    """A queue as the reader assembles it; its attributes are texts."""
    account = ACCOUNTS[environment]
    arn = f"arn:aws:sqs:{REGION}:{account}:{name}-{environment}"
    url = f"https://sqs.{REGION}.amazonaws.com/{account}/{name}-{environment}"
    value = {"QueueUrl": url, "QueueArn": arn, "VisibilityTimeout": "60", "DelaySeconds": "0", "Tags": dict(tags or {}), **more}
    return Resource(Address(QUEUE, account, REGION, arn), value, arn, reads=(Read("sqs:GetQueueAttributes", "2026-09-30T06:00:00Z"),))


def group(environment: str, name: str, ports: Sequence[int]) -> Resource:
    """A security group whose ports are open to everybody."""
    account = ACCOUNTS[environment]
    id = f"sg-{'5a' if environment == 'stage' else '9d'}{sum(map(ord, name)):015x}"
    rules = [{"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]} for p in ports]
    value: dict[str, Value] = {"GroupId": id, "GroupName": f"{name}-{environment}", "Description": "web", "IpPermissions": rules}
    arn = f"arn:aws:ec2:{REGION}:{account}:security-group/{id}"
    return Resource(Address(GROUP, account, REGION, id), value, arn, reads=(Read("ec2:DescribeSecurityGroups", "2026-09-30T06:00:00Z"),))


def month(folder: Path, as_of: str, stage: Sequence[Resource], prod: Sequence[Resource]) -> Report:
    """Store a snapshot of each environment and the final run over them, as `driftscan run` would. as_of: an ISO moment, UTC."""
    with chdir(folder):
        return _month(as_of, stage, prod)


def _month(as_of: str, stage: Sequence[Resource], prod: Sequence[Resource]) -> Report:
    config = Path("driftscan.yaml")
    if not config.exists():
        config.write_text(CONFIG)
    settings = load_settings(config)
    store = Store.open(settings.store)
    at = datetime.fromisoformat(as_of).astimezone(UTC)
    context = Context(settings, load(), store, lambda: b"k" * 32, at, lambda: at, f"run-{at:%Y%m%d}-000001", lambda _: None, pinned=True)
    made = {}
    with store.lock():
        for environment, held in (("stage", stage), ("prod", prod)):
            account = ACCOUNTS[environment]
            writer = store.begin(environment, context.run_id)
            types = sorted({QUEUE, GROUP} | {r.address.type for r in held})
            listings = [Listing(account, REGION, t, Status.COMPLETE, sum(r.address.type == t for r in held)) for t in types]
            writer.add("all", held, listings, ())
            header = Header(environment, (account,), ((account, (REGION,)),), (stamp(at), stamp(at)), stamp(at), "1", "c", "s", "k")
            made[environment] = writer.finish(header)
        result, _ = assemble(context, made, stamp(at), previous(context), whole=True)
        remember(context, result, made, final=True)
    return result


def typed(folder: Path, *args: str) -> Result:
    """`driftscan ARGS` in `folder`, in this process: the command that a shell runs, without the second that a process takes to start."""
    with chdir(folder):
        done = CliRunner().invoke(root, args, standalone_mode=False)
    match done.exception:
        case None:
            return Result(done.return_value if isinstance(done.return_value, int) else 0, done.stdout, done.stderr)
        case DriftscanError() as e:
            return Result(e.exit_code, done.stdout, f"{done.stderr}driftscan: {e.message}\n  next: {e.hint}\n")
        case click.ClickException() as e:
            return Result(e.exit_code, done.stdout, f"{done.stderr}driftscan: {e.format_message()}\n")
        case other:
            raise other
