"""A noisy first report, made readable in ten decisions: the commands, what they answer, and a check of the last figure.

    python -m benchmarks.triage             prints the transcript
    python -m benchmarks.triage --docs      writes it into docs/triage.md, between its marks

About 3,000 differences between two made-up environments have ten causes, as in a first comparison of two estates that nobody compared
before: a tag that stage never had, smaller machines, shorter retention, alarms that only prod needs, and so on. Three differences are
planted among them that nobody would accept. Ten decisions have to leave those three, and nothing else. No cloud is asked.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from driftscan.catalog import load
from driftscan.config import load as load_settings
from driftscan.jobs.assemble import assemble
from driftscan.jobs.context import Context, stamp
from driftscan.jobs.record import remember
from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Header, Listing, Status
from driftscan.model.value import Address
from driftscan.store import Store

ACCOUNTS = {"stage": "333333333333", "prod": "444444444444"}
REGION = "eu-west-1"
AT = datetime(2026, 11, 30, 6, tzinfo=UTC)
DOCS = Path(__file__).parent.parent / "docs" / "triage.md"
MARKS = ("<!-- transcript -->", "<!-- end of transcript -->")
PLANTED = 3
TEAMS = ("payments", "orders", "catalog", "search", "identity", "ledger", "shipping", "pricing", "risk", "media")
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
"""
RULES = {
    "Tags.CostCenter": ("stage is paid from one budget", "platform"),
    "Tags.Support": ("another rota answers for stage", "platform"),
    "MemorySize": ("stage runs smaller", "platform"),
    "DBInstanceClass": ("stage runs smaller", "platform"),
    "retentionInDays": ("nobody reads old logs of stage", "platform"),
    "MessageRetentionPeriod": ("stage need not wait for a weekend", "platform"),
    "MultiAZ": ("stage may be down for an hour", "platform"),
    "TimeToLive.TimeToLiveStatus": ("data of tests is thrown away whole", "platform"),
}
"""What holds for good: the path of a heap, why, and who answers for it. All else is waived until a day."""


def estate(environment: str) -> Iterator[Resource]:
    """What one environment holds, as its reader assembles it."""
    stage = environment == "stage"
    account = ACCOUNTS[environment]

    def made(service: str, type: str, id: str, at: str, n: int, **value: Any) -> Resource:
        tags = {"Team": TEAMS[n % len(TEAMS)], "Support": "office-hours" if stage and n % 7 == 0 else "around-the-clock"}
        if not stage:
            tags["CostCenter"] = f"cc-{1000 + n % 5}"
        held: dict[str, Any] = {} if service == "rds" else {"Tags": tags}
        return Resource(Address(type, account, REGION, id), {**held, **value}, at, reads=(Read(f"{service}:List", stamp(AT)),))

    for n in range(300):
        name = f"{TEAMS[n % 10]}-api-{n}-{environment}"
        arn = f"arn:aws:lambda:{REGION}:{account}:function:{name}"
        memory = 512 if stage and n % 2 else 1024
        yield made(
            "lambda", "AWS::Lambda::Function", name, arn, n, FunctionName=name, FunctionArn=arn, Runtime="python3.12", Handler="app.main",
            MemorySize=memory, Timeout=30,
        )  # fmt: skip
        log = f"/aws/lambda/{name}"
        arn = f"arn:aws:logs:{REGION}:{account}:log-group:{log}"
        yield made("logs", "AWS::Logs::LogGroup", log, arn, n, logGroupName=log, arn=arn, retentionInDays=14 if stage else 365)
    for n in range(300):
        name = f"{TEAMS[n % 10]}-jobs-{n}-{environment}"
        arn = f"arn:aws:sqs:{REGION}:{account}:{name}"
        kept = "345600" if stage and n % 3 == 0 else "1209600"
        yield made(
            "sqs", "AWS::SQS::Queue", arn, arn, n, QueueUrl=f"https://sqs.{REGION}.amazonaws.com/{account}/{name}", QueueArn=arn,
            VisibilityTimeout="60", MessageRetentionPeriod=kept,
        )  # fmt: skip
    for n in range(200):
        name = f"{TEAMS[n % 10]}-table-{n}-{environment}"
        arn = f"arn:aws:dynamodb:{REGION}:{account}:table/{name}"
        yield made(
            "dynamodb", "AWS::DynamoDB::Table", name, arn, n, TableName=name, TableArn=arn,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            TimeToLive={"TimeToLiveStatus": "DISABLED" if stage and n % 4 == 0 else "ENABLED"},
        )  # fmt: skip
    for n in range(150):
        name = f"{TEAMS[n % 10]}-db-{n}-{environment}"
        arn = f"arn:aws:rds:{REGION}:{account}:db:{name}"
        yield made(
            "rds", "AWS::RDS::DBInstance", name, arn, n, DBInstanceIdentifier=name, DBInstanceArn=arn, Engine="postgres",
            DBInstanceClass="db.t4g.medium" if stage else "db.r6g.xlarge", MultiAZ=not stage, StorageEncrypted=True,
        )  # fmt: skip
    for n in range(40):
        name = f"{TEAMS[n % 10]}-web-{n}-{environment}"
        id = f"sg-{'5a' if stage else '9d'}{n:015x}"
        arn = f"arn:aws:ec2:{REGION}:{account}:security-group/{id}"
        ports = [443, 22] if stage and n < PLANTED else [443]
        rules = [{"IpProtocol": "tcp", "FromPort": p, "ToPort": p, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]} for p in ports]
        value = {"GroupId": id, "GroupName": name, "Description": "web", "IpPermissions": rules}
        yield Resource(Address("AWS::EC2::SecurityGroup", account, REGION, id), value, arn, reads=(Read("ec2:List", stamp(AT)),))
    for n in range(1300 if not stage else 0):
        name = f"{TEAMS[n % 10]}-errors-{n}-{environment}"
        arn = f"arn:aws:cloudwatch:{REGION}:{account}:alarm:{name}"
        yield made(
            "cloudwatch", "AWS::CloudWatch::Alarm", name, arn, n, AlarmName=name, AlarmArn=arn, MetricName="Errors", Namespace="AWS/Lambda",
            Period=60, EvaluationPeriods=5, Threshold=1.0, ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
        )  # fmt: skip
    for n in range(450 if stage else 0):
        name = f"loadtest-results-{n}-{environment}"
        arn = f"arn:aws:sns:{REGION}:{account}:{name}"
        yield made("sns", "AWS::SNS::Topic", arn, arn, n, TopicArn=arn, DisplayName=f"results {n}")


