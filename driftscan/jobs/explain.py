"""Everything behind one finding, computed again from the stored snapshots."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from driftscan.errors import DriftscanError, UsageError
from driftscan.jobs.compare import Judged, Which, compare
from driftscan.jobs.context import Context
from driftscan.jobs.record import previous, recorded
from driftscan.jobs.view import raw_at, symbolic
from driftscan.judge import earlier
from driftscan.judge.controls import CONTROLS, Control
from driftscan.judge.controls.control import PARTS
from driftscan.model.drift import Meaning
from driftscan.model.finding import Finding, Locator
from driftscan.model.report import show_value
from driftscan.model.resource import Resource
from driftscan.model.value import ABSENT, Address, Value, show_path
from driftscan.store import SnapshotInfo

_SHORTEST = 4


@dataclass(frozen=True)
class Explained:
    """A finding as the report shows it, and, where it can still be computed, what it stands on."""

    shown: Mapping[str, Any] = field(hash=False)
    finding: Finding | None
    judged: Judged | None


def explain(context: Context, text: str, file: Path | None = None) -> Explained:
    """The finding whose id begins with `text`, of the report in `file` or of the last run.

    Raises UsageError: no report, no such finding, several of them.
    """
    report = _read(file) if file else _last(context)
    shown = _pick(report, text)
    infos = _sides(context, report, str(shown.get("comparison") or ""))
    if infos is None:
        return Explained(shown, None, None)
    then = replace(context, as_of=datetime.fromisoformat(report["run"]["as_of"]))
    last = previous(then)
    judged = compare(then, *infos, earlier(last.report) if last else None)
    finding = next((f for f in judged.judgement.findings if f.id == shown["id"]), None)
    return Explained(shown, finding, judged)


@dataclass(frozen=True)
class ControlExplained:
    """A control, and how the report of the last run (or of a file) judged it, where there is one. run: the report's."""

    control: Control
    run: str = ""
    judged: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)


def control(text: str) -> Control | None:
    """The control of that id, or None where the text is none. Raises UsageError for an id of a control that is not there."""
    name = text.upper()
    if not name.startswith("ENV-"):
        return None
    known = {c.id: c for c in CONTROLS}
    if name not in known:
        raise UsageError(f"there is no control {text!r}", f"write one of {', '.join(known)}")
    return known[name]


def judged_control(context: Context | None, found: Control, file: Path | None = None) -> ControlExplained:
    """The control with its judgements in the report of `file` or of the last run; without a configuration or a run, the control alone."""
    report = _read(file) if file else _last(context) if context is not None and context.store.runs() else None
    if report is None:
        return ControlExplained(found)
    rows = tuple(r for r in report.get("controls", ()) if r["id"] == found.id)
    return ControlExplained(found, str(report["run"]["id"]), rows)


def control_as_json(found: ControlExplained) -> dict[str, Any]:
    """What the control says about itself, and its judgements as the report has them."""
    c = found.control
    said = {"id": c.id, "version": c.version, "title": c.title, "severity": str(c.severity), **asdict(c.text)}
    return {"control": said, "run": found.run or None, "judged": [dict(r) for r in found.judged]}


def control_as_text(found: ControlExplained) -> str:
    """The same for people."""
    c, t = found.control, found.control.text
    out = [f"{c.id} {c.title}", f"  version {c.version}, {c.severity} where it is broken"]
    for heading, part in zip(PARTS, (t.judges, t.matters, t.evidence, t.do), strict=True):
        out += [heading, *textwrap.wrap(part, 100, initial_indent="  ", subsequent_indent="  ")]
    for row in found.judged:
        out.append(f"{row['environment']}: {row['status']} in run {found.run}")
        out.append(f"  {row.get('reason', '')}")
        for e in row["evidence"]:
            more = [f"({e['code']})"] if e.get("code") else []
            more += [f"finding {e['finding']}"] if e.get("finding") else []
            out.append(f"  {e['standing']}: {' '.join([e['text'], *more])}")
    if found.run and not found.judged:
        out.append(f"the run {found.run} did not judge it")
    return "\n".join(out) + "\n"


