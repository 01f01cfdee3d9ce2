"""How many calls one scan makes, against the leanest scanner there is. One JSON line per service and operation, then the figures.

    python -m benchmarks.calls --bench DIR

DIR is the folder of the performance bench: `estate.py` fills a moto server with one account in two regions, `fakeaws/` (Go) stands before
it and counts. Goal P3: calls of Cartography / calls of `driftscan scan`, same types, nothing less read: at least 1.5. Cartography's calls
are those that the bench publishes, or `--peer-calls`.

`P3` counts every call. `P3 of what both read` leaves out the details that Cartography never asks for (`OURS`): it reads the same types, but
fewer members of each. `P3 again` is a second scan, which has no reason to read twice what the first one looked at twice.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PUBLISHED = 2_844
"""Calls of Cartography 0.143 on the bench's estate (the bench's GOALS.md)."""

TYPES: Mapping[str, tuple[str, ...]] = {
    "dynamodb": ("AWS::DynamoDB::*",),
    "cloudwatch": ("AWS::CloudWatch::*", "AWS::Logs::*"),
    "ec2 and vpc": ("AWS::EC2::*",),
    "ecs": ("AWS::ECS::*",),
    "iam": ("AWS::IAM::*",),
    "kms": ("AWS::KMS::*",),
    "lambda_function": ("AWS::Lambda::*",),
    "rds": ("AWS::RDS::*",),
    "s3": ("AWS::S3::*",),
    "secretsmanager": ("AWS::SecretsManager::*",),
    "sns": ("AWS::SNS::*",),
    "sqs": ("AWS::SQS::*",),
    "ssm": ("AWS::SSM::*",),
}
"""Cartography's module (`cartography.intel.aws`) -> what driftscan reads of the same service: the services that the estate fills."""

OURS = frozenset({
    "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeKinesisStreamingDestination", "dynamodb:DescribeTimeToLive",
    "dynamodb:GetResourcePolicy", "ec2:DescribeInstanceAttribute", "ec2:DescribeVpcAttribute", "iam:GetLoginProfile", "iam:GetPolicy",
    "kms:GetKeyRotationStatus",
    "lambda:GET /2019-09-25/functions/*/event-invoke-config/*", "lambda:GET /2019-09-30/functions/*/concurrency",
    "lambda:GET /2019-09-30/functions/*/provisioned-concurrency", "lambda:GET /2020-06-30/functions/*/code-signing-config",
    "lambda:GET /2021-07-20/functions/*/*", "lambda:GET /2021-10-31/functions/*/urls", "logs:DescribeSubscriptionFilters",
    "s3:GET /*?accelerate", "s3:GET /*?analytics", "s3:GET /*?cors", "s3:GET /*?intelligent-tiering", "s3:GET /*?inventory",
    "s3:GET /*?lifecycle", "s3:GET /*?metrics", "s3:GET /*?object-lock", "s3:GET /*?replication", "s3:GET /*?requestPayment",
    "s3:GET /*?tagging", "s3:GET /*?website", "secretsmanager:GetResourcePolicy", "ssm:GetParameters", "ssm:GetServiceSetting",
})  # fmt: skip
"""Details, as the endpoint names them, that none of these modules of Cartography makes in any form (read in its sources, November 2026)."""