def prepare(folder: Path) -> int:
    """A store with one final run over both environments. Returns how many resources it holds."""
    config = folder / "driftscan.yaml"
    config.write_text(CONFIG)
    settings = load_settings(config)
    store = Store.open(settings.store)
    context = Context(settings, load(), store, lambda: b"k" * 32, AT, lambda: AT, "first-run", lambda _: None, pinned=True)
    made = {}
    resources = 0
    types = sorted({r.address.type for e in ACCOUNTS for r in estate(e)})
    with store.lock():
        for environment, account in ACCOUNTS.items():
            held = list(estate(environment))
            resources += len(held)
            writer = store.begin(environment, context.run_id)
            listings = [Listing(account, REGION, t, Status.COMPLETE, sum(r.address.type == t for r in held)) for t in types]
            writer.add("all", held, listings, ())
            window = (stamp(AT), stamp(AT))
            made[environment] = writer.finish(
                Header(environment, (account,), ((account, (REGION,)),), window, stamp(AT), "1", "c", "s", "k")
            )
        report, _ = assemble(context, made, stamp(AT), None, whole=True)
        remember(context, report, made, final=True)
    return resources


def played(folder: Path) -> Iterator[str]:
    """The transcript, line by line. Raises AssertionError where ten decisions leave anything but what was planted."""

    def typed(*args: str, show: int = 40) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "driftscan", *args],
            cwd=folder, text=True, capture_output=True, check=False, env={**os.environ, "NO_COLOR": "1", "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        assert done.returncode in (0, 3), done.stderr
        lines = done.stdout.rstrip("\n").splitlines()
        said.append(f"$ driftscan {shlex.join(args)}")
        said.extend(lines[:show])
        said.extend([f"... ({len(lines) - show:,} lines more)"] if len(lines) > show else [])
        said.append("")
        return lines

    said: list[str] = []
    typed("report", show=10)
    typed("report", "--decide", "triage.yaml")
    text = (folder / "triage.yaml").read_text()
    said += ["$ cat triage.yaml", *text.rstrip("\n").splitlines(), ""]
    decided, _ = _decide(text)
    (folder / "triage.yaml").write_text(decided)
    said += [f"(an editor: {decided.count(chr(10) + '  - {')} rules accepted, each with a reason and an owner)", ""]
    typed("report", "--would-hide", "triage.yaml")
    rules = "\n".join(line for line in decided.splitlines() if line.startswith(("expected:", "  - {")))
    with (folder / "driftscan.yaml").open("a") as file:
        file.write(rules + "\n")
    said += ["(the rules go into driftscan.yaml, by pull request)", ""]
    rest = "\n".join(typed("report", "--decide", "-"))
    waived = _decide(rest)[1]
    who = ("--owner", "ann@example.org", "--approver", "bo@example.org", "--expires", "2026-12-29", "--as-of", "2026-11-30")
    for n, groups in enumerate(waived, 1):
        named = [part for g in groups for part in ("--group", g)]
        typed("waive", *named, *who, "--ticket", f"OPS-{n}", "--reason", "until the next planning", show=12)
    left = typed("report", "--again", "--quiet", show=60)
    decisions = decided.count("\n  - {") + len(waived)
    drift = next(int(m[1].replace(",", "")) for line in left if (m := re.search(r"([\d,]+) differences?", line)))
    assert (decisions, drift) == (10, PLANTED), (decisions, drift)
    said.append(f"{decisions} decisions; what is left is what was planted: {drift} differences")
    yield from said


def _decide(text: str) -> tuple[str, list[list[str]]]:
    """The file with the rules that hold for good taken, and the groups of the other heaps. Nothing high or critical is touched."""
    out, waived = [], []
    lines = text.splitlines()
    for n, line in enumerate(lines):
        if not line.startswith("#  - {"):
            out.append(line)
            continue
        path = re.search(r'path: "([^"]*)"', line)
        known = RULES.get(path[1]) if path else None
        if known is None:
            waived.append(re.findall(r"--group (\w+)", lines[n + 1]))
            out.append(line)
        else:
            out.append(line[1:].replace('reason: ""', f'reason: "{known[0]}"').replace('owner: ""', f'owner: "{known[1]}"'))
    return "\n".join(out) + "\n", waived


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", action="store_true", help="write the transcript into docs/triage.md")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        resources = prepare(Path(folder))
        print(f"{resources:,} resources stored and compared in {time.monotonic() - began:.1f} s", file=sys.stderr)
        text = "\n".join(played(Path(folder)))
    print(text)
    if options.docs:
        before, _, rest = DOCS.read_text().partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        DOCS.write_text(f"{before}{MARKS[0]}\n```console\n{text}\n```\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