def as_json(found: Explained) -> dict[str, Any]:
    """The explanation as JSON: the report's finding, and per change the raw and the canonical values of both sides."""
    out: dict[str, Any] = {"finding": dict(found.shown), "recomputed": found.finding is not None}
    if found.finding is None or found.judged is None:
        return out
    resources = {which: _resource(found.judged, which, found.finding) for which in ("candidate", "reference")}
    out["reads"] = {w: [{"call": x.call, "at": x.at} for x in r.reads] for w, r in resources.items() if r is not None}
    out["changes"] = [
        {
            "path": show_path(c.path),
            "op": c.op,
            "verdict": str(c.verdict),
            "severity": str(c.severity),
            "severity_reason": c.severity_reason,
            "reason": c.reason,
            "rule": c.rule,
            "waiver": c.waiver,
            "location": f"{c.location.file}:{c.location.line}" if c.location else None,
            "moved": str(c.moved),
            "since": c.since.isoformat() if c.since else None,
            "code": c.code,
            "meaning": _meaning(c.meaning),
            "raw": {w: dict(zip(("path", "value"), raw_at(r.value, c.path), strict=True)) for w, r in resources.items() if r is not None},
            "canonical": {w: symbolic(v) for w, v in _canonical(c.candidate, c.reference) if v is not ABSENT},
        }
        for c in found.finding.changes
    ]
    return out


def _meaning(m: Meaning | None) -> dict[str, Any] | None:
    if m is None:
        return None
    return {"kind": m.kind, "relation": str(m.relation), "candidate": list(m.more[0]), "reference": list(m.more[1])}


def as_text(found: Explained) -> str:
    """The explanation for people."""
    return "\n".join(_lines(found.shown, as_json(found))) + "\n"