_ACCOUNT = "123456789012"
_REGIONS = ("us-east-1", "us-west-2")
_CONFIG = f"""\
version: 1
organization: bench
store: ./store
defaults: {{regions: [{", ".join(_REGIONS)}]}}
environments:
  prod: {{accounts: [{{aws: "{_ACCOUNT}"}}]}}
"""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Exit code 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, required=True, metavar="DIR", help="the performance bench: estate.py and fakeaws/")
    parser.add_argument("--peer-calls", type=int, default=PUBLISHED, metavar="N", help="calls of Cartography on the same estate")
    options = parser.parse_args(arguments)
    if shutil.which("go") is None:
        parser.error("the endpoint is built by `go`, which is not installed: apt-get install golang-go")
    with tempfile.TemporaryDirectory(prefix="driftscan-benchmark-") as folder, _endpoint(options.bench, Path(folder)) as url:
        counts, stored = _scan(url, Path(folder))
        again, _ = _scan(url, Path(folder))
    services: Counter[str] = Counter()
    for name, calls in sorted(counts.items()):
        services[name.partition(":")[0]] += calls
        _line(call=name, calls=calls)
    for service, calls in sorted(services.items()):
        _line(service=service, calls=calls)
    _figure("P3 of what both read", options.peer_calls, sum(calls for name, calls in counts.items() if name not in OURS))
    _figure("P3 again", options.peer_calls, sum(again.values()))
    return 0 if _figure("P3", options.peer_calls, sum(counts.values()), **stored) else 1


def _figure(name: str, theirs: int, ours: int, **more: int) -> bool:
    ratio = theirs / ours
    _line(figure=name, value=round(ratio, 2), goal=1.5, met=ratio >= 1.5, calls=ours, peer_calls=theirs, **more)
    return ratio >= 1.5


@contextmanager
def _endpoint(bench: Path, folder: Path) -> Iterator[str]:
    """The URL of the counting endpoint before a moto server that holds the bench's estate."""
    source = shutil.copytree(bench / "fakeaws", folder / "fakeaws", copy_function=shutil.copyfile)
    source.chmod(0o700)
    subprocess.run(["go", "build", "-o", "endpoint", "."], cwd=source, check=True)
    behind, before = _port(), _port()
    moto, url = f"http://127.0.0.1:{behind}", f"http://127.0.0.1:{before}"
    with (
        _running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(behind)], f"{moto}/moto-api/"),
        _running([str(source / "endpoint"), "-listen", f"127.0.0.1:{before}", "-upstream", moto], f"{url}/__ctl/stats", folder),
    ):
        done = subprocess.run(
            [sys.executable, str(bench / "estate.py"), moto], check=True, stdout=subprocess.PIPE, env=_environment(None), cwd=folder
        )
        _line(estate=done.stdout.decode().rpartition("TOTAL")[2].strip())
        yield url


@contextmanager
def _running(command: list[str], probe: str, folder: Path | None = None) -> Iterator[None]:
    """A server, once it answers at `probe`; ended afterwards."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        for _ in range(600):
            try:
                _get(probe)
                break
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def _scan(url: str, folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """(calls by the endpoint's names, what is stored): one whole scan as a person runs it."""
    place = folder / "scan"
    place.mkdir(exist_ok=True)
    (place / "driftscan.yaml").write_text(_CONFIG)
    only = [part for globs in TYPES.values() for glob in globs for part in ("--only", glob)]
    _get(f"{url}/__ctl/reset")
    done = subprocess.run([sys.executable, "-m", "driftscan", "scan", *only], cwd=place, env=_environment(url), check=False)
    if done.returncode not in (0, 4):  # 4: the server lacks operations, so that listings are missing
        raise SystemExit(done.returncode)
    counts: dict[str, int] = json.loads(_get(f"{url}/__ctl/stats"))["counts"]
    from driftscan.store import Store

    info = Store.open(str(place / "store")).snapshots("prod")[-1]
    return counts, {"resources": info.resources, "gaps": info.gaps}


def _environment(url: str | None) -> dict[str, str]:
    """Fake credentials for the account, and no other source of any."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    root = str(Path(__file__).parents[1])
    kept |= {"AWS_ACCESS_KEY_ID": "AKIAFAKEFAKEFAKEFAKE", "AWS_SECRET_ACCESS_KEY": "fake", "AWS_EC2_METADATA_DISABLED": "true"}
    kept |= {"AWS_DEFAULT_REGION": _REGIONS[0], "PYTHONPATH": root}
    return kept if url is None else {**kept, "AWS_ENDPOINT_URL": url}


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        data: bytes = answer.read()
    return data


def _line(**values: Any) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
