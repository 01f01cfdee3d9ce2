"""How large the page of a big report is, and how soon a browser has it ready. One JSON line.

    python -m benchmarks.page --findings 121000 --runs 3

Goal P13: 121,000 findings in 5 MB, ready in Chromium within 2 s of the navigation; the median of the runs counts. Ready: the index is read
and the first rows of the list stand, so that it can be searched. Also measured: the processor time of the page's main thread until then,
which a busy machine does not lengthen, one search over all findings, and opening a finding in the middle by its link. Findings are made up,
in the proportions of a first report: seven of ten lack a tag, two of ten have another setting, one of ten is only on one side; names, ids
and digests are random.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from driftscan.formats import html
from driftscan.model.drift import Severity, Verdict
from driftscan.model.finding import FindingGroup, LedgerRow
from driftscan.model.report import (
    Count,
    Match,
    Report,
    ReportChange,
    ReportComparison,
    ReportFinding,
    ReportLocator,
    ReportResource,
    ReportSnapshot,
    Run,
    Share,
    Summary,
)
from driftscan.model.value import ABSENT

TYPES = (
    ("AWS::EC2::NetworkInterface", "Network interface", "network", "PrivateDnsName"),
    ("AWS::SQS::Queue", "SQS queue", "capacity", "VisibilityTimeout"),
    ("AWS::Lambda::Function", "Lambda function", "capacity", "MemorySize"),
    ("AWS::S3::Bucket", "S3 bucket", "data-protection", "VersioningConfiguration.Status"),
    ("AWS::IAM::Role", "IAM role", "iam", "MaxSessionDuration"),
    ("AWS::Logs::LogGroup", "Log group", "observability", "RetentionInDays"),
    ("AWS::CloudWatch::Alarm", "Alarm", "observability", "Threshold"),
    ("AWS::DynamoDB::Table", "DynamoDB table", "capacity", "BillingMode"),
)
WORDS = (
    "payments", "orders", "catalog", "search", "identity", "ledger", "shipping", "pricing", "risk", "insight", "media", "platform", "api",
    "worker", "ingest", "export", "gateway", "cache", "events", "audit", "scheduler", "notifier", "loader", "index", "proxy", "session",
    "invoice", "refund", "customer", "stock", "vendor", "returns", "mail", "push", "geo", "tax", "fraud", "price", "quote", "basket",
)  # fmt: skip
TAGS = ("CostCenter", "Owner", "DataClass", "Service", "Backup")
ACCOUNTS = [f"{n}{n}{n:010}" for n in range(1, 6)]
REGIONS = ("eu-west-1", "us-east-1")
MONTHS = ("2026-11", "2026-11", "2026-11", "2026-10", "2026-09", "2026-06")


def finding(r: random.Random, n: int) -> ReportFinding:
    """One made-up finding."""
    type, noun, aspect, field = r.choice(TYPES)
    name = "-".join(r.sample(WORDS, 3)) + f"-{n % 977}"
    service = type.split("::")[1].lower()
    account, region, stack = r.choice(ACCOUNTS), r.choice(REGIONS), r.choice(WORDS)

    def side(word: str) -> ReportLocator:
        return ReportLocator(account, region, f"{word}-{name}", f"arn:aws:{service}:{region}:{account}:{word}-{name}")

    kind = r.choices(("tag", "setting", "missing", "extra"), (70, 20, 5, 5))[0]
    changes: tuple[ReportChange, ...] = ()
    if kind == "tag":
        field, candidate, reference = f"Tags.{r.choice(TAGS)}", ABSENT, f"cc-{r.randrange(40)}"
        said, severity = f"{field} is {reference} in prod, not set in stage", Severity.LOW
    else:
        candidate, reference = r.randrange(1, 900), r.randrange(1, 900)
        said = f"{field} is {candidate} in stage, {reference} in prod"
        severity = r.choices((Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM), (1, 9, 90))[0]
    if kind in ("tag", "setting"):
        op = "removed" if candidate is ABSENT else "changed"
        changes = (
            ReportChange(
                field, "/" + field, op, "drift", "unknown", candidate, reference, str(severity), "metadata" if kind == "tag" else aspect,
                f"{r.getrandbits(64):016x}", "no rule expects it", "",
            ),
        )  # fmt: skip
        title, group = f"{noun} {name}: {said}", f"{type}{field}"
    else:
        title, group = f"{noun} {name} is {'missing' if kind == 'missing' else 'only'} in stage", f"{type}{kind}"
    return ReportFinding(
        id=f"{r.getrandbits(64):016x}",
        kind="changed" if changes else kind,
        verdict="drift",
        severity=str(severity),
        aspect="metadata" if kind == "tag" else aspect,
        state="new",
        first_seen=r.choice(MONTHS),
        value_digest=f"{r.getrandbits(64):016x}",
        comparison="stage..prod",
        rule=None,
        waiver=None,
        location=ABSENT,
        group=group,
        owner=r.choice((None, *WORDS[:12])),
        title=title,
        resource=ReportResource(
            type,
            f"{stack}/{name}",
            Match("iac", 1.0) if changes else ABSENT,
            ABSENT if kind == "missing" else side("stage"),
            ABSENT if kind == "extra" else side("prod"),
        ),
        changes=changes,
        moved="unknown",
        reason="no rule expects it",
        severity_reason="",
    )


def report(findings: int, seed: int = 7) -> Report:
    """A report of so many made-up findings; the same for the same seed."""
    r = random.Random(seed)
    found = sorted(
        (finding(r, n) for n in range(findings)),
        key=lambda f: (list(Severity).index(Severity(f.severity)), f.resource.type, f.resource.key),
    )
    members: dict[str, list[ReportFinding]] = {}
    for f in found:
        members.setdefault(f.group, []).append(f)
    groups = tuple(
        FindingGroup(
            g, f"{g} on {len(m)} resources", m[0].resource.type, "", Verdict.DRIFT, Severity(m[0].severity), tuple(f.id for f in m)
        )
        for g, m in members.items()
    )
    rows = tuple(
        LedgerRow(t, n := sum(f.resource.type == t for f in found) + 1000, n, equal=1000, drift=n - 1000) for t, *_ in sorted(TYPES)
    )
    counts = tuple(Count("drift", str(s), n) for s in Severity if (n := sum(f.severity == s for f in found)))
    comparison = ReportComparison(
        "stage", "prod", "parity", 8000 / (8000 + findings), 8000 + findings, 8000, 0, 0, rows, 8000, 8000 + findings, ("stage", "prod")
    )
    window = ("2026-11-30T06:00:00Z", "2026-11-30T06:40:00Z")
    snapshots = tuple(
        ReportSnapshot(e, e, f"{r.getrandbits(256):064x}", window, 8000 + findings, 0, None, tuple(ACCOUNTS)) for e in ("prod", "stage")
    )
    summary = Summary(
        f"stage is not a rehearsal of prod: {findings:,} differences", (), "every listing read", "drift", (), Share(400, 400), (), counts,
        groups, (), (), (), (), (), Share(0, findings),
    )  # fmt: skip
    times = ("2026-11-30T06:00:00Z",) * 3
    run = Run("2026-11", "2026-11", *times, "benchmark", "0" * 64, "0" * 64, None, "benchmark")
    return Report(run, snapshots, (), (comparison,), tuple(found), (), (), (), (), summary)


def measured(file: Path, runs: int, search: str, finding: str) -> dict[str, list[float]]:
    """Seconds until ready, of the page's main thread until then, of a search, and of opening a finding by its link: in fresh browsers."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    out: dict[str, list[float]] = {"ready": [], "main_thread": [], "search": [], "details": []}
    with sync_playwright() as p:
        for _ in range(runs):
            browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
            page: Any = browser.new_page(viewport={"width": 1280, "height": 900})
            meter = page.context.new_cdp_session(page)
            meter.send("Performance.enable", {"timeDomain": "threadTicks"})
            start = time.perf_counter()
            page.goto(file.as_uri(), wait_until="commit")
            page.wait_for_selector("html[data-ready]", state="attached")
            out["ready"].append(time.perf_counter() - start)
            ticks = {m["name"]: m["value"] for m in meter.send("Performance.getMetrics")["metrics"]}
            out["main_thread"].append(ticks["TaskDuration"])
            start = time.perf_counter()
            page.fill("#q", search)
            page.wait_for_selector(".count:has-text(' of ')")
            out["search"].append(time.perf_counter() - start)
            start = time.perf_counter()
            page.evaluate("id => { location.hash = 'finding-' + id }", finding)
            page.wait_for_selector(f".list [data-id='{finding}'] .foot, #finding-{finding}[open] .foot")
            out["details"].append(time.perf_counter() - start)
            browser.close()
    return out


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=121_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="Write the page here, too.")
    args = parser.parse_args()
    made = report(args.findings)
    start = time.perf_counter()
    page = html.render(made).encode()
    took = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_bytes(page)
        if args.keep:
            args.keep.write_bytes(page)
        middle = made.findings[len(made.findings) // 2]
        times = measured(file, args.runs, middle.resource.key.split("/")[1].split("-")[0], middle.id)
    figures = {f"{name}_s": round(statistics.median(values), 2) for name, values in times.items()}
    met = len(page) <= 5_000_000 and figures["ready_s"] <= 2
    size = round(len(page) / 1e6, 2)
    print(
        json.dumps(
            {
                "figure": "P13",
                "findings": args.findings,
                "value": [size, figures["ready_s"]],
                "goal": [5, 2],
                "met": met,
                "size_mb": size,
                **figures,
                "render_s": round(took, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