def _lines(shown: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    yield str(shown["title"])
    yield f"  {shown['verdict']}, {shown['severity']}, {shown['aspect']}; id {shown['id']}"
    yield f"  {shown['state']}, first seen {shown['first_seen']}"
    for name in ("reason", "severity_reason", "promotion"):
        if shown.get(name):
            yield f"  {name.replace('_', ' ')}: {shown[name]}"
    if shown.get("owner"):
        yield f"  owner: {shown['owner']}"
    if shown.get("location"):
        yield f"  decided in {shown['location']['file']}:{shown['location']['line']}"
    resource = shown["resource"]
    yield f"{resource['type']} {resource['key']}  ({shown['comparison']})"
    for which in ("candidate", "reference"):
        side = resource.get(which)
        if side:
            yield f"  {which}: {side['account']}/{side['region']}/{side['id']}" + (f"  {side['arn']}" if side.get("arn") else "")
    if resource.get("match"):
        yield f"  paired by {resource['match']['reason']}, confidence {resource['match']['confidence']:.2f}"
    if shown["kind"] in ("baseline", "control"):
        for change in shown.get("changes", ()):  # the rule or the promise is the other side: there is nothing to compute again
            yield f"  {change['path'] or 'the whole resource'}: is {show_value(change.get('candidate', ABSENT))}, {change['reason']}"
        return
    if not data["recomputed"]:
        yield "what it stands on is not in the store any more, or configuration and catalogue changed since: this is what the report says"
        for change in shown.get("changes", ()):
            yield f"  {change['path']}: candidate {_json(change.get('candidate'))}, reference {_json(change.get('reference'))}"
        return
    one_sided = shown["kind"] in ("missing", "extra")
    for change in shown.get("changes", ()) if one_sided else ():  # what it is, not what differs
        yield f"  {change['path']}: {show_value(change.get('reference' if shown['kind'] == 'missing' else 'candidate'))}"
    for change in () if one_sided else data["changes"]:
        yield from _change(change)
    for which, reads in data["reads"].items():
        yield f"{which} read by"
        for read in reads:
            yield f"  {read['at']}  {read['call']}"


def _change(change: Mapping[str, Any]) -> Iterator[str]:
    yield f"{change['path'] or '(whole resource)'}: {change['op']}, {change['verdict']}, {change['severity']}"
    for which in ("candidate", "reference"):
        said = _json(change["canonical"][which]) if which in change["canonical"] else "not set"
        yield f"  {which} canonical: {said}"
        raw = change["raw"].get(which)
        if raw is not None and raw["path"]:
            yield f"  {which} raw, {raw['path']}: {_json(raw['value'])}"
    for name in ("rule", "waiver", "location", "code"):
        if change[name]:
            yield f"  {name}: {change[name]}"
    for name in ("reason", "severity_reason"):
        if change[name]:
            yield f"  {'why' if name == 'reason' else 'why this severity'}: {change[name]}"
    meaning = change["meaning"]
    if meaning is not None:
        yield f"  altogether ({meaning['kind']}): {meaning['relation'].replace('_', ' ')}"
        for which in ("candidate", "reference"):
            for more in meaning[which]:
                yield f"    only the {which}: {more}"
    yield f"  who moved: {change['moved']}" + (f", first seen apart {change['since']}" if change["since"] else "")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _canonical(candidate: Value, reference: Value) -> tuple[tuple[str, Value], ...]:
    return ("candidate", candidate), ("reference", reference)


def _resource(judged: Judged, which: str, finding: Finding) -> Resource | None:
    side: Which = "candidate" if which == "candidate" else "reference"
    locator: Locator | None = getattr(finding.subject, side)
    if locator is None:
        return None
    for snapshot in judged.snapshots:
        try:
            return snapshot.resource(Address.of(finding.subject.type, locator.account, locator.region, locator.id))
        except KeyError:
            continue
    return None


# ------------------------------------------------------------------------------------------------- which report


def _read(file: Path) -> Mapping[str, Any]:
    hint = "name a report.json with --report"
    try:
        report = json.loads(file.read_bytes())
    except OSError as e:
        raise UsageError(f"{file} cannot be read: {e.strerror}", hint) from None
    except ValueError:
        raise UsageError(f"{file} is no JSON", hint) from None
    if not isinstance(report, dict) or not str(report.get("schema", "")).startswith("driftscan-report/1"):
        raise UsageError(f"{file} is no report of driftscan", hint)
    return report


def _last(context: Context) -> Mapping[str, Any]:
    runs = context.store.runs()
    if not runs:
        raise UsageError("no run is stored yet", "run `driftscan run`, or name a report.json with --report")
    found = recorded(context, runs[-1])
    if found is None:
        raise DriftscanError(f"the report of the last run {runs[-1]['id']} is not in the store", "name its report.json with --report")
    return found.report


def _pick(report: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    findings = report["findings"]
    found = [f for f in findings if f["id"] == text] or [f for f in findings if len(text) >= _SHORTEST and f["id"].startswith(text)]
    if len(found) == 1:
        one: Mapping[str, Any] = found[0]
        return one
    if found:
        raise UsageError(f"{len(found)} findings begin with {text!r}", f"write more of it: {', '.join(f['id'] for f in found[:5])}")
    first = f", such as {findings[0]['id']}" if findings else "; the report has no findings"
    raise UsageError(f"the report {report['run']['id']} has no finding {text!r}", f"write an id of that report{first}")


def _sides(context: Context, report: Mapping[str, Any], comparison: str) -> tuple[SnapshotInfo, SnapshotInfo] | None:
    """The stored snapshots (candidate, reference) of a finding's comparison, or None where one is not in this store."""
    named_as, dots, against = comparison.partition("..")
    if not dots:
        return None
    candidate, reference = (side.partition("@")[0] for side in (named_as, against))  # of one environment, with its moments
    stored = {i.id: i for i in context.store.snapshots()}
    named: dict[str, list[SnapshotInfo]] = {}
    for snapshot in report["snapshots"]:
        if snapshot["id"] in stored:
            named.setdefault(snapshot["environment"], []).append(stored[snapshot["id"]])
    if candidate == reference:
        order = [i.id for i in context.store.snapshots(candidate)]
        pair = sorted(named.get(candidate, []), key=lambda i: order.index(i.id), reverse=True)
        return (pair[0], pair[1]) if len(pair) > 1 else None
    if not named.get(candidate) or not named.get(reference):
        return None
    return named[candidate][0], named[reference][0]
